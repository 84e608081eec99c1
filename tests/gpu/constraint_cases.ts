/** The forces of meaning, what they cost when they are off, and parameters that change while an engine runs. */

import assert from "node:assert/strict";
import { EDGE_MEANING } from "../../gpu/meaning/edge_meanings.ts";
import { createMeaning } from "../../gpu/meaning/meaning.ts";
import type { PhysicsGraph } from "../../gpu/api.ts";
import { createParams } from "../../gpu/params.ts";
import { type EngineTools, run } from "./engine_tools.ts";
import { cloud, distance, dust, graphOf, layOut, path, relativeError, scaleFree } from "./graphs.ts";

const { none, toParent, toChild, disjoint, equivalent } = EDGE_MEANING;

/** Nothing but the constraints that a case turns on. */
const SILENT = { repulsion: 0, attraction: 0, nearAttraction: 0, disjointness: 0, equivalence: 0 };

/** Edges of every meaning, mixed, with weights. */
function meaningful(nodeCount: number): PhysicsGraph {
  const graph = scaleFree(nodeCount, 5), edges = graph.sources.length;
  return {
    ...graph,
    weights: Float32Array.from({ length: edges }, (_, e) => 0.5 + (e % 7) / 4),
    edgeMeanings: Uint8Array.from({ length: edges }, (_, e) => [none, toParent, disjoint, equivalent, toChild][e % 5]),
  };
}

export const CONSTRAINT_CASES: Readonly<Record<string, (tools: EngineTools) => Promise<void>>> = {
  async "cohesion pulls to the mean of the cluster"({ measureForces }) {
    const graph = dust(300), positions = cloud(300, 4), meaning = createMeaning(graph);
    const clusterOf = Uint32Array.from({ length: 300 }, (_, node) => node % 7 === 0 ? 0 : 1 + node % 3);
    meaning.group(clusterOf);
    const forces = await measureForces({ ...layOut(graph), positions }, { ...SILENT, clusterCohesion: 2 }, { meaning });
    const expected = Float64Array.from(positions, (value, k) => {
      const cluster = clusterOf[Math.floor(k / 3)],
        members = [...clusterOf.keys()].filter((n) => clusterOf[n] === cluster);
      const mean = members.reduce((sum, node) => sum + positions[3 * node + k % 3], 0) / members.length;
      return 2 * (mean - value);
    });
    assert.ok(relativeError(forces, expected) < 1e-4);
  },

  async "layers pull to the plane of the depth, along y alone"({ measureForces }) {
    // 1 and 2 hang below 0, 3 below 2; 4 hangs nowhere. Depths 0 1 1 2, mean 1.
    const edges = graphOf(5, [[1, 0], [0, 2], [3, 2], [3, 4]]);
    const graph = { ...edges, edgeMeanings: Uint8Array.of(toParent, toChild, toParent, none) };
    const positions = cloud(5, 4), meaning = createMeaning(graph);
    const forces = await measureForces({ ...layOut(graph), positions }, { ...SILENT, layers: 0.5, layerGap: 6 }, {
      meaning,
    });
    const expected = new Float64Array(15);
    [6, 0, 0, -6].forEach((plane, node) => expected[3 * node + 1] = 0.5 * (plane - positions[3 * node + 1]));
    assert.ok(relativeError(forces, expected) < 1e-5);
  },

  async "disjoint ends push and do not pull, equal ends pull, as a plain loop says"({ measureForces }) {
    const graph = meaningful(500), positions = cloud(500, 9), layout = { ...layOut(graph), positions };
    for (const [disjointness, equivalence] of [[10, 0], [0.25, 0], [0, 3], [10, 3]]) {
      const plain = await measureForces(layout, { ...SILENT, attraction: 1, nearAttraction: 8 });
      const found = await measureForces(
        layout,
        { ...SILENT, attraction: 1, nearAttraction: 8, disjointness, equivalence },
        { meaning: createMeaning(graph) },
      );
      const expected = plainTies(graph, positions, { disjointness, equivalence }).map((force, k) => force + plain[k]);
      assert.ok(relativeError(found, expected) < 1e-4, `${disjointness} ${equivalence}`);
    }
  },

  async "all constraints together are their sum, at sizes around a workgroup"({ measureForces }) {
    const all = { clusterCohesion: 1, layers: 1, disjointness: 5, equivalence: 2 };
    for (const nodeCount of [3, 127, 128, 129]) {
      const graph = meaningful(nodeCount), positions = cloud(nodeCount, 3), layout = { ...layOut(graph), positions };
      const meaning = createMeaning(graph);
      meaning.group(Uint32Array.from({ length: nodeCount }, (_, node) => node % 3));
      const together = await measureForces(layout, { ...SILENT, ...all }, { meaning });
      const sum = new Float64Array(3 * nodeCount);
      for (const [name, value] of Object.entries(all)) {
        const part = await measureForces(layout, { ...SILENT, [name]: value }, { meaning });
        part.forEach((force, k) => sum[k] += force);
      }
      assert.ok(relativeError(together, sum) < 1e-4, `${nodeCount}`);
    }
  },

  async "a graph that means nothing moves as it would without any of this"({ withSimulation }) {
    const strong = { clusterCohesion: 5, layers: 5, typeCharge: 2, disjointness: 50, equivalence: 5, semanticMass: 5 };
    const ends: Float32Array[] = [];
    for (const params of [{}, strong]) {
      await withSimulation(scaleFree(200, 3), { params }, async (simulation, read) => {
        await run(simulation, 20);
        ends.push(await read());
      });
    }
    assert.deepEqual(ends[1], ends[0]);
  },

  async "strong constraints come to rest"({ withSimulation }) {
    const params = { clusterCohesion: 10, layers: 10, disjointness: 100, equivalence: 10, coolingSteps: 300 };
    const clusterOf = Uint32Array.from({ length: 200 }, (_, node) => node % 5);
    await withSimulation(meaningful(200), { params, clusterOf }, async (simulation, read) => {
      await run(simulation, 300);
      assert.ok(simulation.meanMove < 0.05, `mean move ${simulation.meanMove}`);
      assert.ok((await read()).every((value) => Math.abs(value) < 500));
    });
  },

  async "parameters change while it runs: what is settled moves on, from where it is"({ withSimulation }) {
    await withSimulation(path(2), { params: { coolingSteps: 200 } }, async (simulation, read) => {
      while (simulation.settled === undefined) await simulation.step();
      const near = await read();
      simulation.setParams(createParams({ coolingSteps: 200, repulsion: 60 }));
      assert.equal(simulation.settled, undefined);
      assert.deepEqual(await read(), near);
      while (simulation.settled === undefined) await simulation.step();
      const far = await read();
      assert.ok(distance(far, 0, 1) > 1.5 * distance(near, 0, 1), `${distance(near, 0, 1)} → ${distance(far, 0, 1)}`);
    });
  },

  async "charge and mass change while it runs, and a pinned node stays pinned"({ under }) {
    const layout = { ...layOut(dust(3)), positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 50, 0) };
    const params = createParams({ noise: 0, anchor: 0, damping: 0 }), velocities = new Float32Array(9);
    const engine = under.open(layout, { dims: 3, seed: 1, params });
    engine.hold({ index: 2, x: 0, y: 50, z: 0 });
    engine.retune({ params, weights: { charges: Float32Array.of(2, 3, 1), masses: Float32Array.of(1, 10, 1) } });
    await engine.step(1e-4);
    await engine.readInto(new Float32Array(9), velocities);
    await engine.close();
    // 2 · 3 · 10 · 1 / (1 + 1)² = 15.
    const expected = [-15, 1.5, 0];
    [velocities[0], velocities[3], velocities[7]].forEach((velocity, k) =>
      assert.ok(Math.abs(velocity / 1e-4 - expected[k]) < 0.01, `${k}: ${velocity / 1e-4}`)
    );
  },
};

