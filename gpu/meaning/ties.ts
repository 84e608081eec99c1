/** Edges that do more than pull: those between ends that exclude each other, or are the same. */

import type { PhysicsGraph } from "../api.ts";
import { EDGE_MEANING } from "./edge_meanings.ts";

/** Rows per node, both directions, in edge order; self-loops are left out. */
export interface Ties {
  /** Row of node `i`: entries `offsets[i]` … `offsets[i + 1]`. Shape: n + 1. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly neighbours: Uint32Array<ArrayBuffer>;
  /** 1 for an edge between ends that exclude each other, 0 for one between equals. */
  readonly disjoint: Uint8Array<ArrayBuffer>;
  /** Weight of the edge, and the `pull` that the springs know it by. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly pulls: Float32Array<ArrayBuffer>;
}

/** Absent where the graph has no such edge. */
export function listTies({ nodeCount, sources, targets, weights, edgeMeanings }: PhysicsGraph): Ties | undefined {
  const tied: number[] = [], degrees = new Uint32Array(nodeCount), offsets = new Uint32Array(nodeCount + 1);
  for (let e = 0; e < sources.length; e++) {
    const meaning = edgeMeanings?.[e], i = sources[e], j = targets[e];
    if (i === j) continue;
    degrees[i]++;
    degrees[j]++;
    if (meaning !== EDGE_MEANING.disjoint && meaning !== EDGE_MEANING.equivalent) continue;
    tied.push(e);
    offsets[i + 1]++;
    offsets[j + 1]++;
  }
  if (tied.length === 0) return undefined;
  for (let i = 0; i < nodeCount; i++) offsets[i + 1] += offsets[i];
  const ties = { offsets, ...createColumns(offsets[nodeCount]) }, next = offsets.slice();
  const add = (e: number, i: number, j: number) => {
    const at = next[i]++, weight = weights === undefined ? 1 : weights[e];
    ties.neighbours[at] = j;
    ties.disjoint[at] = edgeMeanings?.[e] === EDGE_MEANING.disjoint ? 1 : 0;
    ties.weights[at] = weight;
    ties.pulls[at] = weight * degrees[j] / (degrees[i] + degrees[j]);
  };
  for (const e of tied) {
    add(e, sources[e], targets[e]);
    add(e, targets[e], sources[e]);
  }
  return ties;
}

function createColumns(count: number) {
  return {
    neighbours: new Uint32Array(count),
    disjoint: new Uint8Array(count),
    weights: new Float32Array(count),
    pulls: new Float32Array(count),
  };
}
