/**
 * Names over the scene, on a 2D canvas: the most connected nodes that are in view, as many as fit without touching.
 *
 * Which ones is decided a few times per second over all nodes; where they are, in every frame. One that is shown keeps
 * its place before a newcomer, so that names do not flicker while the layout moves.
 */
import { Vector3 } from "three";
import { projectInto, type ScreenPoint } from "./picking.ts";
import type { ThemeColors } from "./theme_colors.ts";

const CHOOSE_EVERY_MS = 180;
const FADE_PER_MS = 1 / 220;
const CANDIDATES = 96;
const LABEL_HEIGHT = 20, LABEL_GAP = 6, LONGEST = 32;
/** One label per this many square pixels, within bounds. */
const AREA_PER_LABEL = 42_000, FEWEST = 6, MOST = 36;

export interface LabelView {
  /** Projection × view, column-major. */
  readonly matrix: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** A node that is named elsewhere. */
  readonly hidden?: number;
  /** A node that is named before all others. */
  readonly first?: number;
  positionAt(index: number, out: Vector3): Vector3;
  /** Radius on the screen of a node at a depth. Units: CSS pixels. */
  radiusAt(index: number, depth: number): number;
}

export interface LabelSource {
  readonly labels: readonly string[];
  readonly degrees: readonly number[];
}

interface Shown {
  opacity: number;
  wanted: boolean;
  readonly text: string;
  readonly width: number;
}

interface Candidate {
  index: number;
  weight: number;
}

/** Most connected first; counting sort, so that 100,000 nodes take a few milliseconds once. */
function orderByDegree(degrees: readonly number[]): Uint32Array<ArrayBuffer> {
  const count = degrees.length;
  let max = 0;
  for (let index = 0; index < count; index++) if (degrees[index] > max) max = degrees[index];
  const starts = new Uint32Array(max + 2), order = new Uint32Array(count);
  for (let index = 0; index < count; index++) starts[max - degrees[index] + 1]++;
  for (let i = 0; i <= max; i++) starts[i + 1] += starts[i];
  for (let index = 0; index < count; index++) order[starts[max - degrees[index]]++] = index;
  return order;
}

const NEAR_AT_MOST = 8, KEEP_BONUS = 1.6;

