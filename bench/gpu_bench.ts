/**
 * What a step costs on the GPU, by its own clock: `deno run -A bench/gpu_bench.ts [--only PART …]`. Per size the stages of a step, then
 * the tree beside all pairs, forms of the walk with their error, and ways to read back. See bench/README.md.
 */
import { parseArgs } from "node:util";
import type { PhysicsGraph } from "../gpu/api.ts";
import { findAdapter, type FoundAdapter, openDevice } from "../gpu/device.ts";
import type { StartLayout } from "../gpu/init/start_layout.ts";
import { createParams } from "../gpu/params.ts";
import { openWebgpuEngine } from "../gpu/webgpu/engine.ts";
import type { ReadyDevice } from "../gpu/webgpu/ready_device.ts";
import { layOut, scaleFree } from "../tests/gpu/graphs.ts";
import { timeReads } from "./read_back.ts";
import { createStageTimer, type StageTimes } from "./stage_timer.ts";
import { compareWalks, type WalkSize } from "./walks/compare.ts";

const SEED = 42, HEAT = 0.1;
/** What a step of 100,000 nodes and 300,000 edges must move at least, on a bandwidth that many cards have. */
const ROOFLINE = { megabytes: [21, 36], nodes: 100_000, gigabytesPerSecond: 716 } as const;

interface Plan {
  readonly sizes: readonly number[];
  /** Sizes at which all pairs are computed beside the tree. */
  readonly crossover: readonly number[];
  /** Sizes at which all forms of the walk are tried. */
  readonly walks: readonly WalkSize[];
  /** Steps before anything is measured, for the layout to take shape, and steps measured: whole rounds of ordering. */
  readonly steps: number;
}

const HARDWARE: Plan = {
  sizes: [10_000, 100_000, 1_000_000],
  crossover: [1_024, 2_048, 4_096, 8_192, 16_384, 32_768],
  walks: [10_000, 100_000, 1_000_000].map((nodes) => ({ nodes, steps: 32 })),
  steps: 32,
};
const SOFTWARE: Plan = {
  sizes: [2_000, 10_000],
  crossover: [512, 1_024, 2_048],
  walks: [{ nodes: 10_000, steps: 4 }, { nodes: 100_000, steps: 1 }],
  steps: 16,
};

interface Contest {
  readonly layout: StartLayout;
  readonly allPairsUpTo: number;
  readonly steps: number;
}

interface Measured {
  /** From the first submit to the end of the last step, per step, without timestamps. */
  readonly wallMs: number;
  readonly stages: StageTimes;
}

async function measure(ready: ReadyDevice, { layout, allPairsUpTo, steps }: Contest): Promise<Measured> {
  const { nodeCount } = layout.adjacency, timer = createStageTimer(ready.device);
  const positions = new Float32Array(3 * nodeCount), velocities = new Float32Array(3 * nodeCount);
  const options = { dims: 3, seed: SEED, params: createParams(), info: { name: "webgpu", detail: "" } } as const;
  const run = async (start: StartLayout, probe?: typeof timer.probe) => {
    const engine = openWebgpuEngine(start, ready, { ...options, allPairsUpTo, probe });
    for (let k = 0; k < steps; k++) await engine.step(HEAT);
    await engine.readInto(positions, velocities);
    timer.restart();
    const begin = performance.now();
    for (let k = 0; k < steps; k++) await engine.step(HEAT);
    await ready.device.queue.onSubmittedWorkDone();
    const wallMs = (performance.now() - begin) / steps;
    await engine.readInto(positions, velocities);
    await engine.close();
    return wallMs;
  };
  const wallMs = await run(layout);
  await run({ ...layout, positions: positions.slice() }, timer.probe);
  const stages = await timer.read(steps);
  timer.close();
  return { wallMs, stages };
}

const sum = (stages: StageTimes): number => [...stages.values()].reduce((total, ms) => total + ms, 0);
const inMs = (ms: number): string => `${ms.toFixed(ms < 10 ? 3 : 1)} ms`;
const count = (value: number): string => value.toLocaleString("en");

