import type { SimulationState } from "../gpu/mod.ts";
import type { LayoutCommand } from "./config.ts";
import { UserError } from "./config.ts";
import { clusterProblem, findClusters } from "./clusters/find_clusters.ts";
import { checkLayoutPath, writeLayout } from "./export/layout_file.ts";
import type { GraphInput } from "./import/graph_input.ts";
import { readGraph } from "./import/mod.ts";
import { readWeights } from "./node_weights.ts";
import { physicsGraph } from "./physics_graph.ts";
import { openPhysics } from "./physics.ts";
import { readStart } from "./start_places.ts";
import type { Progress } from "./progress.ts";

export interface LayoutReport {
  readonly nodes: number;
  readonly edges: number;
  readonly engine: string;
  readonly steps: number;
  readonly end: string;
  readonly seconds: number;
  readonly out: string;
  readonly notes: readonly string[];
}

/** `orrery layout`: reads, lays out, writes. @throws {UserError} when the graph cannot be laid out here. */
export async function layout(
  command: LayoutCommand,
  { progress, now }: { progress: Progress; now: () => number },
): Promise<LayoutReport> {
  const startMs = now();
  await checkLayoutPath(command.out.path);
  const graph = await readGraph(command.paths, { onProgress: (part) => progress.show(part) });
  const { keys, sources } = graph, weights = readWeights(graph), physics = physicsGraph(graph, weights);
  const clusters = await clustersFor(command, graph);
  const start = command.start && await readStart(command.start, graph);
  const ended = Promise.withResolvers<SimulationState>();
  const simulation = await openPhysics(physics, {
    params: command.params,
    engine: command.engine,
    seed: command.seed,
    threads: command.threads,
    dims: command.dims,
    start,
    maxFramesPerSecond: 5,
    ...(command.stop.kind === "iterations" && { coolingSteps: command.stop.count, ignoreStillness: true }),
    onFrame: ({ step }) => progress.show({ stage: "Laying out, step", done: step }),
    onState: (state) => {
      if (state.kind === "preparing") progress.show(state);
      if (state.kind === "settled" || state.kind === "failed") ended.resolve(state);
    },
  });
  try {
    if (clusters !== undefined) simulation.setClusters(clusters);
    const state = await ended.promise;
    if (state.kind === "failed") throw new UserError(`The layout failed: ${state.message}`);
    progress.end();
    const positions = simulation.latest()?.positions ?? new Float32Array(3 * keys.length);
    await writeLayout(command.out.path, graph, positions, { dims: command.dims });
    return {
      nodes: keys.length,
      edges: sources.length,
      engine: `${simulation.engine.name} (${simulation.engine.detail})`,
      steps: simulation.stats().step,
      end: state.kind === "settled" ? state.reason : state.kind,
      seconds: (now() - startMs) / 1000,
      out: command.out.path,
      notes: [...graph.notes, ...weights.notes],
    };
  } finally {
    await simulation.close();
  }
}

/** Before the layout begins, so that the same command gives the same layout. */
function clustersFor({ params, seed }: LayoutCommand, graph: GraphInput): Promise<Uint32Array> | undefined {
  if ((params.clusterCohesion ?? 0) === 0) return undefined;
  const problem = clusterProblem(graph.sources.length);
  if (problem !== undefined) throw new UserError(problem);
  return findClusters({ ...graph, nodeCount: graph.keys.length, seed }).clusterOf;
}
