import assert from "node:assert/strict";
import { cellOf, hilbertKey, measureCurveBox } from "../../gpu/cpu/hilbert.ts";
import { bindSort, sortCountBytes, sortUniformBytes } from "../../gpu/passes/sort.ts";
import { LEAF_POINTS, shapeTree, startOfLevel } from "../../gpu/passes/tree.ts";
import { createRandom } from "../../gpu/random.ts";
import type { ReadyDevice } from "../../gpu/webgpu/ready_device.ts";
import { createStages } from "../../gpu/webgpu/stages.ts";
import { writeColumn } from "../../gpu/webgpu/world.ts";
import { cloud } from "./graphs.ts";
import {
  createPointWorld,
  NO_CONSTRAINTS,
  type PointWorld,
  readBytes,
  runStages,
  testOnDevice,
} from "./kernel_tools.ts";

/** Around the sizes of leaves and workgroups, and one that takes several of everything. */
const SIZES = [0, 1, 63, 64, 65, 1000, 70_000];

const readWords = async (ready: ReadyDevice, buffer: GPUBuffer, count: number) =>
  new Uint32Array(await readBytes(ready, buffer, 4 * count));
const readFloats = async (ready: ReadyDevice, buffer: GPUBuffer, count: number) =>
  new Float32Array(await readBytes(ready, buffer, 4 * count));

/** Runs the stages up to the one that is looked at. */
function runTree(ready: ReadyDevice, world: PointWorld, stages: "order" | "refit"): void {
  const { order, tree: [refit] } = createStages({ ...ready, world, constraints: NO_CONSTRAINTS });
  runStages(ready, stages === "order" ? order : [...order, refit]);
}

for (const count of SIZES) {
  testOnDevice(`keys: ${count} nodes have the CPU's Hilbert keys, and lie in their order`, async (ready) => {
    const positions = cloud(count, 11), world = createPointWorld(ready, positions);
    runTree(ready, world, "order");
    const order = await readWords(ready, world.tree.sort.values, count);
    const keys = await readWords(ready, world.tree.sort.keys, count);
    const [lowX, lowY, lowZ, scale] = await readFloats(ready, world.tree.box, 4);
    world.destroy();
    const cell = (node: number, axis: number, low: number) =>
      cellOf(Math.fround(Math.fround(positions[3 * node + axis] - low) * scale), 0, 1);
    const expected = Uint32Array.from(
      order,
      (node) => hilbertKey(cell(node, 0, lowX), cell(node, 1, lowY), cell(node, 2, lowZ)),
    );
    assert.deepEqual(keys, expected);
    assert.deepEqual(Uint32Array.from(order).sort(), Uint32Array.from({ length: count }, (_, node) => node));
    for (let k = 1; k < count; k++) {
      assert.ok(keys[k - 1] < keys[k] || (keys[k - 1] === keys[k] && order[k - 1] < order[k]), `${k}`);
    }
  });

  testOnDevice(`sort: ${count} keys end as a stable sort puts them`, async (ready) => {
    const random = createRandom(count);
    // Few different values in the low bits, all of them in the high ones: both ties and full range.
    const keys = Uint32Array.from({ length: count }, () => (random() * 2 ** 30) & (random() < 0.5 ? 0x3fff0003 : 0x7));
    const sorted = Uint32Array.from(keys, (_, k) => k).sort((a, b) => keys[a] - keys[b] || a - b);
    const found = await sortOnDevice(ready, keys);
    assert.deepEqual(found.values, sorted);
    assert.deepEqual(found.keys, sorted.map((k) => keys[k]));
  });

  testOnDevice(`refit: the cells over ${count} points are what a loop over the points gives`, async (ready) => {
    const positions = cloud(count, 13), charges = cloud(count, 14).map(Math.abs).subarray(0, count);
    const world = createPointWorld(ready, positions, { charges }), shape = shapeTree(count);
    runTree(ready, world, "refit");
    const order = await readWords(ready, world.tree.sort.values, count);
    const cells = await readFloats(ready, world.tree.cells, 8 * shape.cellCount);
    const highs = await readFloats(ready, world.tree.highs, 4 * shape.cellCount);
    world.destroy();
    for (let level = 0; level <= shape.top; level++) {
      const points = LEAF_POINTS * 4 ** level;
      for (let cell = 0; cell * points < count; cell++) {
        const at = startOfLevel(level, shape.top) + cell;
        const expected = sumUp(order.subarray(cell * points, (cell + 1) * points), positions, charges);
        assertNear([...cells.subarray(8 * at, 8 * at + 4)], expected.centre, `centre ${level} ${cell}`);
        assert.deepEqual([...cells.subarray(8 * at + 4, 8 * at + 7)], expected.low);
        assert.deepEqual([...highs.subarray(4 * at, 4 * at + 3)], expected.high);
      }
    }
  });
}

testOnDevice(
  "curve box: mean ± 4 standard deviations, whatever an outlier and a hole in the numbers say",
  async (ready) => {
    const positions = cloud(5000, 3), world = createPointWorld(ready, positions);
    runTree(ready, world, "order");
    const clean = await readFloats(ready, world.tree.box, 4), expected = measureCurveBox(positions);
    assertNear([...clean], [expected.lowX, expected.lowY, expected.lowZ, expected.cellsPerLength], "box");
    writeColumn(ready.device, world.bodies, Float32Array.of(NaN, 0, 0, 1));
    runTree(ready, world, "order");
    const holed = await readFloats(ready, world.tree.box, 4);
    world.destroy();
    const without = measureCurveBox(positions.subarray(3));
    assertNear([...holed], [without.lowX, without.lowY, without.lowZ, without.cellsPerLength], "box");
  },
);

async function sortOnDevice(ready: ReadyDevice, keys: Uint32Array<ArrayBuffer>) {
  const { device, kernels } = ready, keyCount = keys.length, keyBits = 30, made: GPUBuffer[] = [];
  const room = (size: number, usage: number) => {
    const copy = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    made.push(device.createBuffer({ size: Math.max(16, size), usage: usage | copy }));
    return made[made.length - 1];
  };
  const storage = () => room(4 * keyCount, GPUBufferUsage.STORAGE);
  const buffers = {
    keys: storage(),
    values: storage(),
    otherKeys: storage(),
    otherValues: storage(),
    counts: room(sortCountBytes(keyCount), GPUBufferUsage.STORAGE),
    uniforms: room(sortUniformBytes(keyBits), GPUBufferUsage.UNIFORM),
  };
  writeColumn(device, buffers.keys, keys);
  writeColumn(device, buffers.values, keys.map((_, k) => k));
  const sort = bindSort(device, kernels.sort, { keyCount, keyBits, buffers });
  const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
  sort(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const found = {
    keys: await readWords(ready, buffers.keys, keyCount),
    values: await readWords(ready, buffers.values, keyCount),
  };
  made.forEach((buffer) => buffer.destroy());
  return found;
}

function sumUp(nodes: Uint32Array, positions: Float32Array, charges: Float32Array) {
  const centre = [0, 0, 0, 0], low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (const node of nodes) {
    centre[3] += charges[node];
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[3 * node + axis];
      centre[axis] += charges[node] * value;
      low[axis] = Math.min(low[axis], value);
      high[axis] = Math.max(high[axis], value);
    }
  }
  for (let axis = 0; axis < 3; axis++) centre[axis] /= centre[3];
  return { centre, low, high };
}

function assertNear(found: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, k) => {
    assert.ok(Math.abs(value - expected[k]) <= 1e-4 * (1 + Math.abs(expected[k])), `${what}: ${found} ≠ ${expected}`);
  });
}
