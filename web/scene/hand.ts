/** A hand in the scene: finds the node under it, takes it, moves it in the plane that faces the camera. */
import { Vector3 } from "three";
import type { Viewport } from "./atmosphere.ts";
import type { CameraRig } from "./camera_rig.ts";
import type { GraphView } from "./graph_view.ts";
import type { Hold } from "./hold.ts";
import { pickNode, type PickQuery, projectInto, type ScreenPoint } from "./picking.ts";
import type { PointerEvents } from "./pointer.ts";
import type { SceneUniforms } from "./uniforms.ts";

/** A node can be taken by the mouse where its radius on screen is at least this. */
const GRAB_RADIUS_PX = 4;
const LEAST_RADIUS_PX = 1;

export interface HandOptions {
  readonly view: () => GraphView | undefined;
  readonly viewport: () => Viewport;
  readonly rig: CameraRig;
  readonly hold: Hold;
  readonly uniforms: SceneUniforms;
  readonly selected: () => number | undefined;
  readonly canEdit: () => boolean;
  readonly now: () => number;
  readonly on: {
    hover(at: { x: number; y: number } | undefined): void;
    select(index: number | undefined): void;
    flyTo(index: number): void;
    drag(drag: { index: number; phase: "start" | "move" | "end"; at: Vector3 }): void;
  };
}

export class Hand implements PointerEvents {
  readonly #options: HandOptions;
  readonly #point = new Vector3();
  readonly #place: ScreenPoint = { x: 0, y: 0, depth: 0 };
  /** From the pointer to the middle of the node, where it was taken. Units: CSS pixels. */
  #offset = { x: 0, y: 0 };
  /** Wire id of the node in the hand, from the start of a drag to its end: its index may change meanwhile. */
  #heldId: number | undefined;

  constructor(options: HandOptions) {
    this.#options = options;
  }

  /** Index of the node in the hand. */
  get holding(): number | undefined {
    return this.#heldId === undefined ? undefined : this.#options.view()?.topology.indexOf(this.#heldId);
  }

  /** The node is in another's hand. */
  letGo(id: number): void {
    if (this.#heldId !== id) return;
    this.#heldId = undefined;
    this.#options.hold.release();
  }

  /** Radius on the screen of a node at a depth. Units: CSS pixels. */
  radiusAt(index: number, depth: number): number {
    const { uniforms, view } = this.#options;
    const size = view()?.look.sizeOf(index) ?? 1;
    const scale = uniforms.unit.value * uniforms.pixelsPerUnit.value / uniforms.dpr.value;
    return Math.max(LEAST_RADIUS_PX, scale * size / depth);
  }

  pick(x: number, y: number, slopPx: number): number | undefined {
    const { view, rig, uniforms, viewport } = this.#options, graph = view();
    if (graph === undefined) return undefined;
    const { width, height } = viewport(), { slot } = graph;
    const query: PickQuery = {
      ...{ x, y, slopPx, width, height, matrix: rig.matrix.elements, leastRadiusPx: LEAST_RADIUS_PX },
      radiusAtOne: uniforms.unit.value * uniforms.pixelsPerUnit.value / uniforms.dpr.value,
    };
    const { positions: before } = slot.before, { positions: after } = slot.after;
    return pickNode({ count: slot.count, before, after, blend: uniforms.blend.value }, graph.look.bytes, query);
  }

  canGrab(index: number, kind: "mouse" | "touch"): boolean {
    const { selected, canEdit } = this.#options;
    if (!canEdit()) return false;
    if (selected() === index) return true;
    return kind === "mouse" && this.radiusAt(index, this.#project(index).depth) >= GRAB_RADIUS_PX;
  }

  steer(who: "camera" | "node"): void {
    this.#options.rig.enabled = who === "camera";
  }

  hover(at: { x: number; y: number } | undefined): void {
    this.#options.on.hover(at);
  }

  click(index: number | undefined): void {
    this.#options.on.select(index);
  }

  flyTo(index: number): void {
    this.#options.on.flyTo(index);
  }

  /** A drag of a node that has been removed does nothing more. */
  drag(phase: "start" | "move" | "end", { index: taken, x, y }: { index: number; x: number; y: number }): void {
    const { view, hold, rig, viewport, now, on } = this.#options, graph = view();
    if (phase === "start") this.#heldId = graph?.topology.ids[taken];
    const index = this.holding;
    if (phase === "end") this.#heldId = undefined;
    if (graph === undefined || index === undefined) return;
    const { depth, ...middle } = this.#project(index);
    if (phase === "start") {
      this.#offset = { x: middle.x - x, y: middle.y - y };
      hold.take(index, graph.positionAt(index, this.#point));
    } else {
      const { width, height } = viewport();
      const place = { x: x + this.#offset.x, y: y + this.#offset.y, width, height };
      hold.move(rig.pointAt(place, depth, this.#point));
      if (phase === "end") hold.drop(now());
    }
    on.drag({ index, phase, at: this.#point });
  }

  #project(index: number): ScreenPoint {
    const { view, rig, viewport } = this.#options, { width, height } = viewport();
    view()?.positionAt(index, this.#point);
    return projectInto(this.#point, { matrix: rig.matrix.elements, width, height }, this.#place);
  }
}
