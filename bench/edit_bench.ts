/**
 * What a change of a large graph costs, one node and its edge: `deno run -A bench/edit_bench.ts [--nodes N]`.
 * A scale-free graph with three edges per node, seeded, paused, on the CPU engine. `main`: the isolate that serves is
 * busy, with the change worked out and handed over; `layout`: from there to the first frame with the new node; `cpu`:
 * processor time of the whole process, which other work on the machine does not stretch.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { openLiveSimulation, type PositionFrame } from "../gpu/mod.ts";
import { applyChange } from "../server/graph_change.ts";
import { createGraphStore, type GraphStore } from "../server/graph_store.ts";
import { scaleFree } from "../tests/gpu/graphs.ts";

const SEED = 42, EDITS = 12, HUB = "n0";

function storeOf(nodes: number): GraphStore {
  const { sources, targets } = scaleFree(nodes, SEED), names = Array.from({ length: nodes }, (_, k) => `n${k}`);
  return createGraphStore({
    ...{ name: "bench", keys: names, labels: names, nodeTypes: new Uint16Array(nodes), typeNames: [""] },
    ...{ nodeAttributes: new Map(), sources, targets, weights: new Float32Array(sources.length).fill(1) },
    ...{ edgeTypes: new Uint16Array(sources.length), edgeTypeNames: [""], notes: [] },
  });
}

function additionOf(key: string) {
  return {
    remove: { nodes: [], edges: [] },
    add: {
      nodes: [{ key, label: key, type: "", attributes: {} }],
      edges: [{ source: key, target: HUB, type: "", weight: 1 }],
    },
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

async function measure(nodes: number): Promise<void> {
  let store = storeOf(nodes), told = (_: PositionFrame) => {};
  const graphOf = ({ nodeCount, input: { sources, targets, weights } }: GraphStore) => ({
    ...{ nodeCount, sources, targets, weights },
  });
  const frame = (wanted: (frame: PositionFrame) => boolean) =>
    new Promise<void>((resolve) => told = (frame) => wanted(frame) && resolve());
  const first = frame(() => true);
  const simulation = await openLiveSimulation(graphOf(store), {
    ...{ engine: "cpu", seed: SEED, threads: 2, dims: 3, onState: () => {} },
    onFrame: (frame) => told(frame),
  });
  simulation.pause();
  await first;
  const main: number[] = [], layout: number[] = [], cpu: number[] = [];
  for (let k = 0; k < EDITS; k++) {
    const startMs = performance.now(), used = process.cpuUsage();
    const { store: next, origins } = applyChange(store, additionOf(`new ${k}`), (key) => key === HUB ? 0 : undefined);
    const generation = simulation.edit({ graph: graphOf(next), origins });
    const askedMs = performance.now();
    await frame((frame) => frame.generation === generation);
    layout.push(performance.now() - askedMs);
    main.push(askedMs - startMs);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
    store = next;
  }
  await simulation.close();
  const size = `${nodes.toLocaleString("en")} nodes, ${store.edges.count.toLocaleString("en")} edges`;
  console.log(
    `${size}, median of ${EDITS}: main ${median(main).toFixed(0)} ms, layout ${median(layout).toFixed(0)} ms, ` +
      `cpu ${median(cpu).toFixed(0)} ms`,
  );
}

if (import.meta.main) {
  const { nodes = "100000" } = parseArgs({ options: { nodes: { type: "string" } } }).values;
  await measure(Number(nodes));
}
