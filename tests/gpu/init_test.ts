import assert from "node:assert/strict";
import { buildAdjacency } from "../../gpu/graph.ts";
import { findComponents, packComponents } from "../../gpu/init/components.ts";
import { prepareLayout } from "../../gpu/init/start_layout.ts";
import { distance, dust, graphOf, grid, layOut, path } from "./graphs.ts";

/** Σ (|x_i − x_j| s / d_ij − 1)² over all pairs, per pair, at the best scale s. */
function stress(positions: Float32Array, distanceOf: (a: number, b: number) => number): number {
  const ratios = [];
  const n = positions.length / 3;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) ratios.push(distance(positions, a, b) / distanceOf(a, b));
  }
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  const squares = ratios.reduce((total, ratio) => total + ratio * ratio, 0);
  return 1 - sum * sum / squares / ratios.length;
}

Deno.test("components: largest first, equal ones by their lowest node, members in breadth-first order", () => {
  const graph = graphOf(8, [[7, 2], [2, 5], [0, 4], [6, 6]]);
  const { count, componentOf, members, offsets } = findComponents(buildAdjacency(graph));
  assert.equal(count, 5);
  assert.deepEqual([...componentOf], [1, 2, 0, 3, 1, 0, 4, 0]);
  assert.deepEqual([...offsets], [0, 3, 5, 6, 7, 8]);
  assert.deepEqual([...members], [2, 7, 5, 0, 4, 1, 3, 6]);
});

Deno.test("packing: no two spheres overlap, in two dimensions and three, and they stay close", () => {
  const radii = Array.from({ length: 1200 }, (_, k) => k === 17 ? 20 : k < 100 ? 1 + (k % 13) / 4 : 1);
  for (const dims of [2, 3] as const) {
    const centres = packComponents(radii, dims);
    let outer = 0;
    for (let a = 0; a < radii.length; a++) {
      outer = Math.max(outer, Math.hypot(...centres.subarray(3 * a, 3 * a + 3)));
      if (dims === 2) assert.equal(centres[3 * a + 2], 0);
      for (let b = a + 1; b < radii.length; b++) {
        const gap = distance(centres, a, b) - radii[a] - radii[b];
        assert.ok(gap > -1e-3, `${dims}D: ${a} and ${b} overlap by ${-gap}`);
      }
    }
    assert.ok(outer < 60, `${dims}D: reaches ${outer}`);
    assert.deepEqual([...centres.subarray(51, 54)], [0, 0, 0]);
  }
});

Deno.test("packing: in three dimensions many small ones lie in layers", () => {
  const centres = packComponents(new Array(1000).fill(1), 3);
  for (let c = 0; c < 1000; c++) assert.ok(Math.hypot(...centres.subarray(3 * c, 3 * c + 3)) < 20);
});

Deno.test("packing: nothing, and one", () => {
  assert.equal(packComponents([], 3).length, 0);
  assert.deepEqual([...packComponents([5], 3)], [0, 0, 0]);
});

Deno.test("PivotMDS recovers a path and a grid, at unit edges", () => {
  const line = layOut(path(40)).positions;
  assert.ok(stress(line, (a, b) => b - a) < 0.01);
  assert.ok(Math.abs(distance(line, 10, 11) - 1) < 0.1);
  const sheet = layOut(grid(12, 9)).positions;
  const manhattan = (a: number, b: number) => Math.abs(a % 12 - b % 12) + Math.abs((a - a % 12 - b + b % 12) / 12);
  assert.ok(stress(sheet, manhattan) < 0.04, `${stress(sheet, manhattan)}`);
});

Deno.test("PivotMDS in two dimensions is flat", () => {
  const { positions } = layOut(grid(5, 5), { dims: 2 });
  for (let node = 0; node < 25; node++) assert.equal(positions[3 * node + 2], 0);
});

Deno.test("start: components do not overlap, pairs and single nodes have their places", () => {
  const pairs: [number, number][] = [];
  for (let node = 0; node < 60; node++) if (node % 20 !== 19) pairs.push([node, node + 1]);
  for (let node = 60; node < 100; node += 2) pairs.push([node, node + 1]);
  const { positions, components, centres } = layOut(graphOf(140, pairs));
  assert.equal(components.count, 3 + 20 + 40);
  for (let a = 0; a < 140; a++) {
    for (let b = a + 1; b < 140; b++) {
      if (components.componentOf[a] === components.componentOf[b]) continue;
      assert.ok(distance(positions, a, b) > 0.9, `${a} and ${b}: ${distance(positions, a, b)}`);
    }
  }
  assert.ok(Math.abs(distance(positions, 60, 61) - 1) < 0.05);
  assert.equal([0, 1, 2].filter((c) => Math.hypot(...centres.subarray(3 * c, 3 * c + 3)) === 0).length, 1);
});

Deno.test("start: thousands of small components are quick, and progress is counted", () => {
  const pairs: [number, number][] = Array.from({ length: 10_000 }, (_, k) => [3 * k, 3 * k + 1]);
  const preparation = prepareLayout(graphOf(30_000, pairs), { dims: 3, seed: 1 });
  const seen: number[] = [], started = performance.now();
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) break;
    assert.ok(value.done <= value.total);
    if (value.stage === "start positions") seen.push(value.done);
  }
  assert.ok(performance.now() - started < 3000);
  assert.ok(seen.length > 10 && seen.every((count, k) => k === 0 || count >= seen[k - 1]));
  assert.equal(seen[seen.length - 1], 30_000);
});

Deno.test("start: the seed decides", () => {
  assert.deepEqual(layOut(grid(6, 6)).positions, layOut(grid(6, 6)).positions);
  assert.notDeepEqual(layOut(grid(6, 6)).positions, layOut(grid(6, 6), { seed: 2 }).positions);
  assert.equal(layOut(dust(0)).positions.length, 0);
});

Deno.test("start: bad graphs are refused in a sentence", () => {
  const edge = graphOf(2, [[0, 1]]);
  assert.throws(() => layOut(graphOf(2, [[0, 2]])), /Cannot lay out edge 0 \(0–2\): there are 2 nodes/);
  assert.throws(() => layOut({ ...edge, targets: new Uint32Array(2) }), /1 edge sources with 2 targets/);
  assert.throws(() => layOut({ ...edge, weights: Float32Array.of(-1) }), /Cannot use weight -1 at 0/);
  assert.throws(() => layOut({ ...edge, masses: Float32Array.of(1, NaN) }), /Cannot use mass NaN at 1/);
  assert.throws(() => layOut({ ...edge, masses: Float32Array.of(1) }), /1 values of mass for 2/);
  assert.throws(() => layOut({ ...edge, masses: Float32Array.of(1, 0) }), /Cannot use mass 0 at 1: it must be above 0/);
  assert.throws(() => layOut({ ...edge, charges: Float32Array.of(1, -2) }), /Cannot use charge -2 at 1/);
});
