/** What everything else steps back for: the hovered node, else the path, else the selected node. */
import type { GraphView } from "./graph_view.ts";
import type { SceneUniforms } from "./uniforms.ts";

const FADE_MS = 140;
const NOBODY = -1;

export class Focus {
  /** The node in focus with its neighbours, and the path; absent without a focus. */
  members: ReadonlySet<number> | undefined;
  selected: number | undefined;
  hovered: number | undefined;
  /** Indices of its nodes, in order. */
  path: readonly number[] | undefined;
  readonly #uniforms: SceneUniforms;

  constructor(uniforms: SceneUniforms) {
    this.#uniforms = uniforms;
  }

  /** The node whose neighbourhood is shown; beside a path only that of one that is pointed at. */
  get index(): number | undefined {
    return this.hovered ?? (this.path === undefined ? this.selected : undefined);
  }

  /** Writes the marks after `selected` or `hovered` changed. Cost: O(n) bytes and one small upload. */
  apply(view: GraphView): void {
    const { index, selected, hovered, path = [] } = this;
    view.look.setFocus({ focus: index, selected, hovered, path });
    view.lookChanged();
    view.showFocusEdges(index);
    this.members = undefined;
    this.#uniforms.focusIndex.value = index ?? NOBODY;
    if (index === undefined && path.length === 0) return;
    const { offsets, neighbours } = view.topology;
    const near = index === undefined ? [] : [index, ...neighbours.subarray(offsets[index], offsets[index + 1])];
    this.members = new Set([...path, ...near]);
  }

  /** Fades towards the goal; true while on the way. */
  animate(deltaMs: number, pace: "fade" | "jump"): boolean {
    const { focus } = this.#uniforms, goal = this.members === undefined ? 0 : 1;
    const step = pace === "jump" ? 1 : deltaMs / FADE_MS;
    focus.value = goal > focus.value ? Math.min(goal, focus.value + step) : Math.max(goal, focus.value - step);
    return focus.value !== goal;
  }
}
