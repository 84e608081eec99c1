/** What stays with a node when the graph around it changes and its index with it. */
import type { GraphStore } from "./graph_store.ts";

/** Places that one generation's nodes have in the order of another's, NaN for those that have none; a copy. */
export function carryPlaces(positions: Float32Array, from: GraphStore, to: GraphStore): Float32Array {
  if (from === to) return positions.slice();
  const places = new Float32Array(3 * to.nodeCount).fill(NaN);
  for (let index = 0; index < to.nodeCount; index++) {
    const at = from.indexOf(to.ids[index]);
    if (at !== undefined) places.set(positions.subarray(3 * at, 3 * at + 3), 3 * index);
  }
  return places;
}
