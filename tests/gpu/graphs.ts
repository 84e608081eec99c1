/** Seeded graphs and small tools for the physics tests. */

import type { PhysicsGraph } from "../../gpu/api.ts";
import { prepareLayout, type StartLayout, type StartOptions } from "../../gpu/init/start_layout.ts";
import { createRandom } from "../../gpu/random.ts";

export function graphOf(nodeCount: number, pairs: readonly (readonly [number, number])[]): PhysicsGraph {
  return {
    nodeCount,
    sources: Uint32Array.from(pairs, ([source]) => source),
    targets: Uint32Array.from(pairs, ([, target]) => target),
  };
}

export const dust = (nodeCount: number): PhysicsGraph => graphOf(nodeCount, []);

export const path = (nodeCount: number): PhysicsGraph =>
  graphOf(nodeCount, Array.from({ length: Math.max(0, nodeCount - 1) }, (_, i) => [i, i + 1]));

/** Paths of so many nodes each. */
export function disjointPaths(sizes: readonly number[]): PhysicsGraph {
  const pairs: [number, number][] = [];
  let first = 0;
  for (const size of sizes) {
    for (let k = 1; k < size; k++) pairs.push([first + k - 1, first + k]);
    first += size;
  }
  return graphOf(first, pairs);
}

/** Node 0 in the middle. */
export const star = (nodeCount: number): PhysicsGraph =>
  graphOf(nodeCount, Array.from({ length: nodeCount - 1 }, (_, i) => [0, i + 1]));

export function grid(width: number, height: number): PhysicsGraph {
  const pairs: [number, number][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x + 1 < width) pairs.push([y * width + x, y * width + x + 1]);
      if (y + 1 < height) pairs.push([y * width + x, (y + 1) * width + x]);
    }
  }
  return graphOf(width * height, pairs);
}

/** Preferential attachment, three edges per new node. */
export function scaleFree(nodeCount: number, seed: number): PhysicsGraph {
  const random = createRandom(seed), ends = [0, 1, 1, 2, 2, 0];
  const pairs: [number, number][] = [[0, 1], [1, 2], [2, 0]];
  for (let node = 3; node < nodeCount; node++) {
    const chosen = new Set<number>();
    while (chosen.size < 3) chosen.add(ends[Math.floor(random() * ends.length)]);
    for (const other of chosen) {
      pairs.push([node, other]);
      ends.push(node, other);
    }
  }
  return graphOf(nodeCount, pairs);
}

export function layOut(graph: PhysicsGraph, options: Partial<StartOptions> = {}): StartLayout {
  const preparation = prepareLayout(graph, { dims: 3, seed: 1, ...options });
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) return value;
  }
}

/** Random places, about one node per unit of volume. */
export function cloud(nodeCount: number, seed: number): Float32Array {
  const random = createRandom(seed), side = Math.cbrt(nodeCount);
  return Float32Array.from({ length: 3 * nodeCount }, () => (random() - 0.5) * side);
}

export function distance(positions: Float32Array, a: number, b: number): number {
  return Math.hypot(...[0, 1, 2].map((axis) => positions[3 * a + axis] - positions[3 * b + axis]));
}

/** √(Σ (a − b)² / Σ b²); 0 where both vanish. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0, size = 0;
  for (let k = 0; k < expected.length; k++) {
    difference += (found[k] - expected[k]) ** 2;
    size += expected[k] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}
