/** One graph on the GPU: its textures and layers, from the moment it is loaded until another takes its place. */
import { type DataTexture, Group, type Vector3 } from "three";
import type { NodeFrame } from "../../protocol/frame.ts";
import { type Mutable, sampleEdgeLength, sampleExtentInto, type Sphere } from "./extent.ts";
import { createFrameSlot, type FrameSlot, type ReadFrame } from "./frame_slot.ts";
import {
  createEdgeLayer,
  createNodeLayer,
  createRibbonLayer,
  type EdgeBlending,
  type Layer,
  type RibbonLayer,
  setEdgeBlending,
} from "./layers.ts";
import { createLook, type Look } from "./look.ts";
import type { Topology } from "./topology.ts";
import { createLookTexture, createPositionTexture, type SceneUniforms } from "./uniforms.ts";

const SHORTEST_BLEND_MS = 8, LONGEST_BLEND_MS = 250;
/** How fast the measured size of the layout and the time between frames follow what is new. */
const FOLLOW = 0.15;
/** Radius of the largest node, in mean edge lengths. */
const NODE_RADIUS = 0.21;
/** … and at most so large that all nodes side by side would cover the layout's disc this many times. */
const NODE_COVER = 1.5;

function edgesOf(topology: Topology, index: number): Int32Array {
  const { offsets, neighbours } = topology;
  const ends = new Int32Array(2 * (offsets[index + 1] - offsets[index]));
  for (let at = offsets[index], k = 0; at < offsets[index + 1]; at++) {
    ends[k++] = index;
    ends[k++] = neighbours[at];
  }
  return ends;
}

/** So many mean edge lengths, or radii of a large node, away a neighbourhood can be read. */
const READING_LENGTHS = 9, READING_RADII = 90;

const NO_ENDS = new Int32Array(0);

export interface GraphViewOptions {
  readonly topology: Topology;
  readonly first: NodeFrame;
  readonly readFrame: ReadFrame;
  readonly uniforms: SceneUniforms;
  readonly widths: Readonly<Record<"edge" | "focus" | "path", { value: number }>>;
}

