/** What a graph says about where its nodes belong, as the engines take it: worked out when a parameter first asks. */

import type { PhysicsGraph } from "../api.ts";
import type { Params } from "../params.ts";
import { type Clusters, listClusters } from "./clusters.ts";
import { measureDepths } from "./depths.ts";
import { listTies, type Ties } from "./ties.ts";
import { type NodeWeights, weighNodes } from "./weights.ts";

/**
 * Forces beside repulsion and springs. With d from the node to the other end, w the edge's weight and p its pull:
 * `clusterCohesion · (mean of its cluster − its place)`; along y `layers · (layerGap · height − y)`; of an edge between
 * ends that exclude each other `−(disjointness · w / (1 + d²) + min(1, disjointness) · its spring) · d`; of one between
 * equals `equivalence · w · d`. A part that is absent exerts nothing.
 */
export interface Constraints {
  readonly clusters?: Clusters;
  /** Layers above the mean depth; NaN for a node in no layer. Shape: one per node. */
  readonly heights?: Float32Array;
  readonly ties?: Ties;
}

/** Everything of an engine that can change while it runs. Members are the same objects until they change. */
export interface Tuning {
  readonly params: Params;
  /** As the engine was opened where absent. */
  readonly weights?: NodeWeights;
  /** Absent where no force of them acts: then they cost nothing. */
  readonly constraints?: Constraints;
}

export interface Meaning {
  tune(params: Params): Tuning;
  /** From now on nodes belong to these clusters. Shape: one per node. @throws RangeError */
  group(clusterOf: Uint32Array): void;
}

export function createMeaning(graph: PhysicsGraph): Meaning {
  const depths = once(() => measureDepths(graph)), heights = once(() => heightsOf(depths()));
  const ties = once(() => listTies(graph)), plain: NodeWeights = { charges: graph.charges, masses: graph.masses };
  let clusters: Clusters | undefined;
  const partsFor = (params: Params): Constraints => ({
    clusters: params.clusterCohesion > 0 ? clusters : undefined,
    heights: params.layers > 0 ? heights() : undefined,
    ties: params.disjointness > 0 || params.equivalence > 0 ? ties() : undefined,
  });
  const weigh = remembering(
    ({ typeCharge, semanticCharge, semanticMass }: Params) => [typeCharge, semanticCharge, semanticMass],
    (params) => {
      const { typeCharge, semanticCharge, semanticMass } = params;
      return typeCharge + semanticCharge + semanticMass > 0 ? weighNodes(graph, params, depths) : plain;
    },
  );
  const constrain = remembering(
    ({ clusters, heights, ties }: Constraints) => [clusters, heights, ties],
    (parts) => Object.values(parts).some((part) => part !== undefined) ? parts : undefined,
  );
  return {
    tune: (params) => ({ params, weights: weigh(params), constraints: constrain(partsFor(params)) }),
    group: (clusterOf) => void (clusters = listClusters(clusterOf, graph.nodeCount)),
  };
}

/** Absent where no node has a depth. */
function heightsOf(depths: Float32Array): Float32Array | undefined {
  const known = depths.filter((depth) => !Number.isNaN(depth));
  if (known.length === 0) return undefined;
  const mean = known.reduce((sum, depth) => sum + depth, 0) / known.length;
  return depths.map((depth) => mean - depth);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The last result again, as long as what it depends on is the same. */
function remembering<In, Out>(keyOf: (input: In) => readonly unknown[], make: (input: In) => Out): (input: In) => Out {
  let last: { readonly key: readonly unknown[]; readonly value: Out } | undefined;
  return (input) => {
    const key = keyOf(input);
    if (last === undefined || key.some((part, k) => part !== last?.key[k])) last = { key, value: make(input) };
    return last.value;
  };
}
