/** Repulsion on eight neighbouring points at a time: they share one walk through the tree. */

import { LEAF_POINTS, NODE_STRIDE } from "./tree.ts";
import { NUMBER, POINT_STRIDE, type World } from "./world.ts";

/** Forces x y z on the points of one leaf. */
export const LEAF_FORCES = 3 * LEAF_POINTS;

/**
 * Writes the repulsion on every point of a leaf into `forces`.
 *
 * Law: a group far enough from the leaf (both sizes together below θ of the distance) acts as one charge, by its force at
 * the leaf's centre and the force's gradient there; nearer leaves act point by point.
 * Cost: some hundred tree nodes and pairs of leaves. Oracle: `exactRepulsion`.
 * Why not one walk per point: it meets the same nodes eight times, and at equal cost its error is twice as large.
 */
export function repulseLeaf(world: World, leaf: number, forces: Float64Array): void {
  const { tree, points, shape: { nodeCount, skips, leafOf, leafNodes } } = world;
  const thetaSquared = world.numbers[NUMBER.thetaSquared];
  const own = NODE_STRIDE * leafNodes[leaf];
  const x = tree[own], y = tree[own + 1], z = tree[own + 2], size = tree[own + 4];
  let fx = 0, fy = 0, fz = 0, xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0;
  forces.fill(0);
  for (let node = 0; node < nodeCount;) {
    const at = NODE_STRIDE * node;
    const dx = x - tree[at], dy = y - tree[at + 1], dz = z - tree[at + 2];
    const square = dx * dx + dy * dy + dz * dz, sizes = size + tree[at + 4];
    if (sizes * sizes < thetaSquared * square) {
      const inverse = 1 / (1 + square), w = tree[at + 3] * inverse * inverse, slope = -4 * w * inverse;
      const sx = slope * dx, sy = slope * dy;
      fx += dx * w;
      fy += dy * w;
      fz += dz * w;
      xx += w + sx * dx;
      yy += w + sy * dy;
      zz += w + slope * dz * dz;
      xy += sx * dy;
      xz += sx * dz;
      yz += sy * dz;
      node = skips[node];
    } else {
      const other = leafOf[node];
      if (other >= 0) repulsePairs(points, forces, { leaf, other });
      node++;
    }
  }
  const begin = POINT_STRIDE * LEAF_POINTS * leaf, strength = world.numbers[NUMBER.repulsion];
  for (let k = 0; k < LEAF_POINTS; k++) {
    const at = begin + POINT_STRIDE * k, factor = strength * points[at + 3];
    const dx = points[at] - x, dy = points[at + 1] - y, dz = points[at + 2] - z;
    forces[3 * k] = factor * (forces[3 * k] + fx + xx * dx + xy * dy + xz * dz);
    forces[3 * k + 1] = factor * (forces[3 * k + 1] + fy + xy * dx + yy * dy + yz * dz);
    forces[3 * k + 2] = factor * (forces[3 * k + 2] + fz + xz * dx + yz * dy + zz * dz);
  }
}

interface LeafPair {
  readonly leaf: number;
  readonly other: number;
}

/** Adds the pairs between two leaves; two receiving points at a time keep the numbers in registers. */
function repulsePairs(points: Float64Array, forces: Float64Array, { leaf, other }: LeafPair): void {
  const source = POINT_STRIDE * LEAF_POINTS * other, sourceEnd = source + POINT_STRIDE * LEAF_POINTS;
  let at = POINT_STRIDE * LEAF_POINTS * leaf;
  for (let k = 0; k < LEAF_FORCES; k += 6, at += 2 * POINT_STRIDE) {
    const ax = points[at], ay = points[at + 1], az = points[at + 2];
    const bx = points[at + 4], by = points[at + 5], bz = points[at + 6];
    let afx = 0, afy = 0, afz = 0, bfx = 0, bfy = 0, bfz = 0;
    for (let from = source; from < sourceEnd; from += POINT_STRIDE) {
      const x = points[from], y = points[from + 1], z = points[from + 2], charge = points[from + 3];
      const adx = ax - x, ady = ay - y, adz = az - z, a = 1 + adx * adx + ady * ady + adz * adz;
      const bdx = bx - x, bdy = by - y, bdz = bz - z, b = 1 + bdx * bdx + bdy * bdy + bdz * bdz;
      const aw = charge / (a * a), bw = charge / (b * b);
      afx += adx * aw;
      afy += ady * aw;
      afz += adz * aw;
      bfx += bdx * bw;
      bfy += bdy * bw;
      bfz += bdz * bw;
    }
    forces[k] += afx;
    forces[k + 1] += afy;
    forces[k + 2] += afz;
    forces[k + 3] += bfx;
    forces[k + 4] += bfy;
    forces[k + 5] += bfz;
  }
}
