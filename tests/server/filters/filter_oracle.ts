/** What a filter means, written down without a thought for speed. */
import type { NodeFilter } from "../../../protocol/graph/v4.ts";
import type { GraphStore } from "../../../server/graph_store.ts";

export interface Named {
  /** By index. */
  readonly matches?: ReadonlySet<number>;
  readonly clusterOf?: ArrayLike<number>;
}

/** Levels from the root along edges in both directions, by index. */
export function levelsFrom({ nodeCount, input: { sources, targets } }: GraphStore, root: number | undefined): number[] {
  const levels = new Array<number>(nodeCount).fill(Infinity);
  if (root !== undefined) levels[root] = 0;
  for (let round = 0; round < nodeCount; round++) {
    sources.forEach((source, edge) => {
      const target = targets[edge];
      levels[target] = Math.min(levels[target], levels[source] + 1);
      levels[source] = Math.min(levels[source], levels[target] + 1);
    });
  }
  return levels;
}

/** Indices of the nodes that pass. */
export function passing(store: GraphStore, filter: NodeFilter, { matches, clusterOf }: Named = {}): number[] {
  const { input, degrees, depths } = store;
  const levels = filter.rootId === undefined ? depths : levelsFrom(store, store.indexOf(filter.rootId));
  const all = Array.from({ length: store.nodeCount }, (_, index) => index).filter((index) => {
    if (filter.types !== undefined && !filter.types.includes(input.typeNames[input.nodeTypes[index]])) return false;
    if (filter.rootId !== undefined && levels?.[index] === Infinity) return false;
    if (filter.maxDepth !== undefined && !((levels?.[index] ?? NaN) <= filter.maxDepth)) return false;
    if (filter.clusters !== undefined && !filter.clusters.includes(clusterOf?.[index] ?? -1)) return false;
    return filter.search === undefined || matches?.has(index) === true;
  });
  const best = all.toSorted((a, b) => degrees[b] - degrees[a] || a - b).slice(0, filter.maxNodes ?? all.length);
  return best.sort((a, b) => a - b);
}

/** Ends and weights of the edges between nodes that pass. */
export function edgesBetween(store: GraphStore, indices: readonly number[]): [number, number, number][] {
  const { ids, input: { sources, targets, weights } } = store;
  return Array.from(sources, (source, edge): [number, number, number] => [source, targets[edge], weights[edge]])
    .filter(([source, target]) => indices.includes(source) && indices.includes(target))
    .map(([source, target, weight]) => [ids[source], ids[target], weight]);
}
