/** Moving a parameter moves the layout or its schedule, in the direction that the table says: one case for each. */

import assert from "node:assert/strict";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import { exactRepulsion } from "../../gpu/cpu/oracle.ts";
import { EDGE_MEANING } from "../../gpu/meaning/edge_meanings.ts";
import type { PhysicsGraph } from "../../gpu/api.ts";
import { createParams, type ParameterName, parameters, type Params } from "../../gpu/params.ts";
import type { Simulation } from "../../gpu/simulation.ts";
import { createTools, run, type RunOptions, untilSettled } from "./engine_tools.ts";
import { cloud, distance, dust, graphOf, layOut, path, relativeError, scaleFree } from "./graphs.ts";

const tools = createTools({
  name: "cpu engine",
  skip: false,
  repulsionError: 0.06,
  open: (layout, options) => openCpuEngine(layout, { ...options, threads: 1 }),
});

interface Effect {
  readonly from: number;
  readonly to: number;
  /** What `measure` finds at `to` against what it finds at `from`; by a factor of at least 1.05. */
  readonly expect: "more" | "less";
  readonly measure: (change: Partial<Params>) => Promise<number>;
}

type Figure = (simulation: Simulation, read: () => Promise<Float32Array>) => Promise<number> | number;

/** Measures one figure of a simulation of `graph`. */
function figure(graph: PhysicsGraph, options: RunOptions, find: Figure): Effect["measure"] {
  return async (change) => {
    let found = NaN;
    await tools.withSimulation(graph, { ...options, params: { ...options.params, ...change } }, async (s, read) => {
      found = await find(s, read);
    });
    return found;
  };
}

/** Measures the finished layout. */
const finished = (graph: PhysicsGraph, options: RunOptions, find: (positions: Float32Array) => number) =>
  figure(graph, options, async (simulation, read) => {
    await untilSettled(simulation);
    return find(await read());
  });

/** How far the nodes of `of`, or all, went in so many steps, in the mean. */
const moved = (graph: PhysicsGraph, options: RunOptions, { steps, of }: { steps: number; of?: number[] }) =>
  figure(graph, options, async (simulation, read) => {
    const before = await read();
    await run(simulation, steps);
    const after = await read(), nodes = of ?? [...Array(graph.nodeCount).keys()];
    return mean(nodes.map((node) => Math.hypot(...[0, 1, 2].map((d) => after[3 * node + d] - before[3 * node + d]))));
  });

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const WEB = scaleFree(60, 1);
const meanEdge = (positions: Float32Array) =>
  mean([...WEB.sources].map((source, e) => distance(positions, source, WEB.targets[e])));
/** 0 above 1 and 2, those above 3 to 6: a binary tree, every edge from the child to its parent. */
const TREE: PhysicsGraph = {
  ...graphOf(7, [[1, 0], [2, 0], [3, 1], [4, 1], [5, 2], [6, 2]]),
  edgeMeanings: new Uint8Array(6).fill(EDGE_MEANING.toParent),
};
const CLUSTERS = Uint32Array.from({ length: 60 }, (_, node) => node % 4);
const gathered = (positions: Float32Array) => {
  const centre = (cluster: number, d: number) =>
    mean([...CLUSTERS.keys()].filter((n) => CLUSTERS[n] === cluster).map((n) => positions[3 * n + d]));
  const centres = [0, 1, 2, 3].map((cluster) => [0, 1, 2].map((d) => centre(cluster, d)));
  return mean(
    [...CLUSTERS].map((cluster, n) => Math.hypot(...centres[cluster].map((c, d) => c - positions[3 * n + d]))),
  );
};
/** A ring of four with one edge that means something. */
const ringOf = (meaning: number): PhysicsGraph => ({
  ...graphOf(4, [[0, 1], [1, 2], [2, 3], [3, 0]]),
  edgeMeanings: Uint8Array.of(meaning, 0, 0, 0),
});
const shifted = layOut(path(30)).positions.map((value, k) => k % 3 === 0 ? value + 4 : value);
const heightBetween = (a: number, b: number) => (positions: Float32Array) =>
  positions[3 * a + 1] - positions[3 * b + 1];
const CHAIN = path(8), SLOW = { coolingSteps: 5000 };

