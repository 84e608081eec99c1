/**
 * Graph V4: a 4-byte header, then a payload by type; little-endian.
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
 * | 0x02 | PositionUpdate | u32 n, n × node |
 * | 0x03 | NodeSelect | u32 id; 0xFFFFFFFF = none |
 * | 0x04 | NodeDrag | u32 id, f32 x y z; phase in flag bits 4–5 |
 * | 0x05 | Heartbeat | f64 ms; a reply has flag bit 7 |
 *
 * node = u32 id, f32 x y z, f32 vx vy vz (28 bytes); edge = u32 source, u32 target, f32 weight (12 bytes).
 */
import { requireRoom, viewOf } from "../bytes.ts";
import { DecodeError, type FrameCodec } from "../codec.ts";
import { createFrame, type NodeFrame } from "../frame.ts";

export const V4_VERSION = 4;
export const V4_HEADER_BYTES = 4;
export const V4_NODE_BYTES = 28;
export const V4_EDGE_BYTES = 12;
export const V4_NO_NODE = 0xffff_ffff;

export const V4_TYPE = { fullGraph: 0x01, positionUpdate: 0x02, nodeSelect: 0x03, nodeDrag: 0x04, heartbeat: 0x05 };
export const V4_FLAG = { dragStart: 0x10, dragEnd: 0x20, reply: 0x80 };
const DRAG_PHASE_MASK = V4_FLAG.dragStart | V4_FLAG.dragEnd;
const COUNT_BYTES = 4;
const NODES_AT = V4_HEADER_BYTES + COUNT_BYTES;

/** Edges by wire id of their ends. */
export interface EdgeColumns {
  readonly count: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
}

export type DragPhase = "start" | "move" | "end";

export type V4Message =
  | { readonly type: "fullGraph"; readonly nodes: NodeFrame; readonly edges: EdgeColumns }
  | { readonly type: "positionUpdate"; readonly nodes: NodeFrame }
  /** `id` is absent when the selection was cleared. */
  | { readonly type: "nodeSelect"; readonly id?: number }
  | {
    readonly type: "nodeDrag";
    readonly id: number;
    readonly phase: DragPhase;
    readonly x: number;
    readonly y: number;
    readonly z: number;
  }
  | { readonly type: "heartbeat"; readonly timeMs: number; readonly reply: boolean };

function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("v4", offset, expected, String(found));
}

function writeHeader(view: DataView, type: number, flags: number): void {
  view.setUint8(0, V4_VERSION);
  view.setUint8(1, type);
  view.setUint8(2, flags);
  view.setUint8(3, 0);
}

function writeNodes(view: DataView, start: number, frame: NodeFrame): number {
  const { count, ids, positions, velocities } = frame;
  view.setUint32(start, count, true);
  let at = start + COUNT_BYTES;
  for (let index = 0, k = 0; index < count; index++, at += V4_NODE_BYTES, k += 3) {
    view.setUint32(at, ids[index], true); // 0
    view.setFloat32(at + 4, positions[k], true);
    view.setFloat32(at + 8, positions[k + 1], true);
    view.setFloat32(at + 12, positions[k + 2], true);
    view.setFloat32(at + 16, velocities[k], true);
    view.setFloat32(at + 20, velocities[k + 1], true);
    view.setFloat32(at + 24, velocities[k + 2], true);
  }
  return at;
}

function readNodesInto(view: DataView, start: number, count: number, out: NodeFrame): void {
  const { ids, positions, velocities } = out;
  for (let index = 0, at = start, k = 0; index < count; index++, at += V4_NODE_BYTES, k += 3) {
    ids[index] = view.getUint32(at, true); // 0
    positions[k] = view.getFloat32(at + 4, true);
    positions[k + 1] = view.getFloat32(at + 8, true);
    positions[k + 2] = view.getFloat32(at + 12, true);
    velocities[k] = view.getFloat32(at + 16, true);
    velocities[k + 1] = view.getFloat32(at + 20, true);
    velocities[k + 2] = view.getFloat32(at + 24, true);
  }
}

