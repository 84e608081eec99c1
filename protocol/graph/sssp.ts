/**
 * Positions with shortest paths: n records without a header, little-endian. See `docs/protocol/sssp.md`.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | id: bits 0–13; bit 14 knowledge node, bit 15 agent node | u16 |
 * | 2, 6, 10 | x, y, z | f32 |
 * | 14, 18, 22 | vx, vy, vz | f32 |
 * | 26 | distance from the source; +∞ = unreachable | f32 |
 * | 30 | parent: id of the node before on the path; −1 = none | i32 |
 */
import { requireRoom, viewOf } from "../bytes.ts";
import { DecodeError } from "../codec.ts";
import { Fields, parseJson } from "../fields.ts";
import { createFrame, type NodeFrame } from "../frame.ts";
import { parseObject } from "../json.ts";

export const SSSP_RECORD_BYTES = 34;
export const SSSP_MAX_ID = 0x3fff;
export const SSSP_MAX_NODES = SSSP_MAX_ID + 1;
export const SSSP_NO_PARENT = -1;
/** A node's kind as a number: the two high bits of its id on the wire. Both at once have no meaning. */
export const SSSP_KIND = { plain: 0, knowledge: 1, agent: 2 };
const KIND_SHIFT = 14;

/**
 * A frame and every node's shortest path from one source.
 *
 * Shape: `kinds`, `distances` and `parents` n, in the order of the frame's columns.
 * Units: distances in sums of edge weights. The source has distance 0; it and unreachable nodes have parent −1.
 */
export interface ShortestPathFrame extends NodeFrame {
  readonly kinds: Uint8Array;
  readonly distances: Float32Array;
  /** Wire ids, not indices. */
  readonly parents: Int32Array;
}

/** A frame of `count` plain nodes, none of which is reachable. */
export function createShortestPathFrame(count: number): ShortestPathFrame {
  return {
    ...createFrame(count),
    kinds: new Uint8Array(count),
    distances: new Float32Array(count).fill(Infinity),
    parents: new Int32Array(count).fill(SSSP_NO_PARENT),
  };
}

function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("sssp", offset, expected, String(found));
}

function recordCount(bytes: Uint8Array): number {
  const rest = bytes.byteLength % SSSP_RECORD_BYTES, count = (bytes.byteLength - rest) / SSSP_RECORD_BYTES;
  if (rest !== 0) {
    fail(bytes.byteLength - rest, `whole records of ${SSSP_RECORD_BYTES} bytes`, `${rest} bytes more`);
  }
  if (count > SSSP_MAX_NODES) fail(SSSP_MAX_NODES * SSSP_RECORD_BYTES, `at most ${SSSP_MAX_NODES} records`, count);
  return count;
}

/** @throws {RangeError} before anything is written, when a value has no place in a record. */
function requireEncodable({ count, ids, kinds, parents }: ShortestPathFrame): void {
  if (count > SSSP_MAX_NODES) throw new RangeError(`Cannot write ${count} nodes: this dialect has ${SSSP_MAX_NODES}.`);
  for (let index = 0; index < count; index++) {
    if (ids[index] > SSSP_MAX_ID) throw new RangeError(`Cannot write id ${ids[index]}: it has 14 bits.`);
    if (kinds[index] > SSSP_KIND.agent) {
      throw new RangeError(`Cannot write kind ${kinds[index]}: known are 0, 1 and 2.`);
    }
    if (parents[index] < SSSP_NO_PARENT || parents[index] > SSSP_MAX_ID) {
      throw new RangeError(`Cannot write parent ${parents[index]}: it is an id of 14 bits or −1.`);
    }
  }
}

function encodeInto(frame: ShortestPathFrame, out: Uint8Array): number {
  const { count, ids, kinds, positions, velocities, distances, parents } = frame;
  requireEncodable(frame);
  requireRoom(out.byteLength, count * SSSP_RECORD_BYTES, "bytes");
  const view = viewOf(out);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 34, k += 3) {
    view.setUint16(at, ids[index] | kinds[index] << KIND_SHIFT, true); // 0
    view.setFloat32(at + 2, positions[k], true);
    view.setFloat32(at + 6, positions[k + 1], true);
    view.setFloat32(at + 10, positions[k + 2], true);
    view.setFloat32(at + 14, velocities[k], true);
    view.setFloat32(at + 18, velocities[k + 1], true);
    view.setFloat32(at + 22, velocities[k + 2], true);
    view.setFloat32(at + 26, distances[index], true);
    view.setInt32(at + 30, parents[index], true);
  }
  return count * SSSP_RECORD_BYTES;
}

