import assert from "node:assert/strict";
import { pickNode, type PickQuery, projectInto } from "../../../web/scene/picking.ts";

/** Looks from z = 10 to the origin with an opening of 90°; column-major. Its depth row is not looked at. */
const MATRIX = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, -1, 0, 0, 10, 10];

/** In a view of 2000 × 2000: at the origin one unit is 100 px. */
function query(x: number, y: number, slopPx = 0): PickQuery {
  return { ...{ matrix: MATRIX, x, y, slopPx, width: 2000, height: 2000 }, radiusAtOne: 100, leastRadiusPx: 1 };
}

function moment(places: number[][], { after = places, blend = 1 } = {}) {
  return {
    count: places.length,
    before: Float32Array.from(places.flat()),
    after: Float32Array.from(after.flat()),
    blend,
  };
}

const fullSize = (count: number) => new Uint8Array(4 * count).fill(255);

Deno.test("the node under the pointer", () => {
  const graph = moment([[0, 0, 0], [3, 0, 0], [0, 3, 0]]);
  assert.equal(pickNode(graph, fullSize(3), query(1000, 1000)), 0);
  assert.equal(pickNode(graph, fullSize(3), query(1300, 1000)), 1);
  assert.equal(pickNode(graph, fullSize(3), query(1000, 700)), 2);
  assert.equal(pickNode(graph, fullSize(3), query(1150, 1000)), undefined);
});

Deno.test("of nodes in line the nearest, never one behind the camera", () => {
  const graph = moment([[0, 0, -5], [0, 0, 5], [0, 0, 20]]);
  assert.equal(pickNode(graph, fullSize(3), query(1000, 1000)), 1);
});

Deno.test("a disc that holds the pointer comes before a rim within the slop", () => {
  const graph = moment([[0, 0, -5], [0.15, 0, 0]]);
  assert.equal(pickNode(graph, fullSize(2), query(1003, 1000, 12)), 0);
  assert.equal(pickNode(graph, fullSize(2), query(1030, 1000, 12)), 1);
});

Deno.test("sizes count: a small node is only hit in the middle", () => {
  const graph = moment([[0, 0, 0]]), small = new Uint8Array([0, 51, 0, 0]);
  assert.equal(pickNode(graph, fullSize(1), query(1009, 1000)), 0);
  assert.equal(pickNode(graph, small, query(1009, 1000)), undefined);
  assert.equal(pickNode(graph, small, query(1001, 1000)), 0);
});

Deno.test("between two frames a node is where it is drawn", () => {
  const graph = moment([[0, 0, 0]], { after: [[4, 0, 0]], blend: 0.5 });
  assert.equal(pickNode(graph, fullSize(1), query(1200, 1000)), 0);
  assert.equal(pickNode(graph, fullSize(1), query(1400, 1000)), undefined);
});

Deno.test("an empty graph has nothing under the pointer", () => {
  assert.equal(pickNode(moment([]), new Uint8Array(0), query(1000, 1000, 50)), undefined);
});

Deno.test("projects to pixels from the top left, with the depth along the view", () => {
  const { matrix, width, height } = query(0, 0), out = { x: 0, y: 0, depth: 0 };
  projectInto({ x: 1, y: 2, z: 0 }, { matrix, width, height }, out);
  assert.deepEqual(out, { x: 1100, y: 800, depth: 10 });
});
