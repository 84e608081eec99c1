import { requireRoom, viewOf } from "../../bytes.ts";
import type { FrameCodec } from "../../codec.ts";
import { createFrame, type NodeFrame } from "../../frame.ts";
import {
  fail,
  hex,
  readHeader,
  requireFlags,
  requireLength,
  V4_FLAG,
  V4_HEADER_BYTES,
  V4_TYPE,
  writeHeader,
} from "./header.ts";

export const V4_NODE_BYTES = 28;
export const V4_EDGE_BYTES = 12;
const COUNT_BYTES = 4;
const NODES_AT = V4_HEADER_BYTES + COUNT_BYTES;
const SCOPE_FLAGS = V4_FLAG.keyframe | V4_FLAG.delta;

/** Edges by wire id of their ends. */
export interface EdgeColumns {
  readonly count: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
}

export interface FullGraph {
  readonly type: "fullGraph";
  readonly nodes: NodeFrame;
  readonly edges: EdgeColumns;
}

/** Which nodes a PositionUpdate has: all of the last FullGraph, or only those that moved. */
export type PositionScope = "keyframe" | "delta";

export interface PositionUpdate {
  readonly type: "positionUpdate";
  readonly nodes: NodeFrame;
  /** Absent: every node of the last FullGraph, and no deltas refer to it. */
  readonly scope?: PositionScope;
}

function writeNodes(view: DataView, start: number, frame: NodeFrame): number {
  const { count, ids, positions, velocities } = frame;
  view.setUint32(start, count, true);
  let at = start + COUNT_BYTES;
  for (let index = 0, k = 0; index < count; index++, at += 28, k += 3) {
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
  for (let index = 0, at = start, k = 0; index < count; index++, at += 28, k += 3) {
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

/** FullGraph. Size: 12 + 28 n + 12 m bytes. */
export function encodeFullGraph(nodes: NodeFrame, edges: EdgeColumns): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(NODES_AT + V4_NODE_BYTES * nodes.count + COUNT_BYTES + V4_EDGE_BYTES * edges.count);
  const view = viewOf(out);
  writeHeader(view, V4_TYPE.fullGraph, 0);
  let at = writeNodes(view, V4_HEADER_BYTES, nodes);
  view.setUint32(at, edges.count, true);
  at += COUNT_BYTES;
  for (let edge = 0; edge < edges.count; edge++, at += 12) {
    view.setUint32(at, edges.sources[edge], true); // 0
    view.setUint32(at + 4, edges.targets[edge], true);
    view.setFloat32(at + 8, edges.weights[edge], true);
  }
  return out;
}

export function decodeFullGraph(view: DataView, flags: number): FullGraph {
  requireFlags(flags, 0);
  const count = readCount(view, V4_HEADER_BYTES, V4_NODE_BYTES);
  const edgesAt = NODES_AT + count * V4_NODE_BYTES;
  const edgeCount = readCount(view, edgesAt, V4_EDGE_BYTES);
  requireLength(view, edgesAt + COUNT_BYTES + edgeCount * V4_EDGE_BYTES);
  const nodes = createFrame(count);
  readNodesInto(view, NODES_AT, count, nodes);
  const sources = new Uint32Array(edgeCount), targets = new Uint32Array(edgeCount);
  const weights = new Float32Array(edgeCount);
  for (let edge = 0, at = edgesAt + COUNT_BYTES; edge < edgeCount; edge++, at += 12) {
    sources[edge] = view.getUint32(at, true); // 0
    targets[edge] = view.getUint32(at + 4, true);
    weights[edge] = view.getFloat32(at + 8, true);
  }
  return { type: "fullGraph", nodes, edges: { count: edgeCount, sources, targets, weights } };
}

/** PositionUpdate of a stated scope; {@link positionUpdate} writes the plain one. */
export function encodePositionUpdate(
  nodes: NodeFrame,
  options: { readonly scope: PositionScope },
): Uint8Array<ArrayBuffer> {
  const out = positionUpdate.encode(nodes);
  out[2] = V4_FLAG[options.scope];
  return out;
}

function positionCount(view: DataView): number {
  const count = readCount(view, V4_HEADER_BYTES, V4_NODE_BYTES);
  requireLength(view, NODES_AT + count * V4_NODE_BYTES);
  return count;
}

export function decodePositionUpdate(view: DataView, flags: number): PositionUpdate {
  requireFlags(flags, SCOPE_FLAGS);
  if ((flags & SCOPE_FLAGS) === SCOPE_FLAGS) fail(2, "a keyframe or a delta", "both");
  const count = positionCount(view), nodes = createFrame(count);
  readNodesInto(view, NODES_AT, count, nodes);
  if ((flags & V4_FLAG.keyframe) !== 0) return { type: "positionUpdate", nodes, scope: "keyframe" };
  return (flags & V4_FLAG.delta) !== 0
    ? { type: "positionUpdate", nodes, scope: "delta" }
    : { type: "positionUpdate", nodes };
}

/** A delta is no whole frame and refused here: its columns would leave every other node where it is not. */
function frameCount(view: DataView): number {
  const { type, flags } = readHeader(view);
  if (type !== V4_TYPE.positionUpdate) fail(1, `type ${hex(V4_TYPE.positionUpdate)}`, hex(type));
  requireFlags(flags, V4_FLAG.keyframe);
  return positionCount(view);
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
    const view = viewOf(bytes), count = frameCount(view), frame = createFrame(count);
    readNodesInto(view, NODES_AT, count, frame);
    return frame;
  },
  decodeInto(bytes, out) {
    const view = viewOf(bytes), count = frameCount(view);
    requireRoom(out.ids.length, count, "records");
    readNodesInto(view, NODES_AT, count, out);
    return count;
  },
};
