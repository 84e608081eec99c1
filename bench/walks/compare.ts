/** Every form of the walk over the same layout: milliseconds per step by the GPU's clock, and the error of the force. */

import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { createParams } from "../../gpu/params.ts";
import { compileWalk } from "../../gpu/passes/tree.ts";
import { createSimulation } from "../../gpu/simulation.ts";
import { openWebgpuEngine } from "../../gpu/webgpu/engine.ts";
import type { ReadyDevice } from "../../gpu/webgpu/ready_device.ts";
import type { StageProbe } from "../../gpu/webgpu/step_queue.ts";
import type { StartLayout } from "../../gpu/init/start_layout.ts";
import { dust, layOut, relativeError, scaleFree } from "../../tests/gpu/graphs.ts";
import { exactForce } from "../../tests/gpu/plain_forces.ts";
import { createStageTimer } from "../stage_timer.ts";
import { WALK_FORMS } from "./mod.ts";

const SEED = 42, HEAT = 0.1, ERROR_SAMPLES = 500;
/** The forms take turns this often, and the least time of each counts: other work only ever adds. */
const ROUNDS = 3, SHAPING_STEPS = 60;
const INFO = { name: "webgpu", detail: "" } as const;

export interface WalkSize {
  readonly nodes: number;
  /** Of each form in each round. */
  readonly steps: number;
}

export interface ComparedWalk {
  readonly name: string;
  readonly walkMs: number;
  /** Relative, root mean square, against the exact sum. */
  readonly error: number;
}

export async function compareWalks(ready: ReadyDevice, { nodes, steps }: WalkSize): Promise<ComparedWalk[]> {
  const layout = layOut(scaleFree(nodes, SEED)), shaped = { ...layout, positions: await finishLayout(layout) };
  const timer = createStageTimer(ready.device);
  const forms = await Promise.all(WALK_FORMS.map(async ({ name, options }) => ({
    name,
    ready: { ...ready, kernels: { ...ready.kernels, walk: await compileWalk(ready.device, options) } },
    walkMs: Infinity,
  })));
  for (let round = 0; round < ROUNDS; round++) {
    for (const form of forms) {
      timer.restart();
      await runSteps(form.ready, shaped, { steps, probe: timer.probe });
      form.walkMs = Math.min(form.walkMs, (await timer.read(steps)).get("walk") ?? Infinity);
    }
  }
  timer.close();
  const compared: ComparedWalk[] = [];
  for (const { name, walkMs, ready } of forms) {
    compared.push({ name, walkMs, error: await measureError(ready, shaped.positions) });
  }
  return compared;
}

/** By the CPU engine, from hot to cold: what the walk meets depends on how far the nodes have come apart. */
async function finishLayout(layout: StartLayout): Promise<Float32Array> {
  const params = createParams({ coolingSteps: SHAPING_STEPS }), positions = new Float32Array(layout.positions.length);
  const engine = openCpuEngine(layout, { dims: 3, seed: SEED, threads: 2, params });
  const simulation = createSimulation({ layout, engine, params, pins: [], ignoreStillness: true });
  for (let k = 0; k < SHAPING_STEPS; k++) await simulation.step();
  await simulation.readInto(positions, new Float32Array(positions.length));
  await simulation.close();
  return positions;
}

interface Run {
  readonly steps: number;
  readonly probe: StageProbe;
}

async function runSteps(ready: ReadyDevice, layout: StartLayout, { steps, probe }: Run): Promise<void> {
  const size = layout.positions.length;
  const options = { dims: 3, seed: SEED, params: createParams(), info: INFO, allPairsUpTo: 0, probe } as const;
  const engine = openWebgpuEngine(layout, ready, options);
  for (let k = 0; k < steps; k++) await engine.step(HEAT);
  await engine.readInto(new Float32Array(size), new Float32Array(size));
  await engine.close();
}

/** At evenly spread nodes, without edges. */
async function measureError(ready: ReadyDevice, positions: Float32Array): Promise<number> {
  const nodeCount = positions.length / 3, velocities = new Float32Array(3 * nodeCount);
  const params = createParams({ noise: 0, anchor: 0 }), { repulsion } = params;
  const options = { dims: 3, seed: SEED, params, info: INFO, allPairsUpTo: 0 } as const;
  const engine = openWebgpuEngine({ ...layOut(dust(nodeCount)), positions }, ready, options);
  // So cold that no move comes near the longest: velocities are forces.
  const heat = 1e-6;
  await engine.step(heat);
  await engine.readInto(new Float32Array(3 * nodeCount), velocities);
  await engine.close();
  const found: number[] = [], expected: number[] = [];
  for (let k = 0; k < ERROR_SAMPLES; k++) {
    const node = Math.floor(k * nodeCount / ERROR_SAMPLES);
    found.push(...velocities.subarray(3 * node, 3 * node + 3).map((value) => value / heat));
    expected.push(...exactForce(positions, node, (square) => repulsion / (1 + square) ** 2));
  }
  return relativeError(found, expected);
}