/** Reads a count at `at` and proves that exactly, or at least, that many records of `recordBytes` follow. */
function readCount(view: DataView, at: number, recordBytes: number): number {
  if (view.byteLength < at + COUNT_BYTES) fail(at, "a u32 count", `${view.byteLength - at} bytes`);
  const count = view.getUint32(at, true);
  const left = view.byteLength - at - COUNT_BYTES;
  if (count * recordBytes > left) fail(at, `${count} records of ${recordBytes} bytes`, `${left} bytes`);
  return count;
}

function requireLength(view: DataView, length: number): void {
  if (view.byteLength !== length) fail(Math.min(view.byteLength, length), `${length} bytes in all`, view.byteLength);
}

function readHeader(view: DataView): { type: number; flags: number } {
  if (view.byteLength < V4_HEADER_BYTES) fail(0, `a header of ${V4_HEADER_BYTES} bytes`, `${view.byteLength} bytes`);
  if (view.getUint8(0) !== V4_VERSION) fail(0, `version ${V4_VERSION}`, view.getUint8(0));
  if (view.getUint8(3) !== 0) fail(3, "reserved byte 0", view.getUint8(3));
  return { type: view.getUint8(1), flags: view.getUint8(2) };
}

function requireFlags(flags: number, allowed: number): void {
  if ((flags & ~allowed) !== 0) fail(2, `no flags but 0x${allowed.toString(16)}`, `0x${flags.toString(16)}`);
}

/** FullGraph. Size: 12 + 28 n + 12 m bytes. */
export function encodeFullGraph(nodes: NodeFrame, edges: EdgeColumns): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(NODES_AT + V4_NODE_BYTES * nodes.count + COUNT_BYTES + V4_EDGE_BYTES * edges.count);
  const view = viewOf(out);
  writeHeader(view, V4_TYPE.fullGraph, 0);
  let at = writeNodes(view, V4_HEADER_BYTES, nodes);
  view.setUint32(at, edges.count, true);
  at += COUNT_BYTES;
  for (let edge = 0; edge < edges.count; edge++, at += V4_EDGE_BYTES) {
    view.setUint32(at, edges.sources[edge], true); // 0
    view.setUint32(at + 4, edges.targets[edge], true);
    view.setFloat32(at + 8, edges.weights[edge], true);
  }
  return out;
}

export function encodeNodeSelect(id: number | undefined): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + 4), view = viewOf(out);
  writeHeader(view, V4_TYPE.nodeSelect, 0);
  view.setUint32(4, id ?? V4_NO_NODE, true);
  return out;
}

const PHASE_FLAGS: Record<DragPhase, number> = { move: 0, start: V4_FLAG.dragStart, end: V4_FLAG.dragEnd };

export function encodeNodeDrag(
  drag: { id: number; phase: DragPhase; x: number; y: number; z: number },
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + 16), view = viewOf(out);
  writeHeader(view, V4_TYPE.nodeDrag, PHASE_FLAGS[drag.phase]);
  view.setUint32(4, drag.id, true);
  view.setFloat32(8, drag.x, true);
  view.setFloat32(12, drag.y, true);
  view.setFloat32(16, drag.z, true);
  return out;
}

export function encodeHeartbeat(timeMs: number, options: { reply: boolean }): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + 8), view = viewOf(out);
  writeHeader(view, V4_TYPE.heartbeat, options.reply ? V4_FLAG.reply : 0);
  view.setFloat64(4, timeMs, true);
  return out;
}

/**
 * Any V4 message. Shape: columns are fresh arrays that share nothing with `bytes`.
 * @throws {DecodeError} for another version, an unknown type or flag, or a wrong length.
 */
export function decodeV4(bytes: Uint8Array): V4Message {
  const view = viewOf(bytes);
  const { type, flags } = readHeader(view);
  switch (type) {
    case V4_TYPE.fullGraph:
      requireFlags(flags, 0);
      return decodeFullGraph(view);
    case V4_TYPE.positionUpdate:
      return { type: "positionUpdate", nodes: positionUpdate.decode(bytes) };
    case V4_TYPE.nodeSelect: {
      requireFlags(flags, 0);
      requireLength(view, V4_HEADER_BYTES + 4);
      const id = view.getUint32(4, true);
      return id === V4_NO_NODE ? { type: "nodeSelect" } : { type: "nodeSelect", id };
    }
    case V4_TYPE.nodeDrag:
      return decodeNodeDrag(view, flags);
    case V4_TYPE.heartbeat:
      requireFlags(flags, V4_FLAG.reply);
      requireLength(view, V4_HEADER_BYTES + 8);
      return { type: "heartbeat", timeMs: view.getFloat64(4, true), reply: (flags & V4_FLAG.reply) !== 0 };
    default:
      return fail(1, "a known message type", `0x${type.toString(16).padStart(2, "0")}`);
  }
}

