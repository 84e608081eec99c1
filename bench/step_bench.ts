/**
 * One step of a scale-free graph with three edges per node, ours beside the layouts people use today:
 * `deno run -A bench/step_bench.ts [NODES…]`; 1000 3000 10000 30000 100000 where none is named, above 200000 ours alone.
 *
 * Each starts as it does by default and has made some steps before it is measured. They take turns, step by step, so
 * that what else runs on the machine slows all of them alike; printed are the median and the fastest step of each, and
 * the error of our repulsion at the place where it has come to, against the exact sum for a sample of nodes. Kept in
 * `bench/step_results.json`, size by size; `deno task chart` draws them. The default takes two to five minutes.
 */
import type { PhysicsGraph } from "../gpu/api.ts";
import { openCpuEngine } from "../gpu/cpu/engine.ts";
import type { Engine } from "../gpu/engine.ts";
import type { StartLayout } from "../gpu/init/start_layout.ts";
import { createParams, type Params } from "../gpu/params.ts";
import { layOut, scaleFree } from "../tests/gpu/graphs.ts";
import { PEERS } from "./peers.ts";
import { keepMeasured, type Measured, readMeasured, today } from "./results_file.ts";

const RESULTS = new URL("step_results.json", import.meta.url);

export interface Line {
  readonly name: string;
  readonly medianMs: number;
  readonly fastestMs: number;
}

/** All contestants at one size. */
export interface StepResults extends Measured {
  readonly nodes: number;
  /** Relative rms error of our repulsion. */
  readonly error: number;
  readonly lines: readonly Line[];
}

const SEED = 42, HEAT = 0.1, SAMPLES = 500;
const DEFAULT_NODES = [1_000, 3_000, 10_000, 30_000, 100_000];
/** Above this the others would take minutes for a step. */
const MAX_PEER_NODES = 200_000;

/** Measured steps and those before them. */
function stepsFor(nodes: number): { readonly measured: number; readonly before: number } {
  if (nodes > 20_000) return { measured: 5, before: 3 };
  return nodes > 2_000 ? { measured: 20, before: 10 } : { measured: 100, before: 30 };
}

const openEngine = (layout: StartLayout, threads: number, params: Params = createParams()): Engine =>
  openCpuEngine(layout, { dims: 3, seed: SEED, threads, params });

/** Relative rms error of the repulsion on a sample of nodes. */
async function repulsionError(layout: StartLayout, positions: Float32Array): Promise<number> {
  const params = createParams({ noise: 0, anchor: 0, damping: 0, attraction: 0, nearAttraction: 0 }), cold = 1e-4;
  const engine = openEngine({ ...layout, positions }, 1, params), forces = new Float32Array(positions.length);
  await engine.step(cold);
  await engine.readInto(new Float32Array(positions.length), forces);
  await engine.close();
  const n = positions.length / 3, count = Math.min(n, SAMPLES);
  let error = 0, size = 0;
  for (let k = 0; k < count; k++) {
    const node = Math.floor(k * n / count), exact = exactForce(positions, node, params.repulsion);
    exact.forEach((force, d) => {
      error += (forces[3 * node + d] / cold - force) ** 2;
      size += force ** 2;
    });
  }
  return Math.sqrt(error / size);
}

function exactForce(positions: Float32Array, node: number, repulsion: number): number[] {
  const force = [0, 0, 0], [x, y, z] = positions.subarray(3 * node, 3 * node + 3);
  for (let at = 0; at < positions.length; at += 3) {
    const dx = x - positions[at], dy = y - positions[at + 1], dz = z - positions[at + 2];
    const w = repulsion / (1 + dx * dx + dy * dy + dz * dz) ** 2;
    force[0] += dx * w;
    force[1] += dy * w;
    force[2] += dz * w;
  }
  return force;
}

/** What takes turns, by name. */
type Contestants = Readonly<Record<string, () => unknown>>;

