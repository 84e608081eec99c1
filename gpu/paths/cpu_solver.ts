/** Shortest paths on the CPU: Dijkstra's algorithm where edges have lengths, breadth first where each counts 1. */

import { createNodeHeap } from "./node_heap.ts";
import { checkSource, NO_PARENT, type PathGraph, type ShortestPaths } from "./path_graph.ts";
import type { PathSolver } from "./solver.ts";

export function openCpuSolver(graph: PathGraph): PathSolver {
  return {
    name: "cpu",
    // deno-lint-ignore require-await -- a RangeError rejects, as from the other solver
    async solve(source, measure) {
      checkSource(source, graph.nodeCount);
      return measure === "hops" ? breadthFirst(graph, source) : dijkstra(graph, source);
    },
    close() {},
  };
}

function unreached({ nodeCount }: PathGraph): ShortestPaths {
  return {
    distances: new Float32Array(nodeCount).fill(Infinity),
    parents: new Int32Array(nodeCount).fill(NO_PARENT),
  };
}

/** Cost: O(n + m). */
function breadthFirst(graph: PathGraph, source: number): ShortestPaths {
  const { nodeCount, offsets, targets } = graph, paths = unreached(graph), { distances, parents } = paths;
  const queue = new Uint32Array(nodeCount);
  distances[source] = 0;
  queue[0] = source;
  for (let at = 0, end = 1; at < end; at++) {
    const node = queue[at], next = distances[node] + 1;
    for (let arc = offsets[node]; arc < offsets[node + 1]; arc++) {
      const target = targets[arc];
      if (distances[target] > next) {
        distances[target] = next;
        parents[target] = node;
        queue[end++] = target;
      } else if (distances[target] === next && node < parents[target]) parents[target] = node;
    }
  }
  return paths;
}

/** Cost: O((n + m) log n). */
function dijkstra(graph: PathGraph, source: number): ShortestPaths {
  const { offsets, targets, lengths } = graph, paths = unreached(graph), { distances, parents } = paths;
  const heap = createNodeHeap(distances);
  let level = false;
  distances[source] = 0;
  heap.offer(source);
  while (heap.size > 0) {
    const node = heap.pop(), here = distances[node];
    for (let arc = offsets[node]; arc < offsets[node + 1]; arc++) {
      const target = targets[arc], there = Math.fround(here + lengths[arc]);
      if (there < distances[target]) {
        distances[target] = there;
        parents[target] = node;
        heap.offer(target);
        if (there === here) level = true;
      } else if (there === distances[target] && here < there && node < parents[target]) parents[target] = node;
    }
  }
  if (level) orderLevels(graph, paths);
  return paths;
}

/**
 * Gives their parents to nodes as far as all that lead to them, in rounds: first those next to a node that is reached
 * otherwise, then those next to these.
 */
function orderLevels({ nodeCount, offsets, targets, lengths }: PathGraph, { distances, parents }: ShortestPaths): void {
  const OPEN = 0xffff_ffff, rounds = new Uint32Array(nodeCount);
  let front: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if (distances[node] === Infinity) continue;
    if (parents[node] !== NO_PARENT && distances[parents[node]] === distances[node]) {
      rounds[node] = OPEN;
      parents[node] = NO_PARENT;
    } else front.push(node);
  }
  for (let round = 1; front.length > 0; round++) {
    const next: number[] = [];
    for (const node of front) {
      for (let arc = offsets[node]; arc < offsets[node + 1]; arc++) {
        const target = targets[arc], here = distances[node];
        if (rounds[target] < round || here !== distances[target] || Math.fround(here + lengths[arc]) !== here) continue;
        if (rounds[target] === OPEN) next.push(target);
        if (rounds[target] === OPEN || node < parents[target]) parents[target] = node;
        rounds[target] = round;
      }
    }
    front = next;
  }
}
