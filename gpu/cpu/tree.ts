/**
 * A complete 4-ary tree over points in curve order, leaves of 8. Its shape depends on the number of points alone; only
 * charges, centres and boxes change, so a stale order costs speed and never correctness.
 *
 * Nodes are stored depth first: a walk goes to `index + 1` to look inside and to `skips[index]` to pass by.
 */

import { sharedInt32 } from "../graph.ts";

export const LEAF_POINTS = 8;
const BRANCHES = 4;

/** Numbers per tree node: centre of charge x y z, charge, extent, and three to fill a cache line. */
export const NODE_STRIDE = 8;
/** Numbers per tree node: lowest x y z, highest x y z. */
export const BOX_STRIDE = 6;

export interface TreeShape {
  readonly nodeCount: number;
  /** The node after the whole subtree of each node. */
  readonly skips: Int32Array<SharedArrayBuffer>;
  /** Which leaf a node is, −1 for an inner node. */
  readonly leafOf: Int32Array<SharedArrayBuffer>;
  /** Node of each leaf, in point order. */
  readonly leafNodes: Int32Array<SharedArrayBuffer>;
}

export function shapeTree(pointCount: number): TreeShape {
  const levelCounts = [Math.ceil(pointCount / LEAF_POINTS)];
  while (levelCounts[levelCounts.length - 1] > 1) {
    levelCounts.push(Math.ceil(levelCounts[levelCounts.length - 1] / BRANCHES));
  }
  const nodeCount = levelCounts.reduce((sum, count) => sum + count, 0);
  const skips = sharedInt32(nodeCount), leafOf = sharedInt32(nodeCount).fill(-1);
  const leafNodes = sharedInt32(levelCounts[0]);
  let next = 0;
  const place = (level: number, position: number): void => {
    const node = next++;
    if (level === 0) {
      leafOf[node] = position;
      leafNodes[position] = node;
    } else {
      const end = Math.min(levelCounts[level - 1], (position + 1) * BRANCHES);
      for (let child = position * BRANCHES; child < end; child++) place(level - 1, child);
    }
    skips[node] = next;
  };
  if (pointCount > 0) place(levelCounts.length - 1, 0);
  return { nodeCount, skips, leafOf, leafNodes };
}
