/**
 * A complete 4-ary tree over points in curve order, leaves of 8. Its shape depends on the number of points alone; only
 * charges, centres and boxes change, so a stale order costs speed and never correctness.
 *
 * Level 0 are the leaves; node `i` of a level has the nodes 4i … 4i + 3 of the level below. Four siblings are a block,
 * which one vector instruction tests at a time; what a block lacks is a node without charge that nobody looks into.
 */

export const LEAF_POINTS = 8;
export const BRANCHES = 4;

/** Bytes of a leaf's points: 8 x, 8 y, 8 z, 8 charges, as floats. */
export const LEAF_BYTES = 128;
/** Where each column begins in a leaf, in bytes. */
export const LEAF = { x: 0, y: 32, z: 64, charge: 96 } as const;

/**
 * Bytes of a block, and where each column begins: centres of charge, charges and extents of four siblings, as floats, and
 * the address of the first node's child block, or of the first leaf's points. Children lie `BLOCK_BYTES` apart either way.
 */
export const BLOCK_BYTES = LEAF_BYTES;
export const BLOCK = { x: 0, y: 16, z: 32, charge: 48, extent: 64, children: 80 } as const;

/** Bytes of a node's box: lowest x y z, a float to spare, highest x y z, a float to spare. */
export const BOX_BYTES = 32;

export interface Level {
  readonly nodes: number;
  readonly blocks: number;
  /** Blocks of all levels below. */
  readonly firstBlock: number;
}

export interface TreeShape {
  readonly leaves: number;
  readonly blocks: number;
  /** From the leaves to the level that is one block. */
  readonly levels: readonly Level[];
}

export function shapeTree(pointCount: number): TreeShape {
  const levels: Level[] = [], leaves = Math.ceil(pointCount / LEAF_POINTS);
  let blocks = 0;
  for (let nodes = leaves;; nodes = Math.ceil(nodes / BRANCHES)) {
    const level = { nodes, blocks: Math.ceil(nodes / BRANCHES), firstBlock: blocks };
    levels.push(level);
    blocks += level.blocks;
    if (level.blocks <= 1) return { leaves, blocks, levels };
  }
}
