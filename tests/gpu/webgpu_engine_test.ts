import assert from "node:assert/strict";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { openDevice } from "../../gpu/device.ts";
import { createParams } from "../../gpu/params.ts";
import { rowsPerSubmit } from "../../gpu/passes/all_pairs.ts";
import { compileWalk } from "../../gpu/passes/tree.ts";
import { createSimulation } from "../../gpu/simulation.ts";
import { exactRepulsion } from "../../gpu/cpu/oracle.ts";
import { openWebgpuEngine } from "../../gpu/webgpu/engine.ts";
import { createOrderClock } from "../../gpu/webgpu/order_clock.ts";
import { testDevice } from "../../gpu/webgpu/self_test.ts";
import { createStepQueue } from "../../gpu/webgpu/step_queue.ts";
import { createGpuWorld, findShortage, JOB_SLOTS } from "../../gpu/webgpu/world.ts";
import { foundAdapter, readyDevice } from "./device.ts";
import { NO_CONSTRAINTS } from "./kernel_tools.ts";
import { engineSuite } from "./engine_suite.ts";
import { cloud, dust, layOut, path, relativeError, scaleFree } from "./graphs.ts";
import { exactForce } from "./plain_forces.ts";

const found = foundAdapter, ready = readyDevice;
const skip = ready === undefined;
const info = { name: "webgpu", detail: "" } as const;

const VARIANTS = [
  { name: "webgpu engine", repulsionError: 1e-3, allPairsUpTo: undefined },
  { name: "webgpu engine, tree", repulsionError: 0.06, allPairsUpTo: 0 },
];

for (const { name, repulsionError, allPairsUpTo } of VARIANTS) {
  engineSuite({
    name,
    skip,
    repulsionError,
    open(layout, options) {
      if (ready === undefined) throw new TypeError("Cannot open an engine without a device.");
      return openWebgpuEngine(layout, ready, { ...options, info, allPairsUpTo });
    },
  });
}

Deno.test({
  name: "webgpu engine: when the device is lost the CPU engine goes on from the last positions, pins held",
  ignore: skip,
  async fn() {
    if (found === undefined) return;
    const device = await openDevice(found), layout = layOut(path(80)), params = createParams();
    const options = { dims: 3, seed: 1, params } as const;
    const simulation = createSimulation({
      layout,
      engine: openWebgpuEngine(layout, device, { ...options, info }),
      params,
      pins: [{ index: 5, x: 1, y: 2, z: 3 }],
      ignoreStillness: false,
      openSpare: (last, reason) => openCpuEngine(last, { ...options, threads: 1, reason }),
    });
    const before = new Float32Array(240), after = new Float32Array(240), velocities = new Float32Array(240);
    for (let k = 0; k < 20; k++) await simulation.step();
    await simulation.readInto(before, velocities);
    device.device.destroy();
    await device.device.lost;
    await simulation.step();
    assert.equal(simulation.info.name, "cpu");
    assert.match(simulation.info.reason ?? "", /^The GPU was lost/);
    await simulation.readInto(after, velocities);
    assert.deepEqual(after, before);
    for (let k = 0; k < 5; k++) await simulation.step();
    await simulation.readInto(after, velocities);
    assert.deepEqual(after.slice(15, 18), Float32Array.of(1, 2, 3));
    assert.notDeepEqual(after, before);
    await simulation.close();
  },
});

async function forcesOf(nodeCount: number, options: { readonly theta: number; readonly allPairsUpTo?: number }) {
  if (ready === undefined) throw new TypeError("Cannot open an engine without a device.");
  const positions = cloud(nodeCount, 3), velocities = new Float32Array(3 * nodeCount);
  const params = createParams({ theta: options.theta, noise: 0, anchor: 0 }), heat = 1e-4;
  const layout = { ...layOut(dust(nodeCount)), positions };
  const engine = openWebgpuEngine(layout, ready, { ...options, dims: 3, seed: 1, params, info });
  await engine.step(heat);
  await engine.readInto(new Float32Array(3 * nodeCount), velocities);
  await engine.close();
  return velocities.map((value) => value / heat);
}

