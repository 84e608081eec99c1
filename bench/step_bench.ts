/**
 * One step of a scale-free graph with three edges per node, ours beside the layouts people use today:
 * `deno bench -A bench/step_bench.ts`. Each starts as it does by default and has made some steps before it is measured.
 */
import { forceCenter, forceLink, forceManyBody, forceSimulation } from "d3-force-3d";
import createNgraphLayout from "ngraph.forcelayout";
import createNgraph from "ngraph.graph";
import type { PhysicsGraph } from "../gpu/api.ts";
import { openCpuEngine } from "../gpu/cpu/engine.ts";
import { createParams } from "../gpu/params.ts";
import { layOut, scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42, HEAT = 0.1;

interface Size {
  readonly nodes: number;
  readonly steps: number;
  readonly warmup: number;
}

const SIZES: readonly Size[] = [
  { nodes: 1_000, steps: 100, warmup: 30 },
  { nodes: 10_000, steps: 30, warmup: 15 },
  { nodes: 100_000, steps: 10, warmup: 5 },
];

function stepCpu(graph: PhysicsGraph, threads: number): () => Promise<unknown> {
  const engine = openCpuEngine(layOut(graph), { dims: 3, seed: SEED, threads, params: createParams() });
  globalThis.addEventListener("unload", () => engine.close());
  return () => engine.step(HEAT);
}

function stepNgraph({ nodeCount, sources, targets }: PhysicsGraph): () => void {
  const graph = createNgraph();
  for (let node = 0; node < nodeCount; node++) graph.addNode(node);
  sources.forEach((source, e) => graph.addLink(source, targets[e]));
  const layout = createNgraphLayout(graph, { dimensions: 3 });
  return () => layout.step();
}

function stepD3({ nodeCount, sources, targets }: PhysicsGraph): () => void {
  const links = Array.from(sources, (source, e) => ({ source, target: targets[e] }));
  const simulation = forceSimulation(Array.from({ length: nodeCount }, () => ({})), 3)
    .force("link", forceLink(links))
    .force("charge", forceManyBody())
    .force("center", forceCenter())
    .stop();
  return () => simulation.tick();
}

for (const { nodes, steps, warmup } of SIZES) {
  const group = `${nodes.toLocaleString("en")} nodes`;
  const graph = scaleFree(nodes, SEED);
  const contestants: Record<string, () => () => unknown> = {
    "ngraph.forcelayout 3D": () => stepNgraph(graph),
    "d3-force-3d": () => stepD3(graph),
    "orrery, 1 thread": () => stepCpu(graph, 1),
    "orrery, 2 threads": () => stepCpu(graph, 2),
  };
  for (const [name, open] of Object.entries(contestants)) {
    let step: (() => unknown) | undefined;
    Deno.bench({ name, group, n: steps, warmup, baseline: name === "ngraph.forcelayout 3D" }, async () => {
      step ??= open();
      await step();
    });
  }
}
