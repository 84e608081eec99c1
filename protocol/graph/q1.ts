/**
 * Q1: positions in 16 bits per axis, as differences from what a motion that goes on would give; little-endian.
 *
 * | offset | field | type | keyframe | delta | ack |
 * |---|---|---|---|---|---|
 * | 0 | version = 1 | u8 | ✓ | ✓ | ✓ |
 * | 1 | kind | u8 | 1 | 2 | 3 |
 * | 2 | weight / flags | u8 | 0 | in 1 / 64 | bit 0 needs a keyframe |
 * | 3 | reserved / credit | u8 | 0 | 0 | frames |
 * | 4 | generation / shown sequence | u32 | generation | generation | sequence |
 * | 8 | sequence | u32 | ✓ | ✓ | |
 * | 12 | node count n | u32 | ✓ | ✓ | |
 * | 16 | low corner, base | f32 × 3, u32 | x y z | sequence | |
 * | 20 | earlier | u32 | | sequence | |
 * | 28 | quantum | f32 | ✓ | | |
 * | 24, 32 | body | | n × u16 × 3 at 32 | bits at 24 | |
 *
 * The body of a delta is described in `q1/body.ts`, all of it in `docs/protocol/q1.md`.
 */
export { decodeAck, encodeAck, Q1_ACK_BYTES, type Q1Ack } from "./q1/ack.ts";
export { Q1_FIRST_CREDIT, Q1Credit } from "./q1/credit.ts";
export { Q1Decoder, type Q1Outcome } from "./q1/decoder.ts";
export { Q1Encoder, type Q1EncoderOptions } from "./q1/encoder.ts";
export { heldAfter, keyframeLength, peekQ1, Q1_KIND, Q1_VERSION, type Q1Header, type Q1Held } from "./q1/header.ts";
