/**
 * Graph V4: a 4-byte header, then a payload by type; little-endian. See `docs/protocol/v4.md`.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | version = 4 | u8 |
 * | 1 | message type | u8 |
 * | 2 | flags | u8 |
 * | 3 | reserved = 0 | u8 |
 *
 * | type | name | payload |
 * |---|---|---|
 * | 0x01 | FullGraph | u32 n, n × node, u32 m, m × edge |
 * | 0x02 | PositionUpdate | u32 n, n × node; flag bit 1 keyframe, bit 2 delta |
 * | 0x03 | NodeSelect | u32 id; 0xFFFFFFFF = none |
 * | 0x04 | NodeDrag | u32 id, f32 x y z; phase in flag bits 4–5 |
 * | 0x05 | Heartbeat | f64 ms; a reply has flag bit 7 |
 * | 0x06 | FilterUpdate | UTF-8 JSON |
 * | 0x07 | VoiceData | u8 codec, u8 channels, u16 sequence, u32 sample rate, audio |
 *
 * node = u32 id, f32 x y z, f32 vx vy vz (28 bytes); edge = u32 source, u32 target, f32 weight (12 bytes).
 * Flag bit 0: the payload is deflated; bit 3: it goes on in the next message of this type.
 */
export { deflateV4, inflateV4 } from "./v4/deflate.ts";
export { checkFilter, encodeFilterUpdate, FILTER_BOUNDS, type NodeFilter } from "./v4/filter.ts";
export { FragmentAssembler, type FragmentBounds, fragmentV4 } from "./v4/fragments.ts";
export { V4_FLAG, V4_HEADER_BYTES, V4_TYPE, V4_VERSION } from "./v4/header.ts";
export { type DragPhase, encodeHeartbeat, encodeNodeDrag, encodeNodeSelect, V4_NO_NODE } from "./v4/interaction.ts";
export { decodeV4, peekType, type V4Message } from "./v4/message.ts";
export {
  type EdgeColumns,
  encodeFullGraph,
  encodePositionUpdate,
  type PositionScope,
  positionUpdate,
  V4_EDGE_BYTES,
  V4_NODE_BYTES,
} from "./v4/nodes.ts";
export { encodeVoiceData } from "./v4/voice.ts";
export { type Voice, VOICE_BOUNDS, type VoiceCodec } from "../voice.ts";
