/**
 * What a change of one connection's filter costs the isolate that serves: `deno run -A bench/filter_bench.ts
 * [--nodes N] [--rounds N]`. A scale-free graph with three edges per node, five types, depths by levels from node 0.
 *
 * `select`: which nodes pass; `edges`: those between them; `columns`: room for their frames, and the first one; `encode`:
 * the FullGraph. `cpu`: processor time of all four together, mean of all rounds, which other work on the machine does not
 * stretch; `first`: their time before the code was warm. What is looked up elsewhere (names, clusters) is there already; at the end what that costs, from nothing.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { encodeFullGraph, type NodeFilter } from "../protocol/graph/v4.ts";
import { findClusters } from "../server/clusters/find_clusters.ts";
import { gather } from "../server/filters/gather.ts";
import { edgesAmong, membersOf, selectNodes } from "../server/filters/node_filter.ts";
import { createGraphStore, type GraphStore } from "../server/graph_store.ts";
import { openGraphIndex } from "../server/search/graph_index.ts";
import { scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42, TYPES = ["", "person", "place", "thing", "event"];

function storeOf(nodes: number): GraphStore {
  const { sources, targets } = scaleFree(nodes, SEED);
  const keys = Array.from({ length: nodes }, (_, node) => `n${node}`);
  return createGraphStore({
    ...{ name: "bench", keys, labels: keys.map((_, node) => `${TYPES[node % 5]} number ${node}`) },
    ...{ nodeTypes: Uint16Array.from(keys, (_, node) => node % 5), typeNames: TYPES },
    nodeAttributes: new Map([["depth", keys.map((_, node) => Math.floor(Math.log10(node + 1)))]]),
    ...{ sources, targets, weights: new Float32Array(sources.length).fill(1) },
    ...{ edgeTypes: new Uint16Array(sources.length), edgeTypeNames: [""], notes: [] },
  });
}

interface Asked {
  readonly name: string;
  readonly filter: NodeFilter;
  readonly among?: readonly Uint32Array[];
}

const STAGES = ["select", "edges", "columns", "encode"] as const;

/** Milliseconds of each stage. */
function change(store: GraphStore, frame: NodeFrame, { filter, among }: Asked) {
  const times = [performance.now()], mark = () => times.push(performance.now());
  const indices = selectNodes(store, filter, among);
  mark();
  const edges = edgesAmong(store, indices);
  mark();
  const view = { ...frame, ...gather(store, indices)(frame) };
  mark();
  const bytes = encodeFullGraph(view, edges).length;
  mark();
  return { nodes: indices.length, edges: edges.count, bytes, stages: STAGES.map((_, k) => times[k + 1] - times[k]) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const ms = (value: number) => value.toFixed(2);
const many = (count: number) => count.toLocaleString("en-US");

function measure(store: GraphStore, asked: Asked, rounds: number): void {
  const { nodeCount, ids, masses, charges } = store;
  const frame = { ...createFrame(nodeCount), ids, masses, charges };
  const first = change(store, frame, asked), used = process.cpuUsage();
  const runs = Array.from({ length: rounds }, () => change(store, frame, asked)), spent = process.cpuUsage(used);
  const cells = STAGES.map((_, k) => ms(median(runs.map(({ stages }) => stages[k]))));
  const answers = runs.map(({ stages }) => sum(stages.slice(0, 3))), cpu = (spent.user + spent.system) / 1000 / rounds;
  const whole = [median(answers), Math.min(...answers), cpu, sum(first.stages)].map(ms);
  console.log(`| ${[asked.name, many(first.nodes), many(first.edges), ...cells, ...whole].join(" | ")} |`);
}

async function lookUps(store: GraphStore): Promise<{ matches: Uint32Array; members: Uint32Array; said: string[] }> {
  const said: string[] = [];
  const timed = async <Result>(what: string, act: () => Promise<Result>): Promise<Result> => {
    const startMs = performance.now(), result = await act();
    said.push(`${what}: ${(performance.now() - startMs).toFixed(0)} ms`);
    return result;
  };
  const index = openGraphIndex(store), { nodeCount, input: { sources, targets, weights } } = store;
  const matches = await timed("first search, with its index", () => index.matches("person"));
  await timed(`next search, ${many(matches.length)} found`, () => index.matches("place"));
  index.close();
  const search = findClusters({ nodeCount, sources, targets, weights, seed: SEED });
  const clusterOf = await timed("clusters", () => search.clusterOf);
  return { matches, members: membersOf(store, clusterOf, [0, 1, 2, 3]), said };
}

async function run(nodes: number, rounds: number): Promise<void> {
  const startMs = performance.now(), store = storeOf(nodes);
  console.log(`${many(nodes)} nodes, ${many(store.edges.count)} edges, read in ${ms(performance.now() - startMs)} ms`);
  const { matches, members, said } = await lookUps(store);
  console.log(`\n| filter | nodes | edges | ${STAGES.join(" | ")} | all but encode | fastest | cpu | first |`);
  console.log(`|---|${"---|".repeat(STAGES.length + 6)}`);
  const every: NodeFilter = { types: ["person", "place", "thing"], rootId: 0, maxDepth: 4, maxNodes: 20_000 };
  const asked: Asked[] = [
    { name: "types", filter: { types: ["person", "place"] } },
    { name: "rootId, maxDepth 2", filter: { rootId: nodes >> 1, maxDepth: 2 } },
    { name: "rootId, everything", filter: { rootId: 0 } },
    { name: "maxDepth", filter: { maxDepth: 3 } },
    { name: "search", filter: {}, among: [matches] },
    { name: "clusters", filter: {}, among: [members] },
    { name: "maxNodes 1,000", filter: { maxNodes: 1000 } },
    { name: "every field", filter: every, among: [matches, members] },
    { name: "nothing hidden", filter: { maxNodes: nodes } },
  ];
  for (const one of asked) measure(store, one, rounds);
  console.log(`\n${said.join("\n")}`);
}

if (import.meta.main) {
  const { nodes = "100000", rounds = "101" } = parseArgs({
    options: { nodes: { type: "string" }, rounds: { type: "string" } },
  }).values;
  await run(Number(nodes), Number(rounds));
}
