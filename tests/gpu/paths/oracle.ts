/** Shortest paths once more, as plainly as can be: no heap, no rows, sums in single precision. */
import type { Direction, Measure, PathColumns } from "../../../gpu/paths/path_graph.ts";

export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

export function arcsOf({ sources, targets, lengths }: PathColumns, direction: Direction, measure: Measure): Arc[] {
  return Array.from(sources, (from, e) => ({ from, to: targets[e], length: measure === "hops" ? 1 : lengths[e] }))
    .flatMap((arc) => direction === "directed" ? [arc] : [arc, { ...arc, from: arc.to, to: arc.from }]);
}

/** Dijkstra's algorithm by looking for the nearest open node among all. Cost: O(n (n + m)). */
export function nearest(nodeCount: number, arcs: readonly Arc[], source: number): number[] {
  const distances = Array.from({ length: nodeCount }, (_, node) => node === source ? 0 : Infinity);
  const open = new Set(distances.keys());
  while (open.size > 0) {
    const node = [...open].reduce((best, other) => distances[other] < distances[best] ? other : best);
    open.delete(node);
    for (const { from, to, length } of arcs) {
      if (from === node) distances[to] = Math.min(distances[to], Math.fround(distances[node] + length));
    }
  }
  return distances;
}

/** Whether an arc lies on a shortest path. */
const tight = ({ from, to, length }: Arc, distances: readonly number[]) =>
  distances[from] < Infinity && Math.fround(distances[from] + length) === distances[to];

/** The parent of every node, by the rule of `PathSolver`, from distances that are known to be least. */
export function lowestParents(arcs: readonly Arc[], distances: readonly number[], source: number): number[] {
  const on = arcs.filter((arc) => tight(arc, distances)), none = Infinity;
  const parents = distances.map((distance, node) =>
    Math.min(none, ...on.filter(({ from, to }) => to === node && distances[from] < distance).map(({ from }) => from))
  );
  const settled = new Set([...parents.keys()].filter((node) => node === source || parents[node] < none));
  for (;;) {
    const next = new Set<number>();
    for (const { from, to } of on) {
      if (distances[from] !== distances[to] || !settled.has(from) || settled.has(to)) continue;
      parents[to] = Math.min(parents[to], from);
      next.add(to);
    }
    if (next.size === 0) return parents.map((parent) => parent === none ? -1 : parent);
    for (const node of next) settled.add(node);
  }
}
