/**
 * How well layouts show their graphs, ours beside those people use today: `deno run -A bench/quality_bench.ts [NAME…]`.
 *
 * Ours is laid out as `orrery layout` does it, CPU engine and defaults, until it has settled; the others make 300 steps,
 * and as many as fit into the wall time that ours took from the graph in memory to the end. `bench/quality_metrics.ts`
 * says what is judged. Graphs: two generated ones, and the MatrixMarket files in `../shared/data/layout` where that
 * folder exists; a NAME picks those whose name contains it. Printed is all that `bench/quality_results.json` keeps, graph
 * by graph. All of it takes about six minutes.
 */
import { openLiveSimulation, type PhysicsGraph } from "../gpu/mod.ts";
import { buildAdjacency } from "../gpu/graph.ts";
import { generateDemo } from "../server/import/demo.ts";
import type { GraphInput } from "../server/import/graph_input.ts";
import { readGraph } from "../server/import/mod.ts";
import { type Peer, PEERS } from "./peers.ts";
import { judge, type Placed, type Quality } from "./quality_metrics.ts";
import { keepMeasured, type Measured, readMeasured, today } from "./results_file.ts";

const RESULTS = new URL("quality_results.json", import.meta.url);
const FOLDER = new URL("../../shared/data/layout/", import.meta.url);
const SEED = 42, STEPS = 300, THREADS = 2;
/** Above this the others would take many minutes for 300 steps; they take part for the same time only. */
const MAX_NODES_FOR_STEPS = 20_000;

interface Line {
  readonly name: string;
  readonly until: "settled" | "300 steps" | "same time";
  readonly steps: number;
  readonly seconds: number;
  /** Absent where a coordinate was not finite. */
  readonly quality?: Quality;
}

interface QualityResults extends Measured {
  readonly nodes: number;
  readonly edges: number;
  readonly lines: readonly Line[];
}

/** Without loops, repeated edges and weights, which not all of the layouts know. */
function plainGraph({ keys, sources, targets }: GraphInput): PhysicsGraph {
  const nodeCount = keys.length, seen = new Set<number>(), pairs: [number, number][] = [];
  sources.forEach((source, e) => {
    const pair = Math.min(source, targets[e]) * nodeCount + Math.max(source, targets[e]);
    if (source === targets[e] || seen.has(pair)) return;
    seen.add(pair);
    pairs.push([source, targets[e]]);
  });
  return {
    nodeCount,
    sources: Uint32Array.from(pairs, ([source]) => source),
    targets: Uint32Array.from(pairs, ([, target]) => target),
  };
}

async function layOutOurs(graph: PhysicsGraph): Promise<Omit<Line, "quality"> & Pick<Placed, "positions" | "dims">> {
  const startMs = performance.now(), ended = Promise.withResolvers<void>();
  const simulation = await openLiveSimulation(graph, {
    ...{ engine: "cpu", seed: SEED, threads: THREADS, dims: 3, maxFramesPerSecond: 5, onFrame: () => {} },
    onState: (state) => {
      if (state.kind === "settled") ended.resolve();
      if (state.kind === "failed") ended.reject(new Error(state.message));
    },
  });
  await ended.promise;
  const seconds = (performance.now() - startMs) / 1000, { step: steps } = simulation.stats();
  const positions = (simulation.latest()?.positions ?? new Float32Array(3 * graph.nodeCount)).slice();
  await simulation.close();
  return { name: `orrery, ${THREADS} threads`, until: "settled", steps, seconds, positions, dims: 3 };
}

interface Contest {
  readonly name: string;
  readonly graph: PhysicsGraph;
  readonly seconds: number;
  readonly judgeAt: (peer: Peer) => Quality | undefined;
}

