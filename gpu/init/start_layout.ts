/** From a graph to everything a simulation starts with, in yields small enough to report progress or give up between. */

import type { PhysicsGraph } from "../api.ts";
import { type Adjacency, buildAdjacency, checkGraph } from "../graph.ts";
import { hashedOffset } from "../random.ts";
import { type Components, findComponents, packComponents } from "./components.ts";
import { pivotMds } from "./pivot_mds.ts";

export interface StartLayout {
  readonly adjacency: Adjacency;
  readonly components: Components;
  /** Packed place of each component, x y z. */
  readonly centres: Float32Array<SharedArrayBuffer>;
  /** Start position of each node, x y z. */
  readonly positions: Float32Array;
}

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface StartOptions {
  readonly dims: 2 | 3;
  readonly seed: number;
}

/** Random share of an edge length that parts nodes which the pivots cannot tell apart. */
const JITTER = 0.01;
/** Space around a component, as a factor on its radius at the start and in edge lengths. */
const ROOM_FACTOR = 1.25, ROOM = 0.75;
/** Small components are prepared in one go, this many nodes between two yields. */
const NODES_PER_YIELD = 1024;

const pivotsFor = (nodeCount: number): number => nodeCount > 500_000 ? 20 : 50;

/** @throws RangeError for a graph that `checkGraph` refuses. */
export function* prepareLayout(graph: PhysicsGraph, options: StartOptions): Generator<Progress, StartLayout> {
  checkGraph(graph);
  yield { stage: "neighbours", done: 0, total: graph.sources.length };
  const adjacency = buildAdjacency(graph);
  yield { stage: "components", done: 0, total: graph.nodeCount };
  const components = findComponents(adjacency);
  const positions = new Float32Array(3 * graph.nodeCount);
  yield* placeComponents(adjacency, components, { ...options, positions });
  const all = Array.from({ length: components.count }, (_, component) => component);
  const radii = all.map((component) => componentRadius(components, component, positions));
  const centres = packComponents(radii, options.dims);
  for (let node = 0; node < graph.nodeCount; node++) {
    const component = components.componentOf[node];
    for (let d = 0; d < 3; d++) positions[3 * node + d] += centres[3 * component + d];
  }
  return { adjacency, components, centres, positions };
}

interface Placement extends StartOptions {
  readonly positions: Float32Array;
  /** Components to place; absent: all. */
  readonly only?: readonly number[];
}

/** Lays the components out, each by itself around the origin. */
export function* placeComponents(
  adjacency: Adjacency,
  components: Components,
  { positions, only, ...options }: Placement,
): Generator<Progress> {
  if (only?.length === 0) return;
  const total = adjacency.nodeCount;
  const scratch = { distances: new Int32Array(total), queue: new Uint32Array(total) };
  const chosen = only ?? Array.from({ length: components.count }, (_, component) => component);
  let done = 0, reported = -NODES_PER_YIELD;
  const isDue = () => done - reported >= NODES_PER_YIELD;
  const report = (): Progress => ({ stage: "start positions", done: Math.floor(reported = done), total });
  for (const c of chosen) {
    const members = components.members.subarray(components.offsets[c], components.offsets[c + 1]);
    const pivots = pivotsFor(members.length);
    for (const _ of pivotMds({ ...options, ...scratch, adjacency, members, pivots }, positions)) {
      done += members.length / (pivots + 1);
      if (isDue()) yield report();
    }
    jitter(members, { ...options, positions });
    done = components.offsets[c + 1];
    if (isDue()) yield report();
  }
  yield report();
}

function jitter(members: Uint32Array, { positions, dims, seed }: Placement): void {
  for (const i of members) {
    for (let d = 0; d < dims; d++) positions[3 * i + d] += JITTER * hashedOffset(seed, i, d);
  }
}

/** Radius of the space that a component around the origin is given. */
export function componentRadius(
  { members, offsets }: Components,
  component: number,
  positions: Float32Array,
): number {
  let square = 0;
  for (let k = offsets[component]; k < offsets[component + 1]; k++) {
    const at = 3 * members[k];
    square = Math.max(square, positions[at] ** 2 + positions[at + 1] ** 2 + positions[at + 2] ** 2);
  }
  return Math.sqrt(square) * ROOM_FACTOR + ROOM;
}
