/**
 * One step of a scale-free graph with three edges per node, ours beside the layouts people use today:
 * `deno run -A bench/steps.ts [NODES…]`; 1000 10000 100000 where none is named, 1000000 is ours alone.
 *
 * Each starts as it does by default and has made some steps before it is measured. They take turns, step by step, so
 * that what else runs on the machine slows all of them alike; printed are the median and the fastest step of each, and
 * the error of our repulsion at the place where it has come to, against the exact sum for a sample of nodes.
 */
import { forceCenter, forceLink, forceManyBody, forceSimulation } from "d3-force-3d";
import createNgraphLayout from "ngraph.forcelayout";
import createNgraph from "ngraph.graph";
import type { PhysicsGraph } from "../gpu/api.ts";
import { openCpuEngine } from "../gpu/cpu/engine.ts";
import type { Engine } from "../gpu/engine.ts";
import type { StartLayout } from "../gpu/init/start_layout.ts";
import { createParams, type Params } from "../gpu/params.ts";
import { layOut, scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42, HEAT = 0.1, SAMPLES = 500;
const DEFAULT_NODES = [1_000, 10_000, 100_000];
/** Above this the others would take minutes for a step. */
const MAX_PEER_NODES = 200_000;

/** Measured steps and those before them. */
function stepsFor(nodes: number): { readonly measured: number; readonly before: number } {
  if (nodes > 50_000) return { measured: 5, before: 3 };
  return nodes > 5_000 ? { measured: 20, before: 10 } : { measured: 100, before: 30 };
}

const openEngine = (layout: StartLayout, threads: number, params: Params = createParams()): Engine =>
  openCpuEngine(layout, { dims: 3, seed: SEED, threads, params });

function openNgraph({ nodeCount, sources, targets }: PhysicsGraph): () => void {
  const graph = createNgraph();
  for (let node = 0; node < nodeCount; node++) graph.addNode(node);
  sources.forEach((source, e) => graph.addLink(source, targets[e]));
  const layout = createNgraphLayout(graph, { dimensions: 3 });
  return () => layout.step();
}

function openD3({ nodeCount, sources, targets }: PhysicsGraph): () => void {
  const links = Array.from(sources, (source, e) => ({ source, target: targets[e] }));
  const simulation = forceSimulation(Array.from({ length: nodeCount }, () => ({})), 3)
    .force("link", forceLink(links))
    .force("charge", forceManyBody())
    .force("center", forceCenter())
    .stop();
  return () => simulation.tick();
}

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

async function measure(nodes: number): Promise<void> {
  const graph = scaleFree(nodes, SEED), layout = layOut(graph), { measured, before } = stepsFor(nodes);
  const engines = [openEngine(layout, 1), openEngine(layout, 2)];
  const contestants: Record<string, () => unknown> = {
    "orrery, 1 thread": () => engines[0].step(HEAT),
    "orrery, 2 threads": () => engines[1].step(HEAT),
  };
  if (nodes <= MAX_PEER_NODES) {
    contestants["ngraph.forcelayout 3D"] = openNgraph(graph);
    contestants["d3-force-3d"] = openD3(graph);
  }
  const times = new Map(Object.keys(contestants).map((name): [string, number[]] => [name, []]));
  for (let k = 0; k < before + measured; k++) {
    for (const [name, step] of Object.entries(contestants)) {
      const start = performance.now();
      await step();
      if (k >= before) times.get(name)?.push(performance.now() - start);
    }
  }
  const positions = new Float32Array(3 * nodes);
  await engines[0].readInto(positions, new Float32Array(3 * nodes));
  for (const engine of engines) await engine.close();
  const error = await repulsionError(layout, positions);
  console.log(`${nodes} nodes, θ = ${createParams().theta}, error of the repulsion ${(100 * error).toFixed(2)} %`);
  for (const [name, list] of times) {
    list.sort((a, b) => a - b);
    console.log(
      `  ${name.padEnd(22)} median ${list[list.length >> 1].toFixed(2)} ms, fastest ${list[0].toFixed(2)} ms`,
    );
  }
}

if (import.meta.main) {
  const asked = Deno.args.map(Number);
  for (const nodes of asked.length > 0 ? asked : DEFAULT_NODES) await measure(nodes);
}
