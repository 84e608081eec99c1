import assert from "node:assert/strict";
import type { PhysicsGraph } from "../../gpu/api.ts";
import { continueLayout } from "../../gpu/init/continue_layout.ts";
import type { StartLayout, StartOptions } from "../../gpu/init/start_layout.ts";
import { cloud, distance, dust, graphOf, layOut, path, scaleFree } from "./graphs.ts";

function goOn(graph: PhysicsGraph, known: Float32Array, options: Partial<StartOptions> = {}): StartLayout {
  const preparation = continueLayout(graph, known, { dims: 3, seed: 1, ...options });
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) return value;
  }
}

const placeOf = (positions: Float32Array, node: number) => [...positions.subarray(3 * node, 3 * node + 3)];

Deno.test("continue: nodes with a place keep it to the bit, and their component belongs there", () => {
  const known = cloud(50, 3), { positions, centres } = goOn(path(50), known);
  assert.deepEqual(positions, known);
  const mean = [0, 1, 2].map((d) => known.reduce((sum, value, k) => k % 3 === d ? sum + value / 50 : sum, 0));
  centres.forEach((value, d) => assert.ok(Math.abs(value - mean[d]) < 1e-5));
});

Deno.test("continue: a new node lies beside the middle of its neighbours, chains of them follow each other", () => {
  // 0 at −4, 1 at 4; 2 between both; 3 – 4 – 5 hang on 1, named in the wrong order.
  const graph = graphOf(6, [[0, 2], [2, 1], [4, 5], [3, 4], [1, 3]]);
  const known = new Float32Array(18).fill(NaN);
  known.set([-4, 0, 0, 4, 0, 0]);
  const { positions } = goOn(graph, known);
  assert.ok(placeOf(positions, 2).every((value) => Math.abs(value) <= 0.5));
  for (const [node, from] of [[3, 1], [4, 3], [5, 4]]) {
    const gap = distance(positions, node, from);
    assert.ok(gap > 0 && gap < Math.sqrt(0.75), `node ${node} is ${gap} from ${from}`);
  }
});

Deno.test("continue: in the plane new nodes lie in the plane", () => {
  const known = Float32Array.of(0, 0, 9, NaN, NaN, NaN, NaN, 0, 0);
  const { positions } = goOn(graphOf(3, [[0, 1]]), known, { dims: 2 });
  assert.deepEqual([positions[2], positions[5], positions[8]], [0, 0, 0]);
  assert.ok(positions.every(Number.isFinite));
});

Deno.test("continue: new components lie where nothing is, and move nobody", () => {
  const old = layOut(scaleFree(400, 1)), count = 400 + 12 + 30;
  const edges: [number, number][] = Array.from(scaleFree(400, 1).sources, (s, e) => [s, scaleFree(400, 1).targets[e]]);
  for (let k = 0; k < 11; k++) edges.push([400 + k, 401 + k]);
  const known = new Float32Array(3 * count).fill(NaN);
  known.set(old.positions);
  const { positions, components } = goOn(graphOf(count, edges), known);
  assert.deepEqual(positions.subarray(0, 1200), old.positions);
  assert.equal(components.count, 32);
  for (let a = 400; a < count; a++) {
    for (let b = 0; b < count; b++) {
      if (components.componentOf[a] === components.componentOf[b]) continue;
      assert.ok(distance(positions, a, b) > 0.75, `${a} and ${b} are ${distance(positions, a, b)} apart`);
    }
  }
});

Deno.test("continue: single nodes that come one after the other stay close to the rest", () => {
  let known = layOut(path(40)).positions;
  for (let count = 41; count <= 340; count++) {
    const next = new Float32Array(3 * count).fill(NaN);
    next.set(known);
    const pairs: [number, number][] = Array.from({ length: 39 }, (_, i) => [i, i + 1]);
    known = goOn(graphOf(count, pairs), next).positions;
  }
  const farthest = Math.max(...Array.from({ length: 340 }, (_, i) => Math.hypot(...placeOf(known, i))));
  // 300 cells of 1.5 × 1.5 around a path of 40: rings up to about 20 wide beyond its end.
  assert.ok(farthest < 55, `${farthest}`);
});

Deno.test("continue: without any known place it is packed as at a first start; without nodes it is empty", () => {
  const known = new Float32Array(30).fill(NaN);
  assert.deepEqual(goOn(dust(10), known).positions, layOut(dust(10)).positions);
  assert.equal(goOn(dust(0), new Float32Array(0)).positions.length, 0);
});
