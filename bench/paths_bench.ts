/**
 * Shortest paths from one node to all, of scale-free graphs with three edges per node, ours beside graphology's:
 * `deno bench -A bench/paths_bench.ts`. The GPU takes part where the adapter is a real one.
 */
import { MultiUndirectedGraph } from "graphology";
import { dijkstra, singleSourceLength } from "graphology-shortest-path";
import { findAdapter } from "../gpu/device.ts";
import { openCpuSolver } from "../gpu/paths/cpu_solver.ts";
import { createPathGraph, type Measure, type PathColumns } from "../gpu/paths/path_graph.ts";
import type { PathSolver } from "../gpu/paths/solver.ts";
import { compilePathKernels, openWebgpuSolver } from "../gpu/paths/webgpu_solver.ts";
import { createRandom } from "../gpu/random.ts";
import { scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42, SIZES = [10_000, 100_000], RUNS = 10;

function columnsOf(nodes: number): PathColumns {
  const { nodeCount, sources, targets } = scaleFree(nodes, SEED), random = createRandom(SEED);
  return { nodeCount, sources, targets, lengths: Float32Array.from(sources, () => 0.1 + random()) };
}

function graphologyOf({ nodeCount, sources, targets, lengths }: PathColumns): MultiUndirectedGraph {
  const graph = new MultiUndirectedGraph();
  for (let node = 0; node < nodeCount; node++) graph.addNode(node);
  sources.forEach((source, e) => graph.addEdge(source, targets[e], { weight: lengths[e] }));
  return graph;
}

async function openGpu(): Promise<((columns: PathColumns) => PathSolver) | undefined> {
  const found = await findAdapter();
  if (found === undefined || found.software) {
    console.log("The GPU does not take part: there is no adapter, or only a software one.");
    return undefined;
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = found.adapter.limits;
  const device = await found.adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  const kernels = await compilePathKernels(device);
  return (columns) => openWebgpuSolver(createPathGraph(columns, "undirected"), { device, kernels });
}

/** Opened when it is first asked, outside of what is measured. */
function later<Opened>(open: () => Opened): () => Opened {
  let opened: Opened | undefined;
  return () => opened ??= open();
}

const gpu = await openGpu();
for (const nodes of SIZES) {
  const columns = columnsOf(nodes), theirs = later(() => graphologyOf(columns));
  const solvers: Record<string, () => PathSolver> = {
    "orrery, CPU": later(() => openCpuSolver(createPathGraph(columns, "undirected"))),
    ...(gpu === undefined ? {} : { "orrery, GPU": later(() => gpu(columns)) }),
  };
  for (const measure of ["length", "hops"] satisfies Measure[]) {
    const group = `${nodes.toLocaleString("en")} nodes, ${measure === "length" ? "by length" : "by edges"}`;
    const peer = measure === "length" ? "graphology dijkstra.singleSource" : "graphology singleSourceLength";
    const options = { group, n: RUNS, warmup: 2 };
    Deno.bench({ name: peer, ...options, baseline: true }, () => {
      if (measure === "length") dijkstra.singleSource(theirs(), "0", "weight");
      else singleSourceLength(theirs(), "0");
    });
    for (const [name, solver] of Object.entries(solvers)) {
      Deno.bench({ name, ...options }, async () => {
        await solver().solve(0, measure);
      });
    }
  }
}