/** Refuses what no shortest path gives. Runs over the whole message before anything is written. */
function requirePaths(view: DataView, count: number): void {
  for (let index = 0, at = 0; index < count; index++, at += 34) {
    if (view.getUint16(at, true) >>> KIND_SHIFT > SSSP_KIND.agent) {
      fail(at, "an agent or a knowledge node", "both flags");
    }
    const distance = view.getFloat32(at + 26, true), parent = view.getInt32(at + 30, true);
    if (!(distance >= 0)) fail(at + 26, "a distance of 0 or more", distance);
    if (parent < SSSP_NO_PARENT || parent > SSSP_MAX_ID) fail(at + 30, `a parent from −1 to ${SSSP_MAX_ID}`, parent);
    if (distance === Infinity && parent !== SSSP_NO_PARENT) fail(at + 30, "no parent at distance +∞", parent);
    if (distance > 0 && distance < Infinity && parent === SSSP_NO_PARENT) {
      fail(at + 30, `a parent at distance ${distance}`, parent);
    }
  }
}

function readRecords(view: DataView, count: number, out: ShortestPathFrame): void {
  const { ids, kinds, positions, velocities, distances, parents } = out;
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 34, k += 3) {
    const idAndKind = view.getUint16(at, true); // 0
    ids[index] = idAndKind & SSSP_MAX_ID;
    kinds[index] = idAndKind >>> KIND_SHIFT;
    positions[k] = view.getFloat32(at + 2, true);
    positions[k + 1] = view.getFloat32(at + 6, true);
    positions[k + 2] = view.getFloat32(at + 10, true);
    velocities[k] = view.getFloat32(at + 14, true);
    velocities[k + 1] = view.getFloat32(at + 18, true);
    velocities[k + 2] = view.getFloat32(at + 22, true);
    distances[index] = view.getFloat32(at + 26, true);
    parents[index] = view.getInt32(at + 30, true);
  }
}

function decodeInto(bytes: Uint8Array, out: ShortestPathFrame): number {
  const count = recordCount(bytes), view = viewOf(bytes);
  requireRoom(out.ids.length, count, "records");
  requirePaths(view, count);
  readRecords(view, count, out);
  return count;
}

/**
 * Whole frames, bytes ↔ columns, as a `FrameCodec` does; masses and charges are not on this wire and keep their values.
 * @throws {RangeError} from `encode` for ids beyond 14 bits; {DecodeError} when decoding bad bytes.
 */
export const sssp = {
  dialect: "sssp" as const,
  byteLength: (count: number): number => count * SSSP_RECORD_BYTES,
  encode(frame: ShortestPathFrame): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(frame.count * SSSP_RECORD_BYTES);
    encodeInto(frame, out);
    return out;
  },
  encodeInto,
  decode(bytes: Uint8Array): ShortestPathFrame {
    const frame = createShortestPathFrame(recordCount(bytes));
    decodeInto(bytes, frame);
    return frame;
  },
  decodeInto,
};

const TEXT_BOUNDS = { maxBytes: 1_024, maxDepth: 4 };

/** Asks for the paths from another source. @throws {RangeError} for an id beyond 14 bits. */
export function encodeSource(source: number): string {
  if (!Number.isInteger(source) || source < 0 || source > SSSP_MAX_ID) {
    throw new RangeError(`Cannot ask for source ${source}: an id is a whole number from 0 to ${SSSP_MAX_ID}.`);
  }
  return JSON.stringify({ type: "sssp", source });
}

/** Whether a text is of this dialect's one kind, and to be read by `decodeSource`. */
export function asksForSource(text: string): boolean {
  return parseObject(text)?.type === "sssp";
}

/** The source that a client's text asks for. @throws {FieldError} for any other text. */
export function decodeSource(text: string): number {
  const message = new Fields("sssp", parseJson("sssp", text, TEXT_BOUNDS));
  message.oneOf("type", ["sssp"]);
  const source = message.count("source");
  return source <= SSSP_MAX_ID ? source : message.fail("source", `an id from 0 to ${SSSP_MAX_ID}`);
}

/** What a client that asked is told: from now on the paths are those from this source. */
export function encodeAccepted(source: number): string {
  return JSON.stringify({ type: "sssp", data: { source } });
}