/** The heaviest candidates in view, heaviest first. Cost: O(n) at worst; ends early where hubs are in view. */
function chooseCandidates(view: LabelView, choice: {
  readonly degrees: readonly number[];
  readonly order: Iterable<number>;
  readonly shown: ReadonlyMap<number, Shown>;
}): Candidate[] {
  const best: Candidate[] = [], place = { x: 0, y: 0, depth: 0 }, scratch = new Vector3();
  const heaviestFirst = (a: Candidate, b: Candidate) => b.weight - a.weight;
  let floor = 0;
  for (const index of choice.order) {
    const degree = choice.degrees[index] + 0.5;
    if (degree * (0.25 + NEAR_AT_MOST) * KEEP_BONUS < floor) break;
    projectInto(view.positionAt(index, scratch), view, place);
    if (place.depth <= 0 || place.x < 0 || place.y < 0 || place.x > view.width || place.y > view.height) continue;
    const near = Math.min(NEAR_AT_MOST, view.radiusAt(index, place.depth));
    const weight = degree * (0.25 + near) * (choice.shown.has(index) ? KEEP_BONUS : 1);
    if (weight <= floor) continue;
    best.push({ index, weight });
    if (best.length < 2 * CANDIDATES) continue;
    best.sort(heaviestFirst).length = CANDIDATES;
    floor = best[CANDIDATES - 1].weight;
  }
  return best.sort(heaviestFirst).slice(0, CANDIDATES);
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`;
}

export class LabelLayer {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #shown = new Map<number, Shown>();
  readonly #boxes: { x: number; y: number; width: number }[] = [];
  readonly #place: ScreenPoint = { x: 0, y: 0, depth: 0 };
  readonly #point = new Vector3();
  #source: LabelSource | undefined;
  #order = new Uint32Array(0);
  #colors: ThemeColors | undefined;
  #chosenAtMs = -Infinity;
  #only: ReadonlySet<number> | undefined;

  constructor(canvas: HTMLCanvasElement) {
    const pen = canvas.getContext("2d");
    if (pen === null) throw new RangeError("Cannot draw labels: this canvas has no 2D context.");
    this.#canvas = canvas;
    this.#pen = pen;
  }

  /** For whoever draws on the same canvas, after the names. */
  get pen(): CanvasRenderingContext2D {
    return this.#pen;
  }

  /** Names that stay the same stay shown. */
  setSource(source: LabelSource | undefined): void {
    this.#source = source;
    this.#order = orderByDegree(source?.degrees ?? []);
    for (const [index, { text }] of this.#shown) {
      if (shorten(source?.labels[index] ?? "") !== text) this.#shown.delete(index);
    }
    this.#chosenAtMs = -Infinity;
  }

  /** The nodes have other indices now, or are gone. */
  reindex(move: (index: number) => number | undefined): void {
    const shown = [...this.#shown];
    this.#shown.clear();
    for (const [index, label] of shown) {
      const to = move(index);
      if (to !== undefined) this.#shown.set(to, label);
    }
  }

  setColors(colors: ThemeColors): void {
    this.#colors = colors;
    this.#setFont();
  }

  resize(width: number, height: number, { dpr }: { dpr: number }): void {
    this.#canvas.width = Math.round(width * dpr);
    this.#canvas.height = Math.round(height * dpr);
    this.#pen.setTransform(dpr, 0, 0, dpr, 0, 0);
    this.#setFont();
  }

  /** Draws; true while something still fades. `only` limits names to these nodes. */
  draw(view: LabelView, time: { nowMs: number; deltaMs: number; only?: ReadonlySet<number> }): boolean {
    const pen = this.#pen, colors = this.#colors, { nowMs, deltaMs, only } = time;
    pen.clearRect(0, 0, view.width, view.height);
    if (this.#source === undefined || colors === undefined) return false;
    if (nowMs - this.#chosenAtMs >= CHOOSE_EVERY_MS || only !== this.#only) {
      this.#choose(view, this.#source, only);
      this.#chosenAtMs = nowMs;
      this.#only = only;
    }
    let fading = false;
    pen.strokeStyle = colors.halo;
    pen.fillStyle = colors.label;
    for (const [index, label] of this.#shown) {
      const goal = label.wanted && index !== view.hidden ? 1 : 0, step = deltaMs * FADE_PER_MS;
      label.opacity = Math.max(0, Math.min(1, label.opacity + (goal === 1 ? step : -step)));
      if (label.opacity !== goal) fading = true;
      else if (goal === 0 && !label.wanted) this.#shown.delete(index);
      const { x, y, depth } = projectInto(view.positionAt(index, this.#point), view, this.#place);
      if (depth <= 0 || label.opacity === 0) continue;
      const left = x + view.radiusAt(index, depth) + LABEL_GAP;
      pen.globalAlpha = label.opacity * 0.92;
      pen.strokeText(label.text, left, y);
      pen.fillText(label.text, left, y);
    }
    return fading;
  }

  #setFont(): void {
    if (this.#colors === undefined) return;
    this.#pen.font = `500 12px ${this.#colors.font}`;
    this.#pen.textBaseline = "middle";
    this.#pen.lineJoin = "round";
    this.#pen.lineWidth = 3.5;
  }

  #choose(view: LabelView, { labels, degrees }: LabelSource, only: ReadonlySet<number> | undefined): void {
    const shown = this.#shown, boxes = this.#boxes;
    const most = Math.min(MOST, Math.max(FEWEST, Math.round(view.width * view.height / AREA_PER_LABEL)));
    const order = only === undefined ? this.#order : [...only].sort((a, b) => degrees[b] - degrees[a]);
    for (const label of shown.values()) label.wanted = false;
    boxes.length = 0;
    const candidates = chooseCandidates(view, { degrees, order, shown });
    if (view.first !== undefined) candidates.unshift({ index: view.first, weight: Infinity });
    for (const { index } of candidates) {
      if (boxes.length >= most) break;
      const text = shown.get(index)?.text ?? shorten(labels[index]);
      const width = shown.get(index)?.width ?? this.#pen.measureText(text).width;
      const { x, y, depth } = projectInto(view.positionAt(index, this.#point), view, this.#place);
      const left = x + view.radiusAt(index, depth) + LABEL_GAP;
      if (text === "" || depth <= 0 || left + width > view.width || !fits(boxes, left, { y, width })) continue;
      boxes.push({ x: left, y, width });
      const label = shown.get(index);
      if (label === undefined) shown.set(index, { opacity: 0, wanted: true, text, width });
      else label.wanted = true;
    }
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function fits(boxes: readonly Box[], x: number, { y, width }: Pick<Box, "y" | "width">): boolean {
  return boxes.every((box) =>
    x >= box.x + box.width + LABEL_GAP || box.x >= x + width + LABEL_GAP || Math.abs(y - box.y) >= LABEL_HEIGHT
  );
}