export class GraphView {
  readonly topology: Topology;
  readonly slot: FrameSlot;
  readonly look: Look;
  readonly objects = new Group();
  /** Follows the layout smoothly; for fog and clip planes. */
  readonly extent: Mutable<Sphere> = { x: 0, y: 0, z: 0, radius: 1 };
  readonly #measured: Mutable<Sphere> = { x: 0, y: 0, z: 0, radius: 1 };
  readonly #uniforms: SceneUniforms;
  readonly #textures: readonly DataTexture[];
  readonly #lookTexture: DataTexture;
  readonly #layers: {
    readonly nodes: Layer;
    readonly edges: Layer;
    readonly focus: RibbonLayer;
    readonly path: RibbonLayer;
  };
  #shownAtMs = -Infinity;
  #intervalMs = 50;
  #blend = 1;
  #restLength: number;

  constructor({ topology, first, readFrame, uniforms, widths }: GraphViewOptions) {
    this.topology = topology;
    this.slot = createFrameSlot(first, readFrame);
    this.look = createLook(topology);
    this.#uniforms = uniforms;
    this.#textures = [this.slot.before, this.slot.after, this.slot.spare].map(createPositionTexture);
    this.#lookTexture = createLookTexture(this.look.bytes, topology.count);
    const ends = new Int32Array(topology.ends.buffer, topology.ends.byteOffset, topology.ends.length);
    const edges = createEdgeLayer(ends, uniforms, widths.edge), nodes = createNodeLayer(topology.count, uniforms);
    const focus = createRibbonLayer(NO_ENDS, uniforms, { halfWidth: widths.focus, place: "lifted" });
    const path = createRibbonLayer(NO_ENDS, uniforms, { halfWidth: widths.path, place: "lifted", color: "accent" });
    this.#layers = { nodes, edges, focus, path };
    this.objects.add(edges.object, nodes.object, focus.object, path.object);
    sampleExtentInto(first.positions, first.count, this.extent);
    this.#restLength = sampleEdgeLength(first.positions, topology.ends);
    this.#bind();
  }

  /** Mean edge length, followed smoothly. */
  get restLength(): number {
    return this.#restLength;
  }

  /** How far from a node its neighbourhood is close enough to be read. */
  get readingDistance(): number {
    return Math.min(READING_LENGTHS * this.#restLength, READING_RADII * this.#uniforms.unit.value);
  }

  /** Fog and sizes follow on from another view of the same graph instead of jumping. */
  goOnFrom({ extent, restLength }: GraphView): void {
    Object.assign(this.extent, extent);
    this.#restLength = restLength;
    this.#bind();
  }

  /** Shows the newest frame if one waits; true when it did. */
  takeFrame(nowMs: number): boolean {
    if (!this.slot.take()) return false;
    this.#textures[this.slot.after.slot].needsUpdate = true;
    const passedMs = Math.min(LONGEST_BLEND_MS, Math.max(SHORTEST_BLEND_MS, nowMs - this.#shownAtMs));
    this.#intervalMs += (passedMs - this.#intervalMs) * FOLLOW;
    this.#shownAtMs = nowMs;
    this.#measure();
    this.#bind();
    return true;
  }

  /** Sets the interpolation for this moment and returns its share of the way, 1 when arrived. */
  blendTo(nowMs: number): number {
    this.#blend = Math.min(1, Math.max(0, (nowMs - this.#shownAtMs) / this.#intervalMs));
    this.#uniforms.blend.value = this.#blend;
    return this.#blend;
  }

  positionAt(index: number, out: Vector3): Vector3 {
    const { heldIndex, heldAt } = this.#uniforms;
    if (index === heldIndex.value) return out.copy(heldAt.value);
    const a = this.slot.before.positions, b = this.slot.after.positions, k = 3 * index, t = this.#blend;
    return out.set(
      a[k] + (b[k] - a[k]) * t,
      a[k + 1] + (b[k + 1] - a[k + 1]) * t,
      a[k + 2] + (b[k + 2] - a[k + 2]) * t,
    );
  }

  /** To be called after bytes of `look` changed. */
  lookChanged(): void {
    this.#lookTexture.needsUpdate = true;
  }

  /** Draws the edges of one node once more, wider; none without one. */
  showFocusEdges(index: number | undefined): void {
    this.#layers.focus.setEnds(index === undefined ? NO_ENDS : edgesOf(this.topology, index));
  }

  /** Draws the edges between these nodes, one after the other, in the accent colour. */
  showPathEdges(indices: readonly number[]): void {
    this.#layers.path.setEnds(Int32Array.from(indices.slice(1).flatMap((index, k) => [indices[k], index])));
  }

  setBlending(blending: EdgeBlending): void {
    setEdgeBlending(this.#layers.edges, blending);
    setEdgeBlending(this.#layers.focus, blending);
  }

  dispose(): void {
    for (const layer of Object.values(this.#layers)) layer.dispose();
    for (const texture of [...this.#textures, this.#lookTexture]) texture.dispose();
  }

  #bind(): void {
    const { slot } = this, uniforms = this.#uniforms;
    uniforms.before.value = this.#textures[slot.before.slot];
    uniforms.after.value = this.#textures[slot.after.slot];
    uniforms.look.value = this.#lookTexture;
    uniforms.restLength.value = this.#restLength;
    const roomy = this.extent.radius * Math.sqrt(NODE_COVER / Math.max(1, slot.count));
    uniforms.unit.value = Math.min(NODE_RADIUS * this.#restLength, roomy);
  }

  #measure(): void {
    const { positions } = this.slot.after, { extent } = this, measured = this.#measured;
    sampleExtentInto(positions, this.slot.count, measured);
    extent.x += (measured.x - extent.x) * FOLLOW;
    extent.y += (measured.y - extent.y) * FOLLOW;
    extent.z += (measured.z - extent.z) * FOLLOW;
    extent.radius += (measured.radius - extent.radius) * FOLLOW;
    this.#restLength += (sampleEdgeLength(positions, this.topology.ends) - this.#restLength) * FOLLOW;
  }
}
