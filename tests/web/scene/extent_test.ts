import assert from "node:assert/strict";
import { frameLayout, sampleEdgeLength, sampleExtentInto } from "../../../web/scene/extent.ts";
import { createRandom } from "../../../gpu/random.ts";

const FRONT = { right: { x: 1, y: 0, z: 0 }, up: { x: 0, y: 1, z: 0 }, back: { x: 0, y: 0, z: 1 } };

function frame(positions: Float32Array, tangents = { horizontal: 1, vertical: 1 }) {
  return frameLayout({ positions, count: positions.length / 3 }, FRONT, tangents);
}

Deno.test("frames a box from the front: its middle, and far enough for its nearest corners", () => {
  const positions = Float32Array.from([-4, 0, 0, 6, 0, 0, 1, 3, 2, 1, -3, -2]);
  assert.deepEqual(frame(positions), { center: { x: 1, y: 0, z: 0 }, distance: 5 });
  assert.deepEqual(frame(positions, { horizontal: 2, vertical: 0.5 }).distance, 8);
});

Deno.test("one node, and none, still have a place to look from", () => {
  assert.deepEqual(frame(Float32Array.from([5, 6, 7])), { center: { x: 5, y: 6, z: 7 }, distance: 3 });
  assert.deepEqual(frame(new Float32Array(0)), { center: { x: 0, y: 0, z: 0 }, distance: 3 });
});

/** A ball of radius 10, its first `strays` nodes far away. */
function ball(count: number, strays: number): Float32Array {
  const random = createRandom(3), positions = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const [a, z, r] = [2 * Math.PI * random(), 2 * random() - 1, 10 * Math.cbrt(random())], s = Math.sqrt(1 - z * z);
    positions.set([r * s * Math.cos(a), r * s * Math.sin(a), r * z], 3 * i);
    if (i < strays) positions.set([300, 0, 0], 3 * i);
  }
  return positions;
}

Deno.test("of thousands, a few strays do not decide the framing", () => {
  const { center, distance } = frame(ball(4_000, 15));
  assert.ok(Math.abs(center.x) < 1.5 && distance > 10 && distance < 25, `${center.x} ${distance}`);
});

Deno.test("the typical radius hardly notices components far away", () => {
  const plain = { x: 0, y: 0, z: 0, radius: 0 }, strayed = { ...plain };
  sampleExtentInto(ball(4_000, 0), 4_000, plain);
  sampleExtentInto(ball(4_000, 160), 4_000, strayed);
  assert.ok(plain.radius > 10 && plain.radius < 15, String(plain.radius));
  assert.ok(strayed.radius < 1.4 * plain.radius, String(strayed.radius));
  assert.ok(Math.hypot(strayed.x, strayed.y, strayed.z) < 4, String(strayed.x));
});

Deno.test("the mean edge length; 1 where there is none to measure", () => {
  const positions = Float32Array.from([0, 0, 0, 3, 4, 0, 3, 4, 1]);
  assert.equal(sampleEdgeLength(positions, new Uint32Array([0, 1, 1, 2])), 3);
  assert.equal(sampleEdgeLength(positions, new Uint32Array(0)), 1);
  assert.equal(sampleEdgeLength(new Float32Array(6), new Uint32Array([0, 1])), 1);
});
