/**
 * The computed start of very large graphs: `deno run -A bench/start_bench.ts [--nodes N] [--steps N]`.
 * Time of its parts, and how long edges are (mean, and standard deviation over mean) at the start and after some steps.
 */
import { parseArgs } from "node:util";
import type { PhysicsGraph } from "../gpu/api.ts";
import { openCpuEngine } from "../gpu/cpu/engine.ts";
import { prepareLayout } from "../gpu/init/start_layout.ts";
import { createParams } from "../gpu/params.ts";
import { createSchedule } from "../gpu/schedule.ts";
import { grid, scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42;

/** Mean length, and the coefficient of variation. */
function edgeLengths({ sources, targets }: PhysicsGraph, positions: Float32Array): string {
  let sum = 0, squares = 0;
  for (let e = 0; e < sources.length; e++) {
    const a = 3 * sources[e], b = 3 * targets[e];
    const length = Math.hypot(
      positions[a] - positions[b],
      positions[a + 1] - positions[b + 1],
      positions[a + 2] - positions[b + 2],
    );
    sum += length;
    squares += length * length;
  }
  const mean = sum / sources.length, deviation = Math.sqrt(squares / sources.length - mean * mean);
  return `mean ${mean.toFixed(2)}, CV ${(deviation / mean).toFixed(2)}`;
}

async function measure(name: string, graph: PhysicsGraph, steps: number): Promise<void> {
  const times = new Map<string, number>(), preparation = prepareLayout(graph, { dims: 3, seed: SEED });
  let stage = "check", sinceMs = performance.now();
  for (;;) {
    const { done, value } = preparation.next(), nowMs = performance.now();
    times.set(stage, (times.get(stage) ?? 0) + nowMs - sinceMs);
    sinceMs = nowMs;
    if (done === true) {
      const parts = [...times].map(([part, ms]) => `${part} ${(ms / 1000).toFixed(1)} s`).join(", ");
      console.log(`${name}: ${graph.nodeCount} nodes, ${graph.sources.length} edges: ${parts}`);
      console.log(`  start: ${edgeLengths(graph, value.positions)}`);
      const params = createParams(), schedule = createSchedule(params, { ignoreStillness: true });
      const engine = openCpuEngine(value, { dims: 3, seed: SEED, threads: 2, params });
      for (let step = 0; step < steps; step++) schedule.observe(await engine.step(schedule.heat));
      const positions = new Float32Array(3 * graph.nodeCount);
      await engine.readInto(positions, new Float32Array(3 * graph.nodeCount));
      await engine.close();
      const seconds = (performance.now() - nowMs) / 1000;
      console.log(`  after ${steps} steps, ${seconds.toFixed(1)} s: ${edgeLengths(graph, positions)}`);
      return;
    }
    stage = value.stage;
  }
}

async function main(): Promise<void> {
  const { nodes = "1000000", steps = "20" } = parseArgs({
    options: { nodes: { type: "string" }, steps: { type: "string" } },
  }).values;
  const side = Math.round(Math.sqrt(Number(nodes)));
  await measure("grid", grid(side, side), Number(steps));
  await measure("scale-free", scaleFree(Number(nodes), SEED), Number(steps));
}

if (import.meta.main) await main();
