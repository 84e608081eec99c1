/** Which node everything else steps back for: the hovered one, else the selected one. */
import type { GraphView } from "./graph_view.ts";
import type { SceneUniforms } from "./uniforms.ts";

const FADE_MS = 140;

export class Focus {
  /** The node in focus with its neighbours; absent without a focus. */
  members: ReadonlySet<number> | undefined;
  selected: number | undefined;
  hovered: number | undefined;
  readonly #uniforms: SceneUniforms;

  constructor(uniforms: SceneUniforms) {
    this.#uniforms = uniforms;
  }

  get index(): number | undefined {
    return this.hovered ?? this.selected;
  }

  /** Writes the marks after `selected` or `hovered` changed. Cost: O(n) bytes and one small upload. */
  apply(view: GraphView): void {
    const { index, selected, hovered } = this;
    view.look.setFocus({ focus: index, selected, hovered });
    view.lookChanged();
    view.showFocusEdges(index);
    this.members = undefined;
    if (index === undefined) return;
    this.#uniforms.focusIndex.value = index;
    const { offsets, neighbours } = view.topology;
    this.members = new Set([index, ...neighbours.subarray(offsets[index], offsets[index + 1])]);
  }

  /** Fades towards the goal; true while on the way. */
  animate(deltaMs: number, pace: "fade" | "jump"): boolean {
    const { focus } = this.#uniforms, goal = this.index === undefined ? 0 : 1;
    const step = pace === "jump" ? 1 : deltaMs / FADE_MS;
    focus.value = goal > focus.value ? Math.min(goal, focus.value + step) : Math.max(goal, focus.value - step);
    return focus.value !== goal;
  }
}
