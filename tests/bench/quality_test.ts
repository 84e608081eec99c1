import assert from "node:assert/strict";
import { edgeCv, judge, neighbourhood, type Placed, stress } from "../../bench/quality_metrics.ts";
import type { PhysicsGraph } from "../../gpu/api.ts";
import { buildAdjacency } from "../../gpu/graph.ts";
import { createRandom } from "../../gpu/random.ts";
import { disjointPaths, grid, path, star } from "../gpu/graphs.ts";

function place(graph: PhysicsGraph, dims: 2 | 3, pointOf: (node: number) => readonly number[]): Placed {
  const positions = new Float32Array(dims * graph.nodeCount);
  for (let node = 0; node < graph.nodeCount; node++) positions.set(pointOf(node), dims * node);
  return { adjacency: buildAdjacency(graph), positions, dims };
}

const sheet = () => place(grid(12, 12), 3, (node) => [node % 12, Math.floor(node / 12), 0.25 * (node % 3)]);

/** The same points, handed out anew. */
function shuffle({ positions, ...placed }: Placed): Placed {
  const random = createRandom(3), mixed = positions.slice(), { dims } = placed;
  for (let last = mixed.length / dims - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const here = mixed.slice(dims * last, dims * last + dims);
    mixed.copyWithin(dims * last, dims * other, dims * other + dims);
    mixed.set(here, dims * other);
  }
  return { ...placed, positions: mixed };
}

Deno.test("quality: a path laid out straight has no stress, its neighbours nearest, and edges of one length", () => {
  for (const dims of [2, 3] as const) {
    const straight = place(path(120), dims, (node) => [2 * node, -node, 0].slice(0, dims));
    const { stress, np1, edgeCv } = judge(straight) ?? assert.fail("not finite");
    assert.ok(stress >= -1e-12 && stress < 1e-12, `${stress}`);
    assert.equal(np1, 1);
    assert.ok(edgeCv < 1e-6, `${edgeCv}`);
  }
});

Deno.test("quality: three nodes by hand", () => {
  const bent = place(path(3), 3, (node) => [[0, 0, 0], [5, 0, 0], [1, 0, 0]][node]);
  // Distance over hops: 5, 1/2 and 4, each from both ends.
  assert.ok(Math.abs(stress(bent) - (1 - 19 ** 2 / 82.5 / 6)) < 1e-12);
  // The middle has both others for neighbours; either end lies nearest to the other end.
  assert.equal(neighbourhood(bent), 1 / 3);
  assert.ok(Math.abs(edgeCv(bent) - 0.5 / 4.5) < 1e-12);
});

Deno.test("quality: the scale and the place of a layout do not matter", () => {
  const placed = sheet(), moved = { ...placed, positions: placed.positions.map((value) => 8 * value + 64) };
  assert.deepEqual(judge(moved), judge(placed));
});

Deno.test("quality: a shuffled layout is worse in every respect", () => {
  const good = judge(sheet()) ?? assert.fail("not finite"), bad = judge(shuffle(sheet())) ?? assert.fail("not finite");
  assert.ok(good.stress < 0.1 && bad.stress > 3 * good.stress, `${good.stress}, ${bad.stress}`);
  assert.ok(good.np1 > 0.7 && bad.np1 < 0.1, `${good.np1}, ${bad.np1}`);
  assert.ok(bad.edgeCv > 2 * good.edgeCv, `${good.edgeCv}, ${bad.edgeCv}`);
});

Deno.test("quality: nodes that cannot be reached have no distance to keep", () => {
  const apart = place(disjointPaths([40, 40]), 2, (node) => [node % 40, node < 40 ? 0 : 1_000]);
  assert.ok(stress(apart) < 1e-12);
});

Deno.test("quality: a node of more than 200 neighbours is not asked for them", () => {
  const hub = place(star(202), 2, (node) => [node === 0 ? 0 : 1_000 + node, 0]);
  assert.equal(neighbourhood(hub), 0);
  const smaller = place(star(201), 2, (node) => [node === 0 ? 0 : 1_000 + node, 0]);
  assert.equal(neighbourhood(smaller), 1 / 201);
});

Deno.test("quality: all in one place is the greatest stress, and what is not finite has no quality", () => {
  assert.equal(stress(place(path(9), 3, () => [1, 2, 3])), 1);
  assert.equal(judge(place(path(9), 3, (node) => [node === 4 ? NaN : node, 0, 0])), undefined);
});
