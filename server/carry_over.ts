/** What stays with a node when the graph around it changes and its index with it. */
import type { Pin } from "../gpu/mod.ts";
import type { GraphStore } from "./graph_store.ts";

/** Pins under the new indices of their nodes; `origins` has the old index of each node, negative for a new one. */
export function carryPins(pins: ReadonlyMap<number, Pin>, origins: Int32Array): Map<number, Pin> {
  const carried = new Map<number, Pin>();
  if (pins.size === 0) return carried;
  origins.forEach((origin, index) => {
    const pin = pins.get(origin);
    if (pin !== undefined) carried.set(index, { ...pin, index });
  });
  return carried;
}

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
