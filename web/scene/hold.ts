/** The node in the user's hand: shown where the hand is, until the server's frames show it there too. */
import type { Vector3 } from "three";
import type { GraphView } from "./graph_view.ts";
import type { SceneUniforms } from "./uniforms.ts";

/** After a drop: how close, in edge lengths, frames must be, and how long we wait for them. */
const CLOSE_ENOUGH = 0.05, PATIENCE_MS = 3_000;

export interface Hold {
  take(index: number, at: Vector3): void;
  move(at: Vector3): void;
  drop(nowMs: number): void;
  /** Lets go once a new frame agrees, or patience ends. */
  frameShown(view: GraphView, nowMs: number): void;
  /** Its node has another index now, or is gone. */
  reindex(move: (index: number) => number | undefined): void;
  release(): void;
}

export function createHold(uniforms: SceneUniforms): Hold {
  let droppedAtMs: number | undefined;
  const release = () => {
    uniforms.heldIndex.value = -1;
    droppedAtMs = undefined;
  };
  return {
    take(index, at) {
      droppedAtMs = undefined;
      uniforms.heldIndex.value = index;
      uniforms.heldAt.value.copy(at);
    },
    move: (at) => void uniforms.heldAt.value.copy(at),
    drop(nowMs) {
      droppedAtMs = nowMs;
    },
    frameShown({ slot, restLength }, nowMs) {
      if (droppedAtMs === undefined) return;
      const k = 3 * uniforms.heldIndex.value, held = uniforms.heldAt.value;
      const near = ({ positions }: { positions: Float32Array }) =>
        Math.hypot(positions[k] - held.x, positions[k + 1] - held.y, positions[k + 2] - held.z);
      const agreed = Math.max(near(slot.before), near(slot.after)) < CLOSE_ENOUGH * restLength;
      if (agreed || nowMs - droppedAtMs > PATIENCE_MS) release();
    },
    reindex(move) {
      if (uniforms.heldIndex.value < 0) return;
      const index = move(uniforms.heldIndex.value);
      if (index === undefined) release();
      else uniforms.heldIndex.value = index;
    },
    release,
  };
}
