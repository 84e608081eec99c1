/** What is written over the scene: names of important nodes, and of the one under the pointer. */
import { Vector3 } from "three";
import type { Viewport } from "./atmosphere.ts";
import type { CameraRig, Transition } from "./camera_rig.ts";
import type { GraphView } from "./graph_view.ts";
import type { Hand } from "./hand.ts";
import { createHoverTag } from "./hover_tag.ts";
import type { Other } from "../state/person.ts";
import type { NodeNames } from "../state/scene_port.ts";
import { LabelLayer, type LabelView } from "./labels.ts";
import { OthersLayer } from "./others.ts";
import { projectInto } from "./picking.ts";
import type { ThemeColors } from "./theme_colors.ts";

export interface OverlayMoment {
  readonly view: GraphView;
  readonly nowMs: number;
  readonly deltaMs: number;
  readonly hovered?: number;
  readonly selected?: number;
  /** Only these are named; absent: whoever is important. */
  readonly only?: ReadonlySet<number>;
  readonly pace: Transition;
}

export class Overlay {
  readonly #labels: LabelLayer;
  readonly #others: OthersLayer;
  readonly #tag: ReturnType<typeof createHoverTag>;
  readonly #rig: CameraRig;
  readonly #hand: Hand;
  readonly #scratch = new Vector3();
  readonly #place = { x: 0, y: 0, depth: 0 };
  #names: NodeNames | undefined;
  #tagged: number | undefined;
  #width = 1;
  #height = 1;

  constructor(parts: { host: HTMLElement; canvas: HTMLCanvasElement; rig: CameraRig; hand: Hand }) {
    this.#labels = new LabelLayer(parts.canvas);
    this.#others = new OthersLayer(this.#labels.pen);
    this.#tag = createHoverTag(parts.host);
    this.#rig = parts.rig;
    this.#hand = parts.hand;
  }

  get names(): NodeNames | undefined {
    return this.#names;
  }

  setNames(names: NodeNames | undefined): void {
    this.#names = names;
    this.#labels.setSource(names);
    // Written anew with the next frame, where a node is still under the pointer.
    this.#tag.show(undefined);
    this.#tagged = undefined;
  }

  /** The same names under other indices: what is shown stays shown. */
  carryNames(names: NodeNames, move: (index: number) => number | undefined): void {
    this.#labels.reindex(move);
    this.setNames(names);
  }

  showOthers(others: readonly Other[]): void {
    this.#others.set(others);
  }

  setColors(colors: ThemeColors): void {
    this.#labels.setColors(colors);
    this.#others.setColors(colors);
  }

  resize({ width, height, dpr }: Viewport): void {
    this.#width = width;
    this.#height = height;
    this.#labels.resize(width, height, { dpr });
  }

  /** Draws everything; true while something still fades. */
  draw(moment: OverlayMoment): boolean {
    const { view, hovered, selected } = moment;
    this.#showTag(view, hovered);
    const labelView: LabelView = {
      matrix: this.#rig.matrix.elements,
      ...{ width: this.#width, height: this.#height, hidden: hovered, first: selected },
      positionAt: (index, out) => view.positionAt(index, out),
      radiusAt: (index, depth) => this.#hand.radiusAt(index, depth),
    };
    const fading = this.#labels.draw(labelView, moment), { indexOf } = view.topology;
    const gliding = this.#others.draw({ ...labelView, distance: this.#rig.distance, indexOf }, moment);
    return fading || gliding;
  }

  #showTag(view: GraphView, hovered: number | undefined): void {
    if (hovered !== this.#tagged) {
      this.#tagged = hovered;
      this.#tag.show(hovered === undefined ? undefined : this.#describe(view, hovered));
    }
    if (hovered === undefined) return;
    const viewport = { matrix: this.#rig.matrix.elements, width: this.#width, height: this.#height };
    const { x, y, depth } = projectInto(view.positionAt(hovered, this.#scratch), viewport, this.#place);
    this.#tag.place(x, y - this.#hand.radiusAt(hovered, depth), this.#width);
  }

  #describe(view: GraphView, index: number): { label: string; note: string } {
    const { offsets, ids } = view.topology, names = this.#names, degree = offsets[index + 1] - offsets[index];
    const links = degree === 1 ? "1 link" : `${degree.toLocaleString("en")} links`;
    if (names === undefined) return { label: `Node ${ids[index]}`, note: links };
    const type = names.typeNames[names.types[index]] ?? "";
    return { label: names.labels[index], note: type === "" ? links : `${type} · ${links}` };
  }
}
