/**
 * The place where a position frame waits to be shown: one, the newest.
 *
 * Three buffers take turns: the moment shown before, the moment shown now, and the one the next frame is decoded
 * into. Bytes that are replaced before anybody looked are never decoded; what comes decoded is copied into the third.
 */
import type { NodeFrame } from "../../protocol/frame.ts";

/** Texels per row of the position texture are three times this: x, y and z of a node lie side by side. */
export const NODES_PER_ROW = 1024;

export interface FrameBuffer extends NodeFrame {
  /** 0, 1 or 2: which of the three buffers this is. */
  readonly slot: number;
}

/** Fills `out`, or answers false for a frame of another graph. */
export type ReadFrame = (bytes: Uint8Array, out: NodeFrame) => boolean;

export interface FrameSlot {
  readonly count: number;
  readonly before: FrameBuffer;
  readonly after: FrameBuffer;
  /** The one that the next frame is decoded into. */
  readonly spare: FrameBuffer;
  /** Frames that a newer one replaced before they were shown. */
  readonly replaced: number;
  /** Arrival of the frame in `after`. Units: ms. */
  readonly arrivedAtMs: number;
  publish(bytes: Uint8Array, arrivedAtMs: number): void;
  /** A decoded frame of the same nodes. Cost: one copy. */
  place(frame: NodeFrame, arrivedAtMs: number): void;
  /** Shows the newest frame, if there is one. @throws {DecodeError} for bytes that are no frame, which are let go. */
  take(): boolean;
}

/** Rows of a position texture that holds `count` nodes; at least one, since a texture cannot be empty. */
export function textureRows(count: number): number {
  return Math.max(1, Math.ceil(count / NODES_PER_ROW));
}

function createBuffer(first: NodeFrame, slot: number): FrameBuffer {
  const { sequence, generation, count } = first;
  const positions = new Float32Array(3 * NODES_PER_ROW * textureRows(count));
  positions.set(first.positions.subarray(0, 3 * count));
  const scalar = new Float32Array(0);
  const velocities = new Float32Array(3 * count);
  return {
    ...{ sequence, generation, count, positions, velocities, slot },
    ids: first.ids.slice(),
    masses: scalar,
    charges: scalar,
  };
}

/** A slot for frames of the same nodes as `first`, which is shown until another comes. */
export function createFrameSlot(first: NodeFrame, read: ReadFrame): FrameSlot {
  const [a, b, c] = [0, 1, 2].map((slot) => createBuffer(first, slot));
  let before = a, after = b, spare = c;
  let pending: Uint8Array | "placed" | undefined, pendingAtMs = 0, arrivedAtMs = 0, replaced = 0;
  const arrived = (what: Uint8Array | "placed", atMs: number) => {
    if (pending !== undefined) replaced++;
    pending = what;
    pendingAtMs = atMs;
  };
  return {
    count: first.count,
    get before() {
      return before;
    },
    get after() {
      return after;
    },
    get spare() {
      return spare;
    },
    get replaced() {
      return replaced;
    },
    get arrivedAtMs() {
      return arrivedAtMs;
    },
    publish: arrived,
    place(frame, atMs) {
      spare.positions.set(frame.positions);
      arrived("placed", atMs);
    },
    take() {
      if (pending === undefined) return false;
      const bytes = pending;
      pending = undefined;
      if (bytes !== "placed" && !read(bytes, spare)) return false;
      arrivedAtMs = pendingAtMs;
      [before, after, spare] = [after, spare, before];
      return true;
    },
  };
}