Deno.test({
  name: "webgpu engine: the tree begins above the size for all pairs, θ = 0 is exact, and a smaller θ nearer to it",
  ignore: skip,
  async fn() {
    const exact = exactRepulsion({ positions: cloud(900, 3), params: createParams() });
    const errorOf = async (theta: number, allPairsUpTo: number) =>
      relativeError(await forcesOf(900, { theta, allPairsUpTo }), exact);
    assert.ok(await errorOf(1, 900) < 1e-5 && await errorOf(0, 0) < 1e-5);
    const half = await errorOf(0.5, 899), one = await errorOf(1, 899);
    assert.ok(one > 1e-3 && half < one / 2, `${half} ${one}`);
  },
});

Deno.test({
  name: "webgpu engine: all pairs that take several submits are exact in each of them",
  ignore: skip,
  async fn() {
    const nodeCount = 36_000, forces = await forcesOf(nodeCount, { theta: 0 }), positions = cloud(nodeCount, 3);
    assert.ok(rowsPerSubmit(nodeCount) < nodeCount);
    const { repulsion } = createParams(), found: number[] = [], expected: number[] = [];
    for (const node of [0, 1, 12_345, rowsPerSubmit(nodeCount) - 1, rowsPerSubmit(nodeCount), nodeCount - 1]) {
      found.push(...forces.subarray(3 * node, 3 * node + 3));
      expected.push(...exactForce(positions, node, (square) => repulsion / (1 + square) ** 2));
    }
    assert.ok(relativeError(found, expected) < 1e-4);
  },
});

Deno.test({
  name: "webgpu engine: the same seed gives the same bytes",
  ignore: skip,
  async fn() {
    const run = async () => {
      if (ready === undefined) throw new TypeError("Cannot open an engine without a device.");
      const layout = layOut(scaleFree(3000, 4)), params = createParams(), positions = new Float32Array(9000);
      const engine = openWebgpuEngine(layout, ready, { dims: 3, seed: 1, params, info, allPairsUpTo: 0 });
      for (let k = 0; k < 20; k++) await engine.step(0.3);
      await engine.readInto(positions, new Float32Array(9000));
      await engine.close();
      return positions;
    };
    assert.deepEqual(await run(), await run());
  },
});

Deno.test({
  name: "webgpu engine: rounded positions are those that are read in full, for a fifth of the bytes",
  ignore: skip,
  async fn() {
    if (ready === undefined) return;
    const nodeCount = 3000, size = 3 * nodeCount, layout = layOut(scaleFree(nodeCount, 4)), params = createParams();
    const engine = openWebgpuEngine(layout, ready, { dims: 3, seed: 1, params, info, allPairsUpTo: 0 });
    for (let k = 0; k < 5; k++) await engine.step(0.3);
    const positions = new Float32Array(size), out = { steps: new Uint16Array(size), positions: new Float32Array(size) };
    const bytesOf = async (read: () => Promise<unknown> | undefined) => {
      const before = engine.bytesReadBack;
      await read();
      return engine.bytesReadBack - before;
    };
    const full = await bytesOf(() => engine.readInto(positions, new Float32Array(size)));
    let quantum = NaN;
    const rounded = await bytesOf(() => engine.readRoundedInto?.(out, "new").then((box) => quantum = box.quantum));
    assert.deepEqual([full, rounded], [32 * nodeCount, 6 * nodeCount + 16]);
    assert.ok(out.positions.every((value, k) => Math.abs(value - positions[k]) <= 0.51 * quantum));
    await engine.close();
  },
});