function openPeers(graph: PhysicsGraph): Contestants {
  if (graph.nodeCount > MAX_PEER_NODES) return {};
  return Object.fromEntries(Object.entries(PEERS).map(([name, open]) => [name, open(graph).step]));
}

async function takeTurns(contestants: Contestants, { nodes }: { readonly nodes: number }): Promise<Line[]> {
  const { measured, before } = stepsFor(nodes);
  const times = Object.entries(contestants).map(([name, step]) => ({ name, step, list: new Array<number>() }));
  for (let k = 0; k < before + measured; k++) {
    for (const { step, list } of times) {
      const start = performance.now();
      await step();
      if (k >= before) list.push(performance.now() - start);
    }
  }
  return times.map(({ name, list }) => {
    list.sort((a, b) => a - b);
    return { name, medianMs: list[list.length >> 1], fastestMs: list[0] };
  });
}

async function measure(nodes: number): Promise<StepResults> {
  const graph = scaleFree(nodes, SEED), layout = layOut(graph);
  const engines = [openEngine(layout, 1), openEngine(layout, 2)];
  const lines = await takeTurns({
    ...openPeers(graph),
    "orrery, 1 thread": () => engines[0].step(HEAT),
    "orrery, 2 threads": () => engines[1].step(HEAT),
  }, { nodes });
  const positions = new Float32Array(3 * nodes);
  await engines[0].readInto(positions, new Float32Array(3 * nodes));
  for (const engine of engines) await engine.close();
  const error = await repulsionError(layout, positions);
  return { name: `${nodes.toLocaleString("en")} nodes`, ...today(), nodes, error, lines };
}

const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");

/** Rows of Markdown: milliseconds, and the other layouts' over those of our two threads; in brackets by the fastest. */
function rowOf({ nodes, error, lines }: StepResults): string[] {
  const own = lines.find(({ name }) => name === "orrery, 2 threads");
  const times = [...Object.keys(PEERS), "orrery, 1 thread", "orrery, 2 threads"].map((wanted) => {
    const line = lines.find(({ name }) => name === wanted);
    return line === undefined ? "–" : `${short(line.medianMs)} (${short(line.fastestMs)})`;
  });
  const ratios = Object.keys(PEERS).map((wanted) => {
    const line = lines.find(({ name }) => name === wanted);
    if (line === undefined || own === undefined) return "–";
    return `${short(line.medianMs / own.medianMs)} (${short(line.fastestMs / own.fastestMs)})`;
  });
  return [nodes.toLocaleString("en"), ...times, ...ratios, `${(100 * error).toFixed(2)} %`];
}

function printTable(all: readonly StepResults[]): void {
  const peers = Object.keys(PEERS), [newest] = all.map(({ date }) => date).sort().reverse();
  const print = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  console.log(`\nMilliseconds per step, all that is in bench/step_results.json (newest ${newest}):\n`);
  const headings = [
    "nodes",
    ...peers,
    "orrery, 1 thread",
    "orrery, 2 threads",
    ...peers.map((peer) => `${peer.split(/[ .-]/)[0]} ÷ orrery (2)`),
  ];
  print([...headings, "error"]);
  print(Array(headings.length + 1).fill("---"));
  for (const results of all) print(rowOf(results));
}

async function main(sizes: readonly number[]): Promise<void> {
  for (const nodes of sizes) {
    const results = await measure(nodes);
    console.log(`${results.name}, θ = ${createParams().theta}`);
    for (const { name, medianMs, fastestMs } of results.lines) {
      console.log(`  ${name.padEnd(30)} median ${medianMs.toFixed(2)} ms, fastest ${fastestMs.toFixed(2)} ms`);
    }
    keepMeasured(RESULTS, results);
  }
  printTable(readMeasured<StepResults>(RESULTS).toSorted((a, b) => a.nodes - b.nodes));
}

if (import.meta.main) {
  const asked = Deno.args.map(Number);
  await main(asked.length > 0 ? asked : DEFAULT_NODES);
}
