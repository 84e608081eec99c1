/** Brings points, tree and component centres up to date with the positions: the first half of a step. */

import { BOX_STRIDE, LEAF_POINTS, NODE_STRIDE } from "./tree.ts";
import { cellOf, hilbertKey } from "./hilbert.ts";
import { CHUNK_POINTS, CONTROL, NUMBER, POINT_STRIDE, type World } from "./world.ts";

/** Keys of the nodes of one chunk. */
export function keyChunk(world: World, chunk: number): void {
  const { keys, numbers, nodeCount } = world;
  const positions = world.positions[world.control[CONTROL.parity]];
  const lowX = numbers[NUMBER.lowX], lowY = numbers[NUMBER.lowY], lowZ = numbers[NUMBER.lowZ];
  const scale = numbers[NUMBER.cellsPerLength];
  const end = Math.min(nodeCount, (chunk + 1) * CHUNK_POINTS);
  for (let node = chunk * CHUNK_POINTS; node < end; node++) {
    keys[node] = hilbertKey(
      cellOf(positions[3 * node], lowX, scale),
      cellOf(positions[3 * node + 1], lowY, scale),
      cellOf(positions[3 * node + 2], lowZ, scale),
    );
  }
}

/** Copies the points of one chunk into curve order and sums up its leaves. */
export function refitChunk(world: World, chunk: number): void {
  const { order, points, charges, nodeCount, shape } = world;
  const positions = world.positions[world.control[CONTROL.parity]];
  const begin = chunk * CHUNK_POINTS, end = Math.min(points.length / POINT_STRIDE, begin + CHUNK_POINTS);
  for (let point = begin; point < end; point++) {
    const node = order[Math.min(point, nodeCount - 1)], at = POINT_STRIDE * point;
    points[at] = positions[3 * node];
    points[at + 1] = positions[3 * node + 1];
    points[at + 2] = positions[3 * node + 2];
    points[at + 3] = point < nodeCount ? charges[node] : 0;
  }
  const endLeaf = Math.min(shape.leafNodes.length, end / LEAF_POINTS);
  for (let leaf = begin / LEAF_POINTS; leaf < endLeaf; leaf++) refitLeaf(world, leaf);
}

function refitLeaf({ points, shape, tree, boxes }: World, leaf: number): void {
  let x = 0, y = 0, z = 0, charge = 0;
  let lowX = Infinity, lowY = Infinity, lowZ = Infinity, highX = -Infinity, highY = -Infinity, highZ = -Infinity;
  const begin = POINT_STRIDE * LEAF_POINTS * leaf, end = begin + POINT_STRIDE * LEAF_POINTS;
  for (let at = begin; at < end; at += POINT_STRIDE) {
    const px = points[at], py = points[at + 1], pz = points[at + 2], q = points[at + 3];
    x += px * q;
    y += py * q;
    z += pz * q;
    charge += q;
    if (px < lowX) lowX = px;
    if (px > highX) highX = px;
    if (py < lowY) lowY = py;
    if (py > highY) highY = py;
    if (pz < lowZ) lowZ = pz;
    if (pz > highZ) highZ = pz;
  }
  const node = shape.leafNodes[leaf], box = BOX_STRIDE * node;
  boxes[box] = lowX;
  boxes[box + 1] = lowY;
  boxes[box + 2] = lowZ;
  boxes[box + 3] = highX;
  boxes[box + 4] = highY;
  boxes[box + 5] = highZ;
  finishNode({ tree, boxes }, node, { x, y, z, charge });
}

interface Moments {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly charge: number;
}

/** Centre of charge and extent from the sums; a node without charge sits in the middle of its box. */
function finishNode({ tree, boxes }: Pick<World, "tree" | "boxes">, node: number, sums: Moments): void {
  const at = NODE_STRIDE * node, box = BOX_STRIDE * node;
  const inverse = sums.charge > 0 ? 1 / sums.charge : 0;
  tree[at] = sums.charge > 0 ? sums.x * inverse : (boxes[box] + boxes[box + 3]) / 2;
  tree[at + 1] = sums.charge > 0 ? sums.y * inverse : (boxes[box + 1] + boxes[box + 4]) / 2;
  tree[at + 2] = sums.charge > 0 ? sums.z * inverse : (boxes[box + 2] + boxes[box + 5]) / 2;
  tree[at + 3] = sums.charge;
  tree[at + 4] = Math.max(
    boxes[box + 3] - boxes[box],
    boxes[box + 4] - boxes[box + 1],
    boxes[box + 5] - boxes[box + 2],
  );
}

/** Sums up the inner nodes from their children. Depth-first order read backwards meets children before parents. */
export function refitInnerNodes({ shape, tree, boxes }: World): void {
  const { skips, leafOf } = shape;
  for (let node = shape.nodeCount - 1; node >= 0; node--) {
    if (leafOf[node] >= 0) continue;
    let x = 0, y = 0, z = 0, charge = 0;
    const box = BOX_STRIDE * node;
    for (let side = 0; side < 3; side++) {
      boxes[box + side] = Infinity;
      boxes[box + 3 + side] = -Infinity;
    }
    for (let child = node + 1; child < skips[node]; child = skips[child]) {
      const at = NODE_STRIDE * child, from = BOX_STRIDE * child, q = tree[at + 3];
      x += tree[at] * q;
      y += tree[at + 1] * q;
      z += tree[at + 2] * q;
      charge += q;
      for (let side = 0; side < 3; side++) {
        if (boxes[from + side] < boxes[box + side]) boxes[box + side] = boxes[from + side];
        if (boxes[from + 3 + side] > boxes[box + 3 + side]) boxes[box + 3 + side] = boxes[from + 3 + side];
      }
    }
    finishNode({ tree, boxes }, node, { x, y, z, charge });
  }
}

/** Sum of the positions of one segment of a component. */
export function sumSegment(world: World, segment: number): void {
  const { members, segments, segmentSums } = world;
  const positions = world.positions[world.control[CONTROL.parity]];
  let x = 0, y = 0, z = 0;
  for (let k = segments[2 * segment]; k < segments[2 * segment + 1]; k++) {
    const at = 3 * members[k];
    x += positions[at];
    y += positions[at + 1];
    z += positions[at + 2];
  }
  segmentSums[3 * segment] = x;
  segmentSums[3 * segment + 1] = y;
  segmentSums[3 * segment + 2] = z;
}