Deno.test({
  name: "webgpu engine: steps of a small graph wait for each other, and a read submits those that wait",
  ignore: skip,
  fn() {
    if (ready === undefined) return;
    const layout = layOut(path(50)), world = createGpuWorld(ready.device, layout, { repulsion: "tree" });
    const queue = createStepQueue(ready, world, {
      ...{ layout, dims: 3, seed: 1, params: createParams() },
      constraints: NO_CONSTRAINTS,
    });
    const submitted = Array.from({ length: 2 * JOB_SLOTS }, () => {
      queue.push(0.1, 0);
      return queue.submitted;
    });
    assert.deepEqual(submitted.map((step) => step / JOB_SLOTS), [
      ...new Array<number>(JOB_SLOTS - 1).fill(0),
      ...new Array<number>(JOB_SLOTS).fill(1),
      2,
    ]);
    queue.push(0.1, 0);
    queue.flush();
    assert.equal(queue.submitted, 2 * JOB_SLOTS + 1);
    world.destroy();
  },
});

Deno.test({
  name: "webgpu engine: where memory does not suffice the CPU engine takes over, and says why",
  ignore: skip,
  async fn() {
    if (ready === undefined) return;
    const layout = layOut(path(40)), params = createParams(), options = { dims: 3, seed: 1, params } as const;
    const poor = { ...ready, device: withoutMemory(ready.device) };
    const simulation = createSimulation({
      layout,
      engine: openWebgpuEngine(layout, poor, { ...options, info }),
      params,
      pins: [],
      ignoreStillness: false,
      openSpare: (last, reason) => openCpuEngine(last, { ...options, threads: 1, reason }),
    });
    await simulation.step();
    assert.deepEqual(simulation.info, {
      name: "cpu",
      detail: "1 thread",
      reason: "The GPU has too little memory for this graph: none is left.",
    });
    await simulation.step();
    assert.equal(simulation.steps, 1);
    await simulation.close();
  },
});

/** The device, but every allocation that is watched for it fails for lack of memory. */
function withoutMemory(device: GPUDevice): GPUDevice {
  return new Proxy(device, {
    get(target, name) {
      if (name === "popErrorScope") {
        return () => target.popErrorScope().then(() => new GPUOutOfMemoryError("none is left"));
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

Deno.test("webgpu engine: a graph that needs larger buffers than there are is named with both sizes", () => {
  const MIB = 2 ** 20, limits = { maxStorageBufferBindingSize: 128 * MIB, maxBufferSize: 256 * MIB };
  assert.equal(findShortage({ nodeCount: 1_000_000, edgeCount: 3_000_000 }, limits), undefined);
  assert.equal(
    findShortage({ nodeCount: 1_000_000, edgeCount: 2 ** 23 }, limits),
    "The graph needs a buffer of 192 MiB, and the GPU allows 128 MiB.",
  );
  assert.equal(
    findShortage({ nodeCount: 2 ** 23, edgeCount: 0 }, { ...limits, maxBufferSize: 255 * MIB }),
    "The graph needs a buffer of 256 MiB, and the GPU allows 255 MiB.",
  );
});

Deno.test({
  name: "webgpu engine: a device that computes something else fails its test",
  ignore: skip,
  async fn() {
    if (ready === undefined) return;
    const { device, kernels } = ready,
      lawSource = "fn law(square: f32) -> f32 { return 1.0; }\nconst LINEAR_SQUARE = 0.01;";
    assert.equal(await testDevice(ready), undefined);
    const walk = await compileWalk(device, { lawSource });
    const problem = await testDevice({ ...ready, kernels: { ...kernels, walk } });
    assert.match(problem ?? "", /^A test step on the GPU was off by/);
  },
});

Deno.test("order clock: the first step, then when nodes have drifted, at the latest after 16 steps, or when told", () => {
  const dueSteps = (meanMove: number, steps: number) => {
    const clock = createOrderClock();
    return Array.from({ length: steps }, (_, step) => clock.due(meanMove) ? step : -1).filter((step) => step >= 0);
  };
  assert.deepEqual(dueSteps(0, 40), [0, 16, 32]);
  assert.deepEqual(dueSteps(0.0625, 20), [0, 8, 16]);
  assert.deepEqual(dueSteps(1, 10), [0, 4, 8]);
  const clock = createOrderClock();
  assert.deepEqual([clock.due(0), clock.due(0)], [true, false]);
  clock.renew();
  assert.equal(clock.due(0), true);
});
