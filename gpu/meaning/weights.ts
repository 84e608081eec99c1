/** Charge and mass of every node, as its own attributes, its type and its place in the hierarchy make them. */

import type { PhysicsGraph } from "../api.ts";
import type { Params } from "../params.ts";
import { EDGE_MEANING } from "./edge_meanings.ts";

/** 1 for all nodes where absent. */
export interface NodeWeights {
  readonly charges?: Float32Array;
  readonly masses?: Float32Array;
}

/** Factors on a charge stay within one over this and this. */
const MOST_FACTOR = 100;

/**
 * Law: charge × (mean size of a type / size of the node's type) ^ typeCharge × (1 + semanticCharge · (g + x)), and
 * mass × (1 + semanticMass · g), where g is 1 for a root, falls to 0 at the deepest level and is 0 outside the hierarchy,
 * and x is 1 for a node that excludes another.
 */
export function weighNodes(graph: PhysicsGraph, params: Params, depthsOf: () => Float32Array): NodeWeights {
  const { typeCharge, semanticCharge, semanticMass } = params;
  let { charges, masses } = graph;
  if (typeCharge > 0 && graph.types !== undefined) charges = times(charges, rarity(graph.types, typeCharge));
  if (semanticCharge > 0 || semanticMass > 0) {
    const generality = generalities(depthsOf());
    const excludes = excluding(graph);
    if (semanticCharge > 0) {
      charges = times(charges, generality.map((g, node) => 1 + semanticCharge * (g + excludes[node])));
    }
    if (semanticMass > 0) masses = times(masses, generality.map((g) => 1 + semanticMass * g));
  }
  return { charges, masses };
}

function times(column: Float32Array | undefined, factors: Float32Array): Float32Array {
  return column === undefined ? factors : factors.map((factor, node) => factor * column[node]);
}

/** Nodes without a type have no part in it. */
function rarity(types: Uint16Array, exponent: number): Float32Array {
  const counts = new Map<number, number>();
  for (const type of types) if (type > 0) counts.set(type, 1 + (counts.get(type) ?? 0));
  const mean = [...counts.values()].reduce((sum, count) => sum + count, 0) / Math.max(1, counts.size);
  const factorOf = (type: number) => {
    const count = counts.get(type);
    const factor = count === undefined ? 1 : Math.pow(mean / count, exponent);
    return Math.min(MOST_FACTOR, Math.max(1 / MOST_FACTOR, factor));
  };
  const factors = new Map([...new Set(types)].map((type) => [type, factorOf(type)]));
  return Float32Array.from(types, (type) => factors.get(type) ?? 1);
}

function generalities(depths: Float32Array): Float32Array {
  const deepest = depths.reduce((most, depth) => depth > most ? depth : most, 0);
  return depths.map((depth) => Number.isNaN(depth) || deepest === 0 ? 0 : 1 - depth / deepest);
}

function excluding({ nodeCount, sources, targets, edgeMeanings }: PhysicsGraph): Uint8Array {
  const excludes = new Uint8Array(nodeCount);
  edgeMeanings?.forEach((meaning, e) => {
    if (meaning !== EDGE_MEANING.disjoint || sources[e] === targets[e]) return;
    excludes[sources[e]] = excludes[targets[e]] = 1;
  });
  return excludes;
}
