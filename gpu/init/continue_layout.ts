/** A start layout in which nodes that have a place keep it: after an edit, or with the places of an earlier run. */

import type { PhysicsGraph } from "../api.ts";
import { type Adjacency, buildAdjacency, checkGraph, sharedFloat32 } from "../graph.ts";
import { hashedOffset } from "../random.ts";
import { type Components, findComponents, packComponents } from "./components.ts";
import { createFreeSpace } from "./free_space.ts";
import {
  componentRadius,
  placeComponents,
  type Progress,
  type StartLayout,
  type StartOptions,
} from "./start_layout.ts";

/** A new node lies within so many edge lengths of the middle of its neighbours, on each axis. */
const BESIDE = 0.5;

/**
 * `known` holds x y z per node; a node with a coordinate that is not finite is new. New nodes are put beside those of
 * their neighbours that have a place, chains of them in breadth-first order; components without any place are laid out
 * by themselves and put where there is room. A component that has places belongs where they are on average.
 *
 * Cost: adjacency and components anew, about 40 ms per 100,000 nodes and 300,000 edges.
 * @throws RangeError for a graph that `checkGraph` refuses.
 */
export function* continueLayout(
  graph: PhysicsGraph,
  known: Float32Array,
  options: StartOptions,
): Generator<Progress, StartLayout> {
  checkGraph(graph);
  yield { stage: "neighbours", done: 0, total: graph.sources.length };
  const adjacency = buildAdjacency(graph);
  yield { stage: "components", done: 0, total: graph.nodeCount };
  const components = findComponents(adjacency);
  const positions = known.slice(), placed = findPlaced(positions);
  if (options.dims === 2) flatten(positions);
  placeBeside(adjacency, placed, { ...options, positions });
  const fresh = listFresh(components, placed);
  yield* placeComponents(adjacency, components, { ...options, positions, only: fresh });
  const centres = middles(components, { ...options, positions, placed });
  settleFresh(components, fresh, { ...options, positions, centres });
  return { adjacency, components, centres, positions };
}

function flatten(positions: Float32Array): void {
  for (let z = 2; z < positions.length; z += 3) if (Number.isFinite(positions[z])) positions[z] = 0;
}

/** 1 per node that has a place. */
function findPlaced(positions: Float32Array): Uint8Array {
  const placed = new Uint8Array(positions.length / 3);
  for (let node = 0; node < placed.length; node++) {
    const at = 3 * node;
    const finite = Number.isFinite(positions[at]) && Number.isFinite(positions[at + 1]) &&
      Number.isFinite(positions[at + 2]);
    placed[node] = finite ? 1 : 0;
  }
  return placed;
}

interface Placing extends StartOptions {
  readonly positions: Float32Array;
}

/** Breadth first from all nodes that have a place: each new node at the mean of its placed neighbours, a little aside. */
function placeBeside({ nodeCount, offsets, neighbours }: Adjacency, placed: Uint8Array, placing: Placing): void {
  const { positions, dims, seed } = placing;
  const queue: number[] = [], waiting = new Uint8Array(nodeCount);
  const call = (node: number) => {
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const other = neighbours[k];
      if (placed[other] === 1 || waiting[other] === 1) continue;
      waiting[other] = 1;
      queue.push(other);
    }
  };
  for (let node = 0; node < nodeCount; node++) if (placed[node] === 1) call(node);
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head], at = 3 * node;
    let count = 0, x = 0, y = 0, z = 0;
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const other = 3 * neighbours[k];
      if (placed[neighbours[k]] === 0) continue;
      count++;
      x += positions[other];
      y += positions[other + 1];
      z += positions[other + 2];
    }
    positions[at] = x / count + 2 * BESIDE * hashedOffset(seed, node, 0);
    positions[at + 1] = y / count + 2 * BESIDE * hashedOffset(seed, node, 1);
    positions[at + 2] = dims === 2 ? 0 : z / count + 2 * BESIDE * hashedOffset(seed, node, 2);
    placed[node] = 1;
    call(node);
  }
}

/** Components in which no node has a place: all of them or none has, once `placeBeside` is through. */
function listFresh({ count, members, offsets }: Components, placed: Uint8Array): number[] {
  return Array.from({ length: count }, (_, component) => component)
    .filter((component) => placed[members[offsets[component]]] === 0);
}

interface Measuring extends Placing {
  readonly placed: Uint8Array;
}

/** Mean place of each component that has places; the origin for the others. */
function middles({ count, componentOf, offsets }: Components, { positions, placed }: Measuring) {
  const sums = new Float64Array(3 * count), centres = sharedFloat32(3 * count);
  for (let node = 0; node < placed.length; node++) {
    if (placed[node] === 0) continue;
    const to = 3 * componentOf[node];
    for (let d = 0; d < 3; d++) sums[to + d] += positions[3 * node + d];
  }
  for (let at = 0; at < sums.length; at++) {
    const component = Math.floor(at / 3);
    centres[at] = sums[at] / (offsets[component + 1] - offsets[component]);
  }
  return centres;
}

interface Settling extends Placing {
  readonly centres: Float32Array;
}

/** Fresh components lie around the origin; each goes where nothing is yet, the largest first. */
function settleFresh(components: Components, fresh: readonly number[], settling: Settling): void {
  const { positions, centres, dims } = settling, { count, members, offsets } = components;
  if (fresh.length === 0) return;
  const radii = fresh.map((component) => componentRadius(components, component, positions));
  const isFresh = new Set(fresh);
  const places = fresh.length === count
    ? packComponents(radii, dims)
    : createFreeSpace(others(components, isFresh), { positions, radii }).placeAll();
  fresh.forEach((component, k) => {
    centres.set(places.subarray(3 * k, 3 * k + 3), 3 * component);
    for (let m = offsets[component]; m < offsets[component + 1]; m++) {
      for (let d = 0; d < 3; d++) positions[3 * members[m] + d] += places[3 * k + d];
    }
  });
}

/** Nodes of all other components, those of the largest first. */
function others({ count, members, offsets }: Components, without: ReadonlySet<number>): Uint32Array[] {
  return Array.from({ length: count }, (_, component) => component)
    .filter((component) => !without.has(component))
    .map((component) => members.subarray(offsets[component], offsets[component + 1]));
}
