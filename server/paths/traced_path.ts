import type { Direction, ShortestPaths } from "../../gpu/mod.ts";
import type { GraphStore } from "../graph_store.ts";

export interface PathNode {
  readonly id: number;
  readonly label: string;
  readonly type: string;
}

export interface PathEdge {
  /** As the edge has them, whichever way it is travelled. */
  readonly source: number;
  readonly target: number;
  readonly weight: number;
  readonly type: string;
}

/** Edge `i` joins nodes `i` and `i + 1`. */
export interface TracedPath {
  /** Sum of the edges' weights. */
  readonly length: number;
  readonly hops: number;
  readonly nodes: readonly PathNode[];
  readonly edges: readonly PathEdge[];
}

/** From the source of `paths` to `target`, both dense indices; absent where there is no way. Cost: the rows on the way. */
export function tracePath(
  graph: GraphStore,
  { distances, parents }: ShortestPaths,
  { target, direction }: { readonly target: number; readonly direction: Direction },
): TracedPath | undefined {
  if (distances[target] === Infinity) return undefined;
  const indices = [target];
  for (let at = parents[target]; at >= 0; at = parents[at]) indices.push(at);
  indices.reverse();
  const edges = indices.slice(1).map((to, k) =>
    describeEdge(graph, lightestEdge(graph, indices[k], to, { direction }))
  );
  return {
    length: edges.reduce((sum, { weight }) => sum + weight, 0),
    hops: edges.length,
    nodes: indices.map((index) => pathNode(graph, index)),
    edges,
  };
}

/** Of several edges from one to the other the lightest, of equal ones the first in the file. */
function lightestEdge(graph: GraphStore, from: number, to: number, { direction }: { direction: Direction }): number {
  const { offsets, incident, input: { sources, targets, weights } } = graph;
  let best: number | undefined;
  for (let at = offsets[to]; at < offsets[to + 1]; at++) {
    const edge = incident[at], source = sources[edge], target = targets[edge];
    const along = source === from && target === to, back = source === to && target === from;
    if (!along && !(back && direction === "undirected")) continue;
    if (best === undefined || weights[edge] < weights[best]) best = edge;
  }
  if (best === undefined) throw new TypeError(`Cannot trace a path: no edge leads from ${from} to ${to}.`);
  return best;
}

/** What a path tells of a node. */
export function pathNode({ input, ids }: GraphStore, index: number): PathNode {
  return { id: ids[index], label: input.labels[index], type: input.typeNames[input.nodeTypes[index]] };
}

function describeEdge({ input, ids }: GraphStore, edge: number): PathEdge {
  return {
    source: ids[input.sources[edge]],
    target: ids[input.targets[edge]],
    weight: input.weights[edge],
    type: input.edgeTypeNames[input.edgeTypes[edge]],
  };
}
