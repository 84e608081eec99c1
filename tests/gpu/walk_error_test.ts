/** How far the walk is from the exact sum: on a cloud for two laws, and on finished layouts of real graphs. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { PhysicsGraph } from "../../gpu/api.ts";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { createParams } from "../../gpu/params.ts";
import { compileWalk } from "../../gpu/passes/tree.ts";
import { createSimulation } from "../../gpu/simulation.ts";
import type { ReadyDevice } from "../../gpu/webgpu/ready_device.ts";
import { createStages } from "../../gpu/webgpu/stages.ts";
import { readGraph } from "../../server/import/mod.ts";
import { cloud, layOut, relativeError } from "./graphs.ts";
import { createPointWorld, NO_CONSTRAINTS, readBytes, runStages, testOnDevice } from "./kernel_tools.ts";
import { exactForce } from "./plain_forces.ts";

const SAMPLES = 1000;

/** Force over distance, of the squared distance: once for the oracle, once for the kernel. */
const LAWS = {
  t: { of: (square: number) => 1 / (1 + square) ** 2, source: undefined },
  "1/r": {
    of: (square: number) => 1 / (square + 1e-4),
    source: "fn law(square: f32) -> f32 { return 1.0 / (square + 1e-4); }\nconst LINEAR_SQUARE = 0.0;",
  },
};

interface WalkCase {
  readonly law: keyof typeof LAWS;
  readonly groupLevel?: 0 | 1;
  readonly rootLevel?: number;
}

/** Relative rms error of the force, at evenly spread nodes. */
async function measureError(ready: ReadyDevice, positions: Float32Array, { law, ...levels }: WalkCase) {
  const nodeCount = positions.length / 3, world = createPointWorld(ready, positions);
  const walk = await compileWalk(ready.device, { lawSource: LAWS[law].source, ...levels });
  const { order, tree } = createStages({
    device: ready.device,
    kernels: { ...ready.kernels, walk },
    world,
    constraints: NO_CONSTRAINTS,
  });
  runStages(ready, [...order, ...tree]);
  const forces = new Float32Array(await readBytes(ready, world.forces, 16 * nodeCount));
  world.destroy();
  const step = Math.max(1, Math.floor(nodeCount / SAMPLES)), found: number[] = [], expected: number[] = [];
  for (let node = 0; node < nodeCount; node += step) {
    found.push(...forces.subarray(4 * node, 4 * node + 3));
    expected.push(...exactForce(positions, node, LAWS[law].of));
  }
  return relativeError(found, expected);
}

for (const count of [1, 63, 64, 65, 1000, 30_000]) {
  testOnDevice(`walk: within 6 % of the exact sum at ${count} points, 4 % for 1/r`, async (ready) => {
    const positions = cloud(count, 21);
    const t = await measureError(ready, positions, { law: "t" }),
      r = await measureError(ready, positions, { law: "1/r" });
    assert.ok(t <= 0.06 && r <= 0.04, `${t} ${r}`);
  });
}

testOnDevice("walk: leaves that walk alone are within 6 % as well", async (ready) => {
  const error = await measureError(ready, cloud(30_000, 21), { law: "t", groupLevel: 0 });
  assert.ok(error <= 0.06 && error > 0, `${error}`);
});

testOnDevice("walk: it may begin at many roots, which are opened without asking", async (ready) => {
  const positions = cloud(20_000, 22), errors: number[] = [];
  for (const rootLevel of [2, 3, 9]) errors.push(await measureError(ready, positions, { law: "t", rootLevel }));
  assert.ok(0.01 < errors[0] && errors[0] < errors[1] && errors[1] < errors[2] && errors[2] < 0.06, `${errors}`);
});

testOnDevice(
  "walk: many points in one place, and a few far away, push rightly",
  async (ready) => {
    const positions = new Float32Array(3 * 50_000);
    positions.set([1e6, 0, 0, 0, 3, 0, 0, 0, -2], 0);
    assert.ok(await measureError(ready, positions, { law: "t" }) < 1e-3);
  },
);

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
/** A whole schedule of cooling, only a short one. */
const STEPS = 20;

async function finishLayout(graph: PhysicsGraph): Promise<Float32Array> {
  const params = createParams({ coolingSteps: STEPS }), layout = layOut(graph);
  const engine = openCpuEngine(layout, { dims: 3, seed: 1, threads: 2, params });
  const simulation = createSimulation({ layout, engine, params, pins: [], ignoreStillness: true });
  for (let k = 0; k < STEPS; k++) await simulation.step();
  const positions = new Float32Array(3 * graph.nodeCount);
  await simulation.readInto(positions, new Float32Array(positions.length));
  await simulation.close();
  return positions;
}

function testOnLayout(files: readonly string[], limits: Readonly<Record<keyof typeof LAWS, number>>): void {
  const paths = files.map((file) => DATA + file);
  const missing = paths.some((path) => {
    try {
      return !Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      throw error;
    }
  });
  const name = `walk: within ${100 * limits.t} % of the exact sum on a finished layout of ${files[0]}`;
  if (missing) return console.log(`skipped: ${name}, for lack of ${files.join(" and ")}`);
  testOnDevice(name, async (ready) => {
    const { keys, sources, targets, weights } = await readGraph(paths, {});
    const positions = await finishLayout({ nodeCount: keys.length, sources, targets, weights });
    for (const law of ["t", "1/r"] as const) {
      const error = await measureError(ready, positions, { law });
      assert.ok(error > 0 && error <= limits[law], `${law}: ${error}`);
    }
  });
}

testOnLayout(["layout/crack.mtx"], { t: 0.06, "1/r": 0.04 });
testOnLayout(["layout/luxembourg.mtx"], { t: 0.06, "1/r": 0.04 });
testOnLayout(["graphs/wordnet/edges.csv", "graphs/wordnet/nodes.csv"], { t: 0.06, "1/r": 0.04 });
