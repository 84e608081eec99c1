import assert from "node:assert/strict";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { openDevice } from "../../gpu/device.ts";
import { chooseEngine } from "../../gpu/engines.ts";
import { createParams } from "../../gpu/params.ts";
import { createSimulation } from "../../gpu/simulation.ts";
import { openWebgpuEngine } from "../../gpu/webgpu/engine.ts";
import { foundAdapter, readyDevice } from "./device.ts";
import { engineSuite } from "./engine_suite.ts";
import { layOut, path } from "./graphs.ts";

const found = foundAdapter, ready = readyDevice;
const skip = ready === undefined;
const info = { name: "webgpu", detail: "" } as const;

const VARIANTS = [
  { name: "webgpu engine, all pairs", repulsionError: 1e-3, allPairsUpTo: Infinity },
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

Deno.test({
  name: "engines: auto takes the CPU where the only adapter is a software one, webgpu takes it all the same",
  ignore: skip || found?.software !== true,
  async fn() {
    const options = { seed: 1, threads: 1, dims: 3, params: createParams() } as const;
    const auto = await chooseEngine(path(10), { ...options, engine: "auto" });
    assert.equal(auto.info.name, "cpu");
    assert.match(auto.info.reason ?? "", /software/);
    const asked = await chooseEngine(path(10), { ...options, engine: "webgpu" });
    assert.deepEqual(asked.info, { name: "webgpu", detail: found?.name });
    asked.giveUp();
  },
});