/** Judged when the time is over and after 300 steps; judging takes no time of theirs. */
function layOutPeer(open: (graph: PhysicsGraph) => Peer, { name, graph, seconds, judgeAt }: Contest): Line[] {
  const startMs = performance.now(), peer = open(graph), lines: Line[] = [];
  let spentMs = performance.now() - startMs;
  const wanted = new Set<Line["until"]>(["same time"]);
  if (graph.nodeCount <= MAX_NODES_FOR_STEPS) wanted.add("300 steps");
  for (let steps = 1; wanted.size > 0; steps++) {
    const stepMs = performance.now();
    peer.step();
    spentMs += performance.now() - stepMs;
    const reached = { "300 steps": steps === STEPS, "same time": spentMs >= 1000 * seconds, "settled": false };
    for (const until of [...wanted].filter((until) => reached[until])) {
      wanted.delete(until);
      lines.push({ name, until, steps, seconds: spentMs / 1000, quality: judgeAt(peer) });
    }
  }
  return lines;
}

async function measure(name: string, graph: PhysicsGraph): Promise<QualityResults> {
  const adjacency = buildAdjacency(graph), { positions, dims, ...own } = await layOutOurs(graph);
  const judgeAt = (peer: Peer) => judge({ adjacency, positions: peer.positions(), dims: peer.dims });
  const lines: Line[] = [{ ...own, quality: judge({ adjacency, positions, dims }) }];
  for (const [peer, open] of Object.entries(PEERS)) {
    lines.push(...layOutPeer(open, { name: peer, graph, seconds: own.seconds, judgeAt }));
  }
  return { name, ...today(), nodes: graph.nodeCount, edges: graph.sources.length, lines };
}

function* namesInFolder(): Generator<string> {
  try {
    const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
    yield* names.filter((name) => name.endsWith(".mtx")).sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("../shared/data/layout is not there: only the generated graphs take part.");
  }
}

/** Name → how it is made. */
function graphs(): Map<string, () => GraphInput | Promise<GraphInput>> {
  return new Map<string, () => GraphInput | Promise<GraphInput>>([
    ["scale-free:2000", () => generateDemo({ kind: "scale-free", nodes: 2_000 }, SEED)],
    ["grid:2500", () => generateDemo({ kind: "grid", nodes: 2_500 }, SEED)],
    ...[...namesInFolder()].map((name) =>
      [name.replace(".mtx", ""), () => readGraph([new URL(name, FOLDER).pathname], {})] as const
    ),
  ]);
}

const cellsOf = (quality?: Quality): string[] =>
  quality === undefined
    ? Array(3).fill("–")
    : [quality.stress, quality.np1, quality.edgeCv].map((figure) => figure.toFixed(3));

/** Rows of Markdown for one graph: what 300 steps give and take, and what the time of ours gives. */
function printRows({ name, nodes, edges, lines }: QualityResults): void {
  const title = `${name}, ${nodes.toLocaleString("en")} / ${edges.toLocaleString("en")}`;
  [...new Set(lines.map((line) => line.name))].forEach((layout, k) => {
    const find = (...wanted: readonly Line["until"][]) =>
      lines.find((line) => line.name === layout && wanted.includes(line.until));
    const far = find("settled", "300 steps"), soon = find("settled", "same time");
    const time = far === undefined ? "–" : `${far.seconds.toFixed(1)} s`;
    const cells = [time, ...cellsOf(far?.quality), `${soon?.steps ?? "–"}`, ...cellsOf(soon?.quality)];
    console.log(`| ${[k === 0 ? title : "", layout, ...cells].join(" | ")} |`);
  });
}

const SCORES = ["stress", "NP1", "edge CV"];

/** All that was ever measured, graph by graph. */
function printTable(all: readonly QualityResults[]): void {
  const headings = ["graph, nodes / edges", "layout", "300 steps take", ...SCORES, "steps in our time", ...SCORES];
  console.log(`\n| ${headings.join(" | ")} |\n|${" --- |".repeat(headings.length)}`);
  all.forEach(printRows);
}

async function main(asked: readonly string[]): Promise<void> {
  for (const [name, open] of graphs()) {
    if (asked.length > 0 && !asked.some((part) => name.includes(part))) continue;
    const startMs = performance.now();
    keepMeasured(RESULTS, await measure(name, plainGraph(await open())));
    console.log(`${name}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  }
  printTable(readMeasured(RESULTS));
}

if (import.meta.main) await main(Deno.args);
