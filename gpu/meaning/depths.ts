/** How far below the most general class each node hangs. */

import type { PhysicsGraph } from "../api.ts";
import { EDGE_MEANING } from "./edge_meanings.ts";

/**
 * Levels below the nearest root, by breadth-first search down the edges of the hierarchy; NaN for a node that no such
 * edge touches. A root has no parent. Where all are each other's parents the first of them in node order is taken for one.
 * A depth that the graph gives itself is kept, and not searched on from.
 *
 * Cost: two passes over the edges and one search.
 */
export function measureDepths(graph: PhysicsGraph): Float32Array {
  const { nodeCount } = graph, depths = new Float32Array(nodeCount).fill(NaN);
  const { offsets, children, parentCounts } = listChildren(graph);
  const queue = new Uint32Array(nodeCount);
  let head = 0, tail = 0;
  const search = (root: number) => {
    depths[root] = 0;
    queue[tail++] = root;
  };
  const drain = () => {
    while (head < tail) {
      const node = queue[head++];
      for (let k = offsets[node]; k < offsets[node + 1]; k++) {
        const child = children[k];
        if (!Number.isNaN(depths[child])) continue;
        depths[child] = depths[node] + 1;
        queue[tail++] = child;
      }
    }
  };
  for (let node = 0; node < nodeCount; node++) {
    if (parentCounts[node] === 0 && offsets[node + 1] > offsets[node]) search(node);
  }
  drain();
  for (let node = 0; node < nodeCount; node++) {
    if (!Number.isNaN(depths[node]) || parentCounts[node] === 0) continue;
    search(node);
    drain();
  }
  graph.depths?.forEach((depth, node) => {
    if (!Number.isNaN(depth)) depths[node] = depth;
  });
  return depths;
}

function listChildren({ nodeCount, sources, targets, edgeMeanings }: PhysicsGraph) {
  const offsets = new Uint32Array(nodeCount + 1), parentCounts = new Uint32Array(nodeCount);
  const forEachEdge = (use: (parent: number, child: number) => void) =>
    edgeMeanings?.forEach((meaning, e) => {
      if (sources[e] === targets[e]) return;
      if (meaning === EDGE_MEANING.toParent) use(targets[e], sources[e]);
      else if (meaning === EDGE_MEANING.toChild) use(sources[e], targets[e]);
    });
  forEachEdge((parent, child) => {
    offsets[parent + 1]++;
    parentCounts[child]++;
  });
  for (let node = 0; node < nodeCount; node++) offsets[node + 1] += offsets[node];
  const children = new Uint32Array(offsets[nodeCount]), next = offsets.slice();
  forEachEdge((parent, child) => children[next[parent]++] = child);
  return { offsets, children, parentCounts };
}
