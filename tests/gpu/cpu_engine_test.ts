import assert from "node:assert/strict";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { exactRepulsion } from "../../gpu/cpu/oracle.ts";
import { createParams } from "../../gpu/params.ts";
import { engineSuite } from "./engine_suite.ts";
import { cloud, dust, layOut, path, relativeError, scaleFree } from "./graphs.ts";

engineSuite({
  name: "cpu engine",
  skip: false,
  repulsionError: 0.06,
  open: (layout, options) => openCpuEngine(layout, { ...options, threads: 1 }),
});

async function positionsAfter(steps: number, { threads, seed = 1 }: { threads: number; seed?: number }) {
  const layout = layOut(scaleFree(3000, 4), { seed }), n = layout.adjacency.nodeCount;
  const engine = openCpuEngine(layout, { dims: 3, seed, threads, params: createParams() });
  for (let k = 0; k < steps; k++) await engine.step(0.3);
  const positions = new Float32Array(3 * n);
  await engine.readInto(positions, new Float32Array(3 * n));
  await engine.close();
  return positions;
}

Deno.test("cpu engine: the same seed gives the same bytes, whatever the number of threads", async () => {
  const alone = await positionsAfter(25, { threads: 1 });
  assert.deepEqual(await positionsAfter(25, { threads: 1 }), alone);
  assert.deepEqual(await positionsAfter(25, { threads: 2 }), alone);
  assert.deepEqual(await positionsAfter(25, { threads: 3 }), alone);
});

Deno.test("cpu engine: the largest weights and charges that are allowed move nodes by the longest step at most", async () => {
  const layout = layOut({ ...path(9), weights: new Float32Array(8).fill(3.4e38) });
  const charges = new Float32Array(9).fill(3.4e38), params = createParams();
  const engine = openCpuEngine(layout, { dims: 3, seed: 1, threads: 1, params, charges });
  const { meanMove, scrubbed } = await engine.step(0.3);
  await engine.close();
  assert.equal(scrubbed, 0);
  assert.ok(meanMove > 0.1 && meanMove <= params.maxStep, `${meanMove}`);
});

Deno.test("cpu engine: another seed gives another layout", async () => {
  assert.notDeepEqual(await positionsAfter(2, { threads: 1, seed: 2 }), await positionsAfter(2, { threads: 1 }));
});

Deno.test("cpu engine: θ = 0 is exact", async () => {
  const n = 700, positions = cloud(n, 3), velocities = new Float32Array(3 * n);
  const params = createParams({ theta: 0, noise: 0, anchor: 0 });
  const engine = openCpuEngine({ ...layOut(dust(n)), positions }, { dims: 3, seed: 1, threads: 1, params });
  await engine.step(1e-4);
  await engine.readInto(new Float32Array(3 * n), velocities);
  await engine.close();
  const forces = Float64Array.from(velocities, (value) => value / 1e-4);
  assert.ok(relativeError(forces, exactRepulsion({ positions, params })) < 1e-5);
});
