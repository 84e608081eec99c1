/**
 * Graph V2: n records without a header, little-endian.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | node id | u32 |
 * | 4, 8, 12 | x, y, z | f32 |
 * | 16, 20, 24 | vx, vy, vz | f32 |
 * | 28 | mass | f32 |
 * | 32 | charge | f32 |
 */
import { requireRoom, viewOf } from "../bytes.ts";
import { DecodeError, type FrameCodec } from "../codec.ts";
import { createFrame, type NodeFrame } from "../frame.ts";

/**
 * The loops over records, here and in the other dialects, write their step out: V8 does not take an exported constant
 * for a constant, and a step that it does not know costs them a fifth (`bench/record_variants.ts`).
 */
export const V2_RECORD_BYTES = 36;

function recordCount(bytes: Uint8Array): number {
  const rest = bytes.byteLength % V2_RECORD_BYTES;
  if (rest !== 0) {
    throw new DecodeError(
      "v2",
      bytes.byteLength - rest,
      `whole records of ${V2_RECORD_BYTES} bytes`,
      `${rest} bytes more`,
    );
  }
  return bytes.byteLength / V2_RECORD_BYTES;
}

function encodeInto(frame: NodeFrame, out: Uint8Array): number {
  const { count, ids, positions, velocities, masses, charges } = frame;
  requireRoom(out.byteLength, count * V2_RECORD_BYTES, "bytes");
  const view = viewOf(out);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 36, k += 3) {
    view.setUint32(at, ids[index], true); // 0
    view.setFloat32(at + 4, positions[k], true);
    view.setFloat32(at + 8, positions[k + 1], true);
    view.setFloat32(at + 12, positions[k + 2], true);
    view.setFloat32(at + 16, velocities[k], true);
    view.setFloat32(at + 20, velocities[k + 1], true);
    view.setFloat32(at + 24, velocities[k + 2], true);
    view.setFloat32(at + 28, masses[index], true);
    view.setFloat32(at + 32, charges[index], true);
  }
  return count * V2_RECORD_BYTES;
}

function decodeInto(bytes: Uint8Array, out: NodeFrame): number {
  const count = recordCount(bytes);
  const { ids, positions, velocities, masses, charges } = out;
  requireRoom(ids.length, count, "records");
  const view = viewOf(bytes);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 36, k += 3) {
    ids[index] = view.getUint32(at, true); // 0
    positions[k] = view.getFloat32(at + 4, true);
    positions[k + 1] = view.getFloat32(at + 8, true);
    positions[k + 2] = view.getFloat32(at + 12, true);
    velocities[k] = view.getFloat32(at + 16, true);
    velocities[k + 1] = view.getFloat32(at + 20, true);
    velocities[k + 2] = view.getFloat32(at + 24, true);
    masses[index] = view.getFloat32(at + 28, true);
    charges[index] = view.getFloat32(at + 32, true);
  }
  return count;
}

/** Graph V2, see `docs/protocol/v2.md`. An empty message is a frame of no nodes. */
export const v2: FrameCodec = {
  dialect: "v2",
  byteLength: (count) => count * V2_RECORD_BYTES,
  encode(frame) {
    const out = new Uint8Array(frame.count * V2_RECORD_BYTES);
    encodeInto(frame, out);
    return out;
  },
  encodeInto,
  decode(bytes) {
    const frame = createFrame(recordCount(bytes));
    decodeInto(bytes, frame);
    return frame;
  },
  decodeInto,
};
