/** The messages of fixed length: what a client does with a node, and the heartbeat. */
import { viewOf } from "../../bytes.ts";
import { fail, requireFlags, requireLength, V4_FLAG, V4_HEADER_BYTES, V4_TYPE, writeHeader } from "./header.ts";

export const V4_NO_NODE = 0xffff_ffff;
const DRAG_PHASE_MASK = V4_FLAG.dragStart | V4_FLAG.dragEnd;

export type DragPhase = "start" | "move" | "end";

export interface NodeSelect {
  readonly type: "nodeSelect";
  /** Absent when the selection was cleared. */
  readonly id?: number;
}

export interface NodeDrag {
  readonly type: "nodeDrag";
  readonly id: number;
  readonly phase: DragPhase;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Heartbeat {
  readonly type: "heartbeat";
  readonly timeMs: number;
  readonly reply: boolean;
}

export function encodeNodeSelect(id: number | undefined): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + 4), view = viewOf(out);
  writeHeader(view, V4_TYPE.nodeSelect, 0);
  view.setUint32(4, id ?? V4_NO_NODE, true);
  return out;
}

export function decodeNodeSelect(view: DataView, flags: number): NodeSelect {
  requireFlags(flags, 0);
  requireLength(view, V4_HEADER_BYTES + 4);
  const id = view.getUint32(4, true);
  return id === V4_NO_NODE ? { type: "nodeSelect" } : { type: "nodeSelect", id };
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

export function decodeNodeDrag(view: DataView, flags: number): NodeDrag {
  requireFlags(flags, DRAG_PHASE_MASK);
  requireLength(view, V4_HEADER_BYTES + 16);
  if ((flags & DRAG_PHASE_MASK) === DRAG_PHASE_MASK) fail(2, "drag phase 0, 1 or 2", 3);
  const phase = (flags & V4_FLAG.dragStart) !== 0 ? "start" : (flags & V4_FLAG.dragEnd) !== 0 ? "end" : "move";
  const x = view.getFloat32(8, true), y = view.getFloat32(12, true), z = view.getFloat32(16, true);
  return { type: "nodeDrag", id: view.getUint32(4, true), phase, x, y, z };
}

export function encodeHeartbeat(timeMs: number, options: { reply: boolean }): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + 8), view = viewOf(out);
  writeHeader(view, V4_TYPE.heartbeat, options.reply ? V4_FLAG.reply : 0);
  view.setFloat64(4, timeMs, true);
  return out;
}

export function decodeHeartbeat(view: DataView, flags: number): Heartbeat {
  requireFlags(flags, V4_FLAG.reply);
  requireLength(view, V4_HEADER_BYTES + 8);
  return { type: "heartbeat", timeMs: view.getFloat64(4, true), reply: (flags & V4_FLAG.reply) !== 0 };
}