interface TieStrengths {
  readonly disjointness: number;
  readonly equivalence: number;
}

/** The same law, edge by edge: what the ties add to the springs of attraction 1 and nearAttraction 8. */
function plainTies(graph: PhysicsGraph, positions: Float32Array, { disjointness, equivalence }: TieStrengths) {
  const { nodeCount, sources, targets, weights = [], edgeMeanings = [] } = graph;
  const degrees = new Uint32Array(nodeCount), forces = new Float64Array(3 * nodeCount);
  sources.forEach((source, e) => {
    degrees[source]++;
    degrees[targets[e]]++;
  });
  const add = (node: number, other: number, e: number) => {
    const d = [0, 1, 2].map((axis) => positions[3 * other + axis] - positions[3 * node + axis]);
    const near = weights[e] / (1 + d[0] ** 2 + d[1] ** 2 + d[2] ** 2);
    const spring = 8 * near + weights[e] * degrees[other] / (degrees[node] + degrees[other]);
    const strength = edgeMeanings[e] === disjoint
      ? -disjointness * near - Math.min(1, disjointness) * spring
      : edgeMeanings[e] === equivalent
      ? equivalence * weights[e]
      : 0;
    for (let axis = 0; axis < 3; axis++) forces[3 * node + axis] += strength * d[axis];
  };
  sources.forEach((source, e) => {
    add(source, targets[e], e);
    add(targets[e], source, e);
  });
  return forces;
}
