/** Positions rounded on the GPU, beside where they are. */

import assert from "node:assert/strict";
import { BOX_RULES, type PositionBox } from "../../protocol/frame.ts";
import { fitBox } from "../../protocol/graph/q1/box.ts";
import type { BoxChoice } from "../../gpu/engine.ts";
import { stepBytes } from "../../gpu/passes/quantise.ts";
import type { ReadyDevice } from "../../gpu/webgpu/ready_device.ts";
import { createRounding } from "../../gpu/webgpu/rounding.ts";
import { createStagingRing } from "../../gpu/webgpu/staging_ring.ts";
import { VECTOR_BYTES, writeColumn } from "../../gpu/webgpu/world.ts";
import { cloud } from "./graphs.ts";
import { testOnDevice } from "./kernel_tools.ts";

interface Rounded {
  readonly box: PositionBox;
  readonly steps: Uint16Array;
  readonly positions: Float32Array;
}

/** Rounds nodes of one number, wherever they are each time. */
function openRounding({ device, kernels }: ReadyDevice, nodeCount: number) {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const bodies = device.createBuffer({ size: Math.max(VECTOR_BYTES, VECTOR_BYTES * nodeCount), usage });
  const rounding = createRounding(device, { kernels, world: { bodies }, nodeCount });
  const ring = createStagingRing(device, 16 + stepBytes(nodeCount));
  return {
    async round(places: Float32Array, choice: BoxChoice = "kept"): Promise<Rounded> {
      const column = new Float32Array(4 * nodeCount);
      for (let node = 0; node < nodeCount; node++) column.set(places.subarray(3 * node, 3 * node + 3), 4 * node);
      writeColumn(device, bodies, column);
      const steps = new Uint16Array(3 * nodeCount), positions = new Float32Array(3 * nodeCount);
      return { box: await rounding.readInto(ring, { steps, positions }, choice), steps, positions };
    },
    async close() {
      await ring.close();
      rounding.destroy();
      bodies.destroy();
    },
  };
}

/** Half a quantum, a fiftieth more, and the rounding of a coordinate of this size to f32. */
const allowedMiss = (quantum: number, size: number) => 0.51 * quantum + size * 2 ** -24;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
}

function checkMiss({ box, positions }: Rounded, places: Float32Array): void {
  const size = Math.max(largest(places), largest(box.low)), miss = largest(positions.map((at, k) => at - places[k]));
  assert.ok(miss <= allowedMiss(box.quantum, size), `${miss / box.quantum} quanta`);
}

for (const count of [0, 1, 2, 63, 64, 65, 1000, 70_001]) {
  testOnDevice(`quantise: ${count} nodes are within half a quantum of where they are`, async (ready) => {
    const { round, close } = openRounding(ready, count), places = cloud(count, 5).map((value) => 7 * value + 100);
    const found = await round(places);
    checkMiss(found, places);
    const expected = fitBox(places, count);
    assert.ok(Math.abs(found.box.quantum / expected.quantum - 1) < 1e-6);
    found.box.low.forEach((low, axis) => assert.ok(Math.abs(low - expected.low[axis]) < found.box.quantum));
    await close();
  });
}

testOnDevice("quantise: the nearest step, whatever the box", async (ready) => {
  const { round, close } = openRounding(ready, 20_000), scales = [1e-3, 1, 300, 1e5], offsets = [0, -1e4, 3e5];
  for (const scale of scales) {
    for (const offset of offsets) {
      const places = cloud(20_000, 6).map((value) => scale * value + offset);
      checkMiss(await round(places, "new"), places);
    }
  }
  await close();
});

testOnDevice(
  "quantise: the box stays while everything is in it, and is made anew beyond or when told to",
  async (ready) => {
    const { round, close } = openRounding(ready, 1000), places = cloud(1000, 7);
    const first = await round(places);
    const smaller = await round(places.map((value) => value / 2));
    assert.deepEqual(smaller.box, first.box);
    checkMiss(smaller, places.map((value) => value / 2));
    const renewed = await round(places.map((value) => value / 2), "new");
    assert.ok(renewed.box.quantum < 0.6 * first.box.quantum);
    const outside = places.slice();
    outside[3 * 17 + 1] = 500;
    const grown = await round(outside);
    assert.ok(grown.box.quantum > 500 / BOX_RULES.steps);
    checkMiss(grown, outside);
    await close();
  },
);

testOnDevice("quantise: what is no place goes to a face of the box, which is made without it", async (ready) => {
  const { round, close } = openRounding(ready, 65), places = cloud(65, 8), top = BOX_RULES.steps - 1;
  const expected = fitBox(places.slice(9), 62);
  places.set([NaN, Infinity, -Infinity, 2e30, -2e30, 0, 0, 0, 0]);
  const { box, steps } = await round(places);
  assert.ok(Math.abs(box.quantum / expected.quantum - 1) < 0.1, `${box.quantum} ${expected.quantum}`);
  assert.deepEqual([...steps.subarray(0, 5)], [0, top, 0, top, 0]);
  await close();
});

testOnDevice("quantise: nodes in one place have a box of one edge length and more", async (ready) => {
  const { round, close } = openRounding(ready, 100), places = new Float32Array(300).fill(4);
  const found = await round(places);
  assert.equal(found.box.quantum, BOX_RULES.leastWidth * (1 + 2 * BOX_RULES.margin) / BOX_RULES.steps);
  checkMiss(found, places);
  await close();
});