function decodeFullGraph(view: DataView): V4Message {
  const count = readCount(view, V4_HEADER_BYTES, V4_NODE_BYTES);
  const edgesAt = NODES_AT + count * V4_NODE_BYTES;
  const edgeCount = readCount(view, edgesAt, V4_EDGE_BYTES);
  requireLength(view, edgesAt + COUNT_BYTES + edgeCount * V4_EDGE_BYTES);
  const nodes = createFrame(count);
  readNodesInto(view, NODES_AT, count, nodes);
  const sources = new Uint32Array(edgeCount), targets = new Uint32Array(edgeCount);
  const weights = new Float32Array(edgeCount);
  for (let edge = 0, at = edgesAt + COUNT_BYTES; edge < edgeCount; edge++, at += V4_EDGE_BYTES) {
    sources[edge] = view.getUint32(at, true); // 0
    targets[edge] = view.getUint32(at + 4, true);
    weights[edge] = view.getFloat32(at + 8, true);
  }
  return { type: "fullGraph", nodes, edges: { count: edgeCount, sources, targets, weights } };
}

function decodeNodeDrag(view: DataView, flags: number): V4Message {
  requireFlags(flags, DRAG_PHASE_MASK);
  requireLength(view, V4_HEADER_BYTES + 16);
  if ((flags & DRAG_PHASE_MASK) === DRAG_PHASE_MASK) fail(2, "drag phase 0, 1 or 2", 3);
  const phase = (flags & V4_FLAG.dragStart) !== 0 ? "start" : (flags & V4_FLAG.dragEnd) !== 0 ? "end" : "move";
  const x = view.getFloat32(8, true), y = view.getFloat32(12, true), z = view.getFloat32(16, true);
  return { type: "nodeDrag", id: view.getUint32(4, true), phase, x, y, z };
}

function positionCount(bytes: Uint8Array): number {
  const view = viewOf(bytes), { type, flags } = readHeader(view);
  if (type !== V4_TYPE.positionUpdate) fail(1, `type 0x02`, `0x${type.toString(16).padStart(2, "0")}`);
  requireFlags(flags, 0);
  const count = readCount(view, V4_HEADER_BYTES, V4_NODE_BYTES);
  requireLength(view, NODES_AT + count * V4_NODE_BYTES);
  return count;
}

function encodePositionsInto(frame: NodeFrame, out: Uint8Array): number {
  const length = NODES_AT + V4_NODE_BYTES * frame.count;
  requireRoom(out.byteLength, length, "bytes");
  const view = viewOf(out);
  writeHeader(view, V4_TYPE.positionUpdate, 0);
  writeNodes(view, V4_HEADER_BYTES, frame);
  return length;
}

/** PositionUpdate as a frame codec; masses and charges are not on this wire and keep their values. */
export const positionUpdate: FrameCodec = {
  dialect: "v4",
  byteLength: (count) => NODES_AT + V4_NODE_BYTES * count,
  encode(frame) {
    const out = new Uint8Array(NODES_AT + V4_NODE_BYTES * frame.count);
    encodePositionsInto(frame, out);
    return out;
  },
  encodeInto: encodePositionsInto,
  decode(bytes) {
    const count = positionCount(bytes), frame = createFrame(count);
    readNodesInto(viewOf(bytes), NODES_AT, count, frame);
    return frame;
  },
  decodeInto(bytes, out) {
    const count = positionCount(bytes);
    requireRoom(out.ids.length, count, "records");
    readNodesInto(viewOf(bytes), NODES_AT, count, out);
    return count;
  },
};

/** The message type of a V4 message, without decoding it; absent when there is no whole header. */
export function peekType(bytes: Uint8Array): number | undefined {
  return bytes.byteLength >= V4_HEADER_BYTES && bytes[0] === V4_VERSION ? bytes[1] : undefined;
}
