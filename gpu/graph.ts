/** The graph as the kernels read it: neighbour lists in both directions, so that every node gathers its own springs. */

import type { PhysicsGraph } from "./api.ts";

export interface Adjacency {
  readonly nodeCount: number;
  /** Row of node `i`: entries `offsets[i]` … `offsets[i + 1]`. Shape: n + 1. */
  readonly offsets: Uint32Array<SharedArrayBuffer>;
  readonly neighbours: Uint32Array<SharedArrayBuffer>;
  /** Weight of the edge. */
  readonly weights: Float32Array<SharedArrayBuffer>;
  /** Weight × deg_j / (deg_i + deg_j): the light end of an edge follows the heavy one. */
  readonly pulls: Float32Array<SharedArrayBuffer>;
}

/** @throws RangeError where an edge names a node that does not exist, a weight or charge is negative or not finite, or a mass not above 0. */
export function checkGraph(graph: PhysicsGraph): void {
  const { nodeCount, sources, targets, weights, charges, masses } = graph;
  if (sources.length !== targets.length) {
    throw new RangeError(
      `Cannot lay out ${sources.length} edge sources with ${targets.length} targets: counts differ.`,
    );
  }
  for (let e = 0; e < sources.length; e++) {
    if (sources[e] >= nodeCount || targets[e] >= nodeCount) {
      throw new RangeError(`Cannot lay out edge ${e} (${sources[e]}–${targets[e]}): there are ${nodeCount} nodes.`);
    }
  }
  checkColumn("weight", weights, sources.length);
  checkMeaning(graph);
  checkColumn("charge", charges, nodeCount);
  checkColumn("mass", masses, nodeCount);
  const weightless = masses?.indexOf(0) ?? -1;
  if (weightless >= 0) throw new RangeError(`Cannot use mass 0 at ${weightless}: it must be above 0.`);
}

function checkMeaning({ nodeCount, sources, types, edgeMeanings, depths }: PhysicsGraph): void {
  for (
    const [name, column, length] of [
      ["node types", types, nodeCount],
      ["edge meanings", edgeMeanings, sources.length],
      ["depths", depths, nodeCount],
    ] as const
  ) {
    if (column !== undefined && column.length !== length) {
      throw new RangeError(`Cannot read ${column.length} ${name} for ${length}.`);
    }
  }
  const deep = depths?.findIndex((depth) => !Number.isNaN(depth) && !Number.isFinite(depth)) ?? -1;
  if (deep >= 0) throw new RangeError(`Cannot use an infinite depth at ${deep}.`);
}

function checkColumn(name: string, column: Float32Array | undefined, length: number): void {
  if (column === undefined) return;
  if (column.length !== length) throw new RangeError(`Cannot read ${column.length} values of ${name} for ${length}.`);
  const bad = column.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) {
    throw new RangeError(`Cannot use ${name} ${column[bad]} at ${bad}: it must be finite and not negative.`);
  }
}

/** Rows in edge order; self-loops are left out, parallel edges stay and add up. Cost: two passes over the edges. */
export function buildAdjacency(graph: PhysicsGraph): Adjacency {
  const { nodeCount, sources, targets } = graph;
  const offsets = sharedUint32(nodeCount + 1);
  for (let e = 0; e < sources.length; e++) {
    if (sources[e] === targets[e]) continue;
    offsets[sources[e] + 1]++;
    offsets[targets[e] + 1]++;
  }
  for (let i = 0; i < nodeCount; i++) offsets[i + 1] += offsets[i];
  const neighbours = sharedUint32(offsets[nodeCount]);
  const weights = sharedFloat32(offsets[nodeCount]);
  const pulls = sharedFloat32(offsets[nodeCount]);
  const next = offsets.slice();
  for (let e = 0; e < sources.length; e++) {
    const i = sources[e], j = targets[e];
    if (i === j) continue;
    const weight = graph.weights === undefined ? 1 : graph.weights[e];
    const degreeI = offsets[i + 1] - offsets[i], degreeJ = offsets[j + 1] - offsets[j];
    const atI = next[i]++, atJ = next[j]++;
    neighbours[atI] = j;
    neighbours[atJ] = i;
    weights[atI] = weights[atJ] = weight;
    pulls[atI] = weight * degreeJ / (degreeI + degreeJ);
    pulls[atJ] = weight * degreeI / (degreeI + degreeJ);
  }
  return { nodeCount, offsets, neighbours, weights, pulls };
}

/** Zeroed columns in memory that all threads see. */
export const sharedFloat32 = (length: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(4 * length));
export const sharedUint32 = (length: number): Uint32Array<SharedArrayBuffer> =>
  new Uint32Array(new SharedArrayBuffer(4 * length));
export const sharedInt32 = (length: number): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(4 * length));
export const sharedUint8 = (length: number): Uint8Array<SharedArrayBuffer> =>
  new Uint8Array(new SharedArrayBuffer(length));