const EFFECTS: Readonly<Record<ParameterName, Effect>> = {
  repulsion: { from: 5, to: 40, expect: "more", measure: finished(WEB, {}, meanEdge) },
  attraction: { from: 0.5, to: 5, expect: "less", measure: finished(WEB, {}, meanEdge) },
  nearAttraction: { from: 4, to: 40, expect: "less", measure: finished(WEB, {}, meanEdge) },
  clusterCohesion: { from: 0, to: 2, expect: "less", measure: finished(WEB, { clusterOf: CLUSTERS }, gathered) },
  layers: { from: 0, to: 5, expect: "more", measure: finished(TREE, {}, heightBetween(0, 3)) },
  layerGap: { from: 2, to: 8, expect: "more", measure: finished(TREE, { params: { layers: 5 } }, heightBetween(0, 3)) },
  typeCharge: {
    from: 0,
    to: 2,
    expect: "more",
    // One node of its type among seven of another.
    measure: finished({ ...CHAIN, types: Uint16Array.of(1, 1, 1, 2, 1, 1, 1, 1) }, {}, (p) => distance(p, 3, 4)),
  },
  disjointness: {
    from: 0,
    to: 50,
    expect: "more",
    measure: finished(ringOf(EDGE_MEANING.disjoint), {}, (p) => distance(p, 0, 1)),
  },
  equivalence: {
    from: 0,
    to: 1,
    expect: "less",
    measure: finished(ringOf(EDGE_MEANING.equivalent), {}, (p) => distance(p, 0, 1)),
  },
  semanticCharge: { from: 0, to: 5, expect: "more", measure: finished(TREE, {}, (p) => distance(p, 0, 1)) },
  semanticMass: {
    from: 0,
    to: 10,
    expect: "less",
    measure: moved(TREE, { positions: cloud(7, 3) }, { steps: 2, of: [0] }),
  },
  damping: { from: 0, to: 0.9, expect: "more", measure: moved(WEB, { positions: cloud(60, 2) }, { steps: 8 }) },
  maxStep: { from: 0.1, to: 1, expect: "more", measure: moved(WEB, { positions: cloud(60, 2) }, { steps: 1 }) },
  anchor: {
    from: 0.05,
    to: 1,
    expect: "less",
    measure: figure(path(30), { positions: shifted }, async (simulation, read) => {
      await run(simulation, 10);
      const end = await read(), place = layOut(path(30)).positions;
      return mean([...Array(30).keys()].map((n) => end[3 * n])) - mean([...Array(30).keys()].map((n) => place[3 * n]));
    }),
  },
  theta: {
    from: 0.3,
    to: 1.5,
    expect: "more",
    async measure(change) {
      const positions = cloud(500, 3), layout = { ...layOut(dust(500)), positions };
      const found = await tools.measureForces(layout, change);
      return relativeError(found, exactRepulsion({ positions, params: createParams() }));
    },
  },
  noise: {
    from: 0.001,
    to: 1,
    expect: "more",
    measure: moved(dust(20), { positions: new Float32Array(60), params: { anchor: 0 } }, { steps: 1 }),
  },
  startHeat: { from: 0.05, to: 0.8, expect: "more", measure: moved(WEB, { params: { maxStep: 10 } }, { steps: 1 }) },
  coldHeat: {
    from: 0.001,
    to: 0.015,
    expect: "more",
    measure: figure(WEB, {}, async (simulation) => {
      await untilSettled(simulation);
      return simulation.alpha;
    }),
  },
  reheat: {
    from: 0.05,
    to: 0.3,
    expect: "more",
    measure: figure(CHAIN, {}, async (simulation) => {
      await untilSettled(simulation);
      simulation.pin({ index: 0, x: 0, y: 0, z: 0 });
      return simulation.alpha;
    }),
  },
  coolingSteps: { from: 20, to: 60, expect: "more", measure: figure(WEB, {}, untilSettled) },
  stillMove: { from: 1e-3, to: 0.05, expect: "less", measure: figure(CHAIN, { params: SLOW }, untilSettled) },
  stillSteps: { from: 5, to: 200, expect: "more", measure: figure(CHAIN, { params: SLOW }, untilSettled) },
};

for (const [name, { from, to, expect, measure }] of Object.entries(EFFECTS)) {
  Deno.test(`params: ${name} from ${from} to ${to} gives ${expect}`, async () => {
    const before = await measure({ [name]: from }), after = await measure({ [name]: to });
    const isRight = expect === "more" ? after > 1.05 * before : 1.05 * after < before;
    assert.ok(isRight, `${before} → ${after}`);
  });
}

Deno.test("params: every parameter of the table has its case", () => {
  assert.deepEqual(Object.keys(EFFECTS), Object.keys(parameters));
});
