/**
 * What a hand on the canvas means: hovering, a click, taking hold of a node, or steering the camera.
 *
 * A press becomes a drag or an orbit after 4 px; until then it may still be a click. A node can be taken by the mouse
 * where it is drawn large enough to aim at, and by a finger once it is selected, so that a dense graph can still be
 * turned by grabbing anywhere.
 */
export const CLICK_PX = 4;
const SLOP_PX = { mouse: 4, touch: 16 } as const;

export interface PointerEvents {
  /** The node at a place, within a slop. */
  pick(x: number, y: number, slopPx: number): number | undefined;
  canGrab(index: number, kind: "mouse" | "touch"): boolean;
  /** Lends the pointer to us, or gives it back to the camera. */
  steer(who: "camera" | "node"): void;
  hover(at: { x: number; y: number } | undefined): void;
  click(index: number | undefined): void;
  flyTo(index: number): void;
  drag(phase: "start" | "move" | "end", drag: { index: number; x: number; y: number }): void;
}

type Gesture =
  | { readonly kind: "none" }
  | {
    readonly kind: "press";
    readonly id: number;
    readonly index?: number;
    readonly grab: boolean;
    x: number;
    y: number;
  }
  | { readonly kind: "drag"; readonly id: number; readonly index: number }
  | { readonly kind: "camera" };

const NONE: Gesture = { kind: "none" }, CAMERA: Gesture = { kind: "camera" };

/** Listens on `canvas` before anybody else does, from construction until `stop`. */
export class PointerListener {
  readonly #canvas: HTMLElement;
  readonly #events: PointerEvents;
  readonly #ended = new AbortController();
  #gesture: Gesture = NONE;

  constructor(canvas: HTMLElement, events: PointerEvents) {
    this.#canvas = canvas;
    this.#events = events;
    const { signal } = this.#ended;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal, capture: true });
    canvas.addEventListener("pointermove", (event) => this.#gesture.kind === "none" && this.#hover(event), { signal });
    canvas.addEventListener("pointerleave", () => this.#gesture.kind === "none" && events.hover(undefined), { signal });
    canvas.addEventListener("dblclick", (event) => this.#fly(event), { signal });
    addEventListener("pointermove", (event) => this.#move(event), { signal });
    for (const name of ["pointerup", "pointercancel"] as const) {
      addEventListener(name, (event) => this.#up(event), { signal });
    }
  }

  stop(): void {
    this.#ended.abort();
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #hover(event: PointerEvent): void {
    this.#events.hover(event.pointerType === "touch" || event.buttons !== 0 ? undefined : this.#place(event));
  }

  #down(event: PointerEvent): void {
    this.#canvas.focus({ preventScroll: true });
    if (this.#gesture.kind !== "none" || event.button !== 0) {
      if (this.#gesture.kind === "press") this.#gesture = CAMERA;
      return;
    }
    const { x, y } = this.#place(event), kind = event.pointerType === "touch" ? "touch" : "mouse";
    const index = this.#events.pick(x, y, SLOP_PX[kind]);
    const grab = index !== undefined && this.#events.canGrab(index, kind);
    if (grab) this.#events.steer("node");
    this.#gesture = { kind: "press", id: event.pointerId, index, grab, x, y };
  }

  #move(event: PointerEvent): void {
    const { x, y } = this.#place(event), gesture = this.#gesture;
    if (gesture.kind === "none" || gesture.kind === "camera" || event.pointerId !== gesture.id) return;
    if (gesture.kind === "drag") return this.#events.drag("move", { index: gesture.index, x, y });
    if (Math.hypot(x - gesture.x, y - gesture.y) < CLICK_PX) return;
    const { index, grab, id } = gesture;
    if (index === undefined || !grab) {
      this.#gesture = CAMERA;
      return this.#events.hover(undefined);
    }
    this.#canvas.setPointerCapture(id);
    this.#events.drag("start", { index, x: gesture.x, y: gesture.y });
    this.#events.drag("move", { index, x, y });
    this.#gesture = { kind: "drag", id, index };
  }

  #up(event: PointerEvent): void {
    const { x, y } = this.#place(event), ended = this.#gesture;
    if (ended.kind === "none" || (ended.kind !== "camera" && event.pointerId !== ended.id)) return;
    this.#gesture = NONE;
    if (ended.kind === "drag") this.#events.drag("end", { index: ended.index, x, y });
    else if (ended.kind === "press" && event.type === "pointerup") this.#events.click(ended.index);
    this.#events.steer("camera");
  }

  #fly(event: MouseEvent): void {
    const { x, y } = this.#place(event), index = this.#events.pick(x, y, SLOP_PX.mouse);
    if (index !== undefined) this.#events.flyTo(index);
  }
}