function printStages(graph: PhysicsGraph, { wallMs, stages }: Measured): void {
  const total = sum(stages), share = graph.nodeCount / ROOFLINE.nodes;
  const bound = ROOFLINE.megabytes.map((megabytes) => share * megabytes / ROOFLINE.gigabytesPerSecond);
  console.log(`\n${count(graph.nodeCount)} nodes, ${count(graph.sources.length)} edges, per step`);
  for (const [stage, ms] of stages) {
    console.log(`  ${stage.padEnd(10)} ${inMs(ms).padStart(12)}  ${(100 * ms / total).toFixed(0).padStart(3)} %`);
  }
  console.log(`  ${"all stages".padEnd(10)} ${inMs(total).padStart(12)}`);
  console.log(`  ${"wall clock".padEnd(10)} ${inMs(wallMs).padStart(12)}`);
  console.log(
    `  roofline   ${bound.map((ms) => ms.toFixed(4)).join(" – ")} ms (${ROOFLINE.megabytes.join(" – ")} MB per ` +
      `${count(ROOFLINE.nodes)} nodes at ${ROOFLINE.gigabytesPerSecond} GB/s): ` +
      `${(total / bound[1]).toFixed(0)} – ${(total / bound[0]).toFixed(0)} times that`,
  );
}

async function compareWithAllPairs(ready: ReadyDevice, { crossover, steps }: Plan): Promise<void> {
  console.log("\nrepulsion per step, order and refit included: all pairs beside the tree");
  const repulsion = ({ stages }: Measured) =>
    sum(new Map([...stages].filter(([name]) => ["order", "refit", "walk", "all pairs"].includes(name))));
  for (const nodes of crossover) {
    const layout = layOut(scaleFree(nodes, SEED));
    const exact = await measure(ready, { layout, steps, allPairsUpTo: nodes });
    const tree = await measure(ready, { layout, steps, allPairsUpTo: 0 });
    console.log(
      `  ${count(nodes).padStart(7)}  all pairs ${inMs(repulsion(exact)).padStart(11)}  tree ` +
        `${inMs(repulsion(tree)).padStart(11)}`,
    );
  }
}

async function printWalks(ready: ReadyDevice, { walks }: Plan): Promise<void> {
  for (const size of walks) {
    console.log(`\nwalk, ${count(size.nodes)} nodes: least time per step, and error of the force`);
    for (const { name, walkMs, error } of await compareWalks(ready, size)) {
      console.log(`  ${name.padEnd(27)} ${inMs(walkMs).padStart(11)}  ${(100 * error).toFixed(1).padStart(5)} %`);
    }
  }
}

async function printReads(ready: ReadyDevice): Promise<void> {
  console.log(`\nread back by an idle GPU, median (least); here it is ${ready.mapping}`);
  for (const nodes of [10_000, 100_000, 1_000_000]) {
    for (const bytesPerNode of [32, 6]) {
      const timed = await timeReads(ready, bytesPerNode * nodes);
      const texts = timed.map(({ mapping, medianMs, leastMs }) => `${mapping} ${inMs(medianMs)} (${inMs(leastMs)})`);
      console.log(`  ${count(nodes).padStart(9)} nodes of ${bytesPerNode} bytes  ${texts.join("   ")}`);
    }
  }
}

const PARTS = ["stages", "crossover", "walks", "read-back"] as const;

async function main(found: FoundAdapter, isWanted: (part: typeof PARTS[number]) => boolean): Promise<void> {
  console.log(`${found.name}${found.software ? ", which computes on the CPU: smaller sizes, rough figures" : ""}`);
  if (!found.adapter.features.has("timestamp-query")) {
    console.log("It has no timestamp queries, so stages cannot be measured.");
    return;
  }
  const ready = await openDevice(found);
  const plan = found.software ? SOFTWARE : HARDWARE;
  for (const nodes of isWanted("stages") ? plan.sizes : []) {
    const graph = scaleFree(nodes, SEED);
    printStages(graph, await measure(ready, { layout: layOut(graph), steps: plan.steps, allPairsUpTo: 0 }));
  }
  if (isWanted("crossover")) await compareWithAllPairs(ready, plan);
  if (isWanted("walks")) await printWalks(ready, plan);
  if (isWanted("read-back")) await printReads(ready);
  const failure = ready.lost();
  ready.device.destroy();
  if (failure !== undefined) throw new Error(failure);
}

if (import.meta.main) {
  const { only = [] } = parseArgs({ options: { only: { type: "string", multiple: true } } }).values;
  const unknown = only.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) throw new RangeError(`There is no part ${unknown}: choose from ${PARTS.join(", ")}.`);
  const found = await findAdapter();
  if (found === undefined) {
    console.log("There is no graphics adapter. Software Vulkan: apt-get install mesa-vulkan-drivers");
  } else await main(found, (part) => only.length === 0 || only.includes(part));
}
