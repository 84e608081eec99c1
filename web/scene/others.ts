/** The other people in the scene: rings around what they have selected or hold, a mark where they look from. */
import { Vector3 } from "three";
import type { Other, Vector } from "../state/person.ts";
import type { LabelView } from "./labels.ts";
import type { Transition } from "./camera_rig.ts";
import { projectInto, type ScreenPoint } from "./picking.ts";
import type { ThemeColors } from "./theme_colors.ts";

const RING_GAP_PX = 4, RING_STEP_PX = 4, HELD_RING_PX = 3, RING_PX = 1.75;
const EYE_PX = 4.5, GAZE_PX = 13, NAME_GAP_PX = 9;
/** A camera that is so near, as a share of one's own distance from what one looks at, would be in one's own eye. */
const NEAREST = 0.06;
/** Cameras are told ten times a second, and glide between. */
const GLIDE_MS = 90, ARRIVED = 1e-3;

export interface OthersView extends LabelView {
  /** From one's own camera to what it looks at. */
  readonly distance: number;
  indexOf(id: number): number | undefined;
}

/** Where a camera is shown, on its way to where it is. */
interface Eye {
  readonly at: Vector3;
  readonly target: Vector3;
}

/** Brings `at` nearer to `goal`; true while there is still a way to go. */
export function glide(at: Vector3, goal: Vector, share: number): boolean {
  const dx = goal[0] - at.x, dy = goal[1] - at.y, dz = goal[2] - at.z;
  const isThere = Math.hypot(dx, dy, dz) <= ARRIVED * (1 + Math.hypot(...goal));
  const part = isThere ? 1 : share;
  at.set(at.x + dx * part, at.y + dy * part, at.z + dz * part);
  return !isThere && part < 1;
}

export class OthersLayer {
  readonly #pen: CanvasRenderingContext2D;
  readonly #eyes = new Map<number, Eye>();
  readonly #point = new Vector3();
  readonly #place: ScreenPoint = { x: 0, y: 0, depth: 0 };
  #others: readonly Other[] = [];
  #colors: ThemeColors | undefined;

  /** Draws with the pen of the names, after them. */
  constructor(pen: CanvasRenderingContext2D) {
    this.#pen = pen;
  }

  set(others: readonly Other[]): void {
    this.#others = others;
    const present = new Set(others.flatMap(({ participant, camera }) => camera === undefined ? [] : [participant]));
    for (const participant of this.#eyes.keys()) if (!present.has(participant)) this.#eyes.delete(participant);
    for (const { participant, camera } of others) {
      if (camera === undefined || this.#eyes.has(participant)) continue;
      this.#eyes.set(participant, { at: new Vector3(...camera.position), target: new Vector3(...camera.target) });
    }
  }

  setColors(colors: ThemeColors): void {
    this.#colors = colors;
  }

  /** Draws; true while a camera is still on its way. */
  draw(view: OthersView, { deltaMs, pace }: { readonly deltaMs: number; readonly pace: Transition }): boolean {
    const colors = this.#colors, pen = this.#pen;
    if (colors === undefined || this.#others.length === 0) return false;
    const share = pace === "jump" ? 1 : 1 - Math.exp(-deltaMs / GLIDE_MS), rings = new Map<number, number>();
    let gliding = false;
    pen.save();
    pen.font = `600 11px ${colors.font}`;
    pen.lineJoin = "round";
    for (const other of this.#others) {
      const color = other.color ?? colors.people[other.tone];
      this.#drawNodes(view, other, { color, rings });
      const eye = this.#eyes.get(other.participant);
      if (eye === undefined || other.camera === undefined) continue;
      const moves = [glide(eye.at, other.camera.position, share), glide(eye.target, other.camera.target, share)];
      gliding ||= moves.includes(true);
      this.#drawEye(view, eye, { color, name: other.name });
    }
    pen.restore();
    return gliding;
  }

  /** Rings of several people around one node lie in each other. */
  #drawNodes(view: OthersView, other: Other, look: { color: string; rings: Map<number, number> }): void {
    const ids = new Set(other.held);
    if (other.selected !== undefined) ids.add(other.selected);
    for (const id of ids) {
      const index = view.indexOf(id);
      if (index === undefined) continue;
      const { x, y, depth } = projectInto(view.positionAt(index, this.#point), view, this.#place);
      if (depth <= 0) continue;
      const before = look.rings.get(index) ?? 0, isHeld = other.held.includes(id);
      look.rings.set(index, before + 1);
      const radius = view.radiusAt(index, depth) + RING_GAP_PX + RING_STEP_PX * before;
      this.#stroke(look.color, isHeld ? HELD_RING_PX : RING_PX, () => this.#pen.arc(x, y, radius, 0, 2 * Math.PI));
      this.#write(other.name, look.color, { x, y: y + radius + NAME_GAP_PX * (1 + 1.4 * before), align: "center" });
    }
  }

  #drawEye(view: OthersView, { at, target }: Eye, { color, name }: { color: string; name: string }): void {
    const pen = this.#pen, { x, y, depth } = projectInto(at, view, this.#place);
    if (depth < NEAREST * view.distance || x < 0 || y < 0 || x > view.width || y > view.height) return;
    const gaze = projectInto(target, view, this.#place), length = Math.hypot(gaze.x - x, gaze.y - y);
    if (gaze.depth > 0 && length > GAZE_PX) {
      const dx = (gaze.x - x) / length, dy = (gaze.y - y) / length;
      this.#stroke(color, 2, () => {
        pen.moveTo(x, y);
        pen.lineTo(x + dx * GAZE_PX, y + dy * GAZE_PX);
      });
    }
    pen.beginPath();
    pen.arc(x, y, EYE_PX, 0, 2 * Math.PI);
    pen.fillStyle = color;
    pen.fill();
    pen.strokeStyle = this.#colors?.halo ?? color;
    pen.lineWidth = 1.5;
    pen.stroke();
    this.#write(name, color, { x: x + EYE_PX + 5, y, align: "left" });
  }

  #stroke(color: string, width: number, path: () => void): void {
    const pen = this.#pen;
    for (const [ink, extra] of [[this.#colors?.halo ?? color, 2], [color, 0]] as const) {
      pen.beginPath();
      path();
      pen.strokeStyle = ink;
      pen.lineWidth = width + extra;
      pen.stroke();
    }
  }

  #write(name: string, color: string, { x, y, align }: { x: number; y: number; align: CanvasTextAlign }): void {
    const pen = this.#pen;
    pen.textAlign = align;
    pen.textBaseline = "middle";
    pen.lineWidth = 3.5;
    pen.strokeStyle = this.#colors?.halo ?? color;
    pen.strokeText(name, x, y);
    pen.fillStyle = color;
    pen.fillText(name, x, y);
  }
}
