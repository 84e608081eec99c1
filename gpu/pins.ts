/** What is asked of a node must be possible: checked where it is asked, and again where it is done. */

import type { Pin } from "./api.ts";

/** @throws RangeError for a node that does not exist. */
export function checkIndex(index: number, nodeCount: number): void {
  if (Number.isInteger(index) && index >= 0 && index < nodeCount) return;
  throw new RangeError(`Cannot find node ${index}: there are ${nodeCount} nodes.`);
}

/** @throws RangeError for a node that does not exist or a place that is not finite. */
export function checkPin({ index, x, y, z }: Pin, nodeCount: number): void {
  checkIndex(index, nodeCount);
  if (Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)) return;
  throw new RangeError(`Cannot put node ${index} at ${x}, ${y}, ${z}: not finite.`);
}

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
