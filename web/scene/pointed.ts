/** Which node is under the pointer: sought when the pointer or the camera moved, as the scene was last drawn. */
import type { Focus } from "./focus.ts";
import type { GraphView } from "./graph_view.ts";
import type { Hand } from "./hand.ts";

const SLOP_PX = 4;

export class Pointed {
  #at: { x: number; y: number } | undefined;
  #isDue = false;

  constructor(private readonly scene: { readonly hand: Hand; readonly focus: Focus; readonly canvas: HTMLElement }) {}

  /** The pointer is there now, in CSS pixels of the canvas; absent: it has left. */
  moved(at: { x: number; y: number } | undefined): void {
    this.#at = at;
    this.#isDue = true;
  }

  /** There may be another node where the pointer is. */
  sceneChanged(): void {
    this.#isDue = true;
  }

  /** Brings the focus and the cursor up to date. */
  update(view: GraphView, { isSteering }: { readonly isSteering: boolean }): void {
    if (!this.#isDue && !isSteering) return;
    this.#isDue = false;
    const { hand, focus, canvas } = this.scene, at = this.#at;
    const hovered = hand.holding ?? (at === undefined ? undefined : hand.pick(at.x, at.y, SLOP_PX));
    if (hovered === focus.hovered) return;
    focus.hovered = hovered;
    focus.apply(view);
    canvas.style.cursor = hovered === undefined ? "" : hand.canGrab(hovered, "mouse") ? "move" : "pointer";
  }
}
