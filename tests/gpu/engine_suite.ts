/** What every engine must do, whatever computes its steps. */

import assert from "node:assert/strict";
import { exactRepulsion } from "../../gpu/cpu/oracle.ts";
import { createParams } from "../../gpu/params.ts";
import { CONSTRAINT_CASES } from "./constraint_cases.ts";
import { createTools, type EngineTools, type EngineUnderTest, run, untilSettled } from "./engine_tools.ts";
import {
  cloud,
  disjointPaths,
  distance,
  dust,
  graphOf,
  layOut,
  path,
  relativeError,
  scaleFree,
  star,
} from "./graphs.ts";
import { plainAnchors, plainSprings } from "./plain_forces.ts";

export function engineSuite(under: EngineUnderTest): void {
  const tools = createTools(under);
  for (const [title, check] of Object.entries(CASES)) {
    Deno.test({ name: `${under.name}: ${title}`, ignore: under.skip, fn: () => check(tools) });
  }
}

async function checkRepulsion(nodeCount: number, { measureForces, under }: EngineTools): Promise<void> {
  const positions = cloud(nodeCount, 7), charges = cloud(nodeCount, 8).map(Math.abs).subarray(0, nodeCount);
  const forces = await measureForces({ ...layOut(dust(nodeCount)), positions }, {}, { charges });
  const error = relativeError(forces, exactRepulsion({ positions, charges, params: createParams() }));
  assert.ok(error <= under.repulsionError, `${error}`);
}

const REPULSION_CASES = Object.fromEntries(
  [0, 1, 63, 64, 65, 1000, 3000].map((nodeCount) => [
    `repulsion equals the exact sum at ${nodeCount} nodes`,
    (tools: EngineTools) => checkRepulsion(nodeCount, tools),
  ]),
);

const CASES: Readonly<Record<string, (tools: EngineTools) => Promise<void>>> = {
  ...REPULSION_CASES,
  ...CONSTRAINT_CASES,

  async "repulsion is right on a finished layout"({ measureForces, withSimulation, under }) {
    const graph = scaleFree(1200, 3), positions = new Float32Array(3 * 1200);
    await withSimulation(graph, {}, async (simulation, read) => {
      await run(simulation, 150);
      positions.set(await read());
    });
    const forces = await measureForces({ ...layOut(dust(1200)), positions }, {});
    const error = relativeError(forces, exactRepulsion({ positions, params: createParams() }));
    assert.ok(error <= under.repulsionError, `${error}`);
  },

  async "a heavy node moves less for the same force, a light one more, as long as its springs allow"(
    { measureForces },
  ) {
    // Without springs; the repulsion on both is the same.
    const positions = Float32Array.of(0, 0, 0, 1, 0, 0), masses = Float32Array.of(4, 0.5);
    const [left, , , right] = await measureForces({ ...layOut(dust(2)), positions }, {}, { masses });
    // 10 · 1 / (1 + 1)² = 2.5, divided by the masses.
    assert.ok(relativeError([left, right], [-0.625, 5]) < 1e-5, `${left} ${right}`);
  },

  async "a light node does not overshoot its springs"({ withSimulation }) {
    const graph = { ...path(2), masses: Float32Array.of(0.001, 0.001) };
    await withSimulation(graph, { params: { coolingSteps: 5000 } }, async (simulation) => {
      await untilSettled(simulation);
      assert.equal(simulation.settled, "still");
    });
  },

  async "springs equal a plain loop over the edges"({ measureForces }) {
    const graph = { ...scaleFree(500, 5), weights: Float32Array.from({ length: 1494 }, (_, e) => 0.5 + (e % 7) / 4) };
    const positions = cloud(500, 9);
    const forces = await measureForces({ ...layOut(graph), positions }, { repulsion: 0 });
    assert.ok(relativeError(forces, plainSprings(graph, positions)) < 1e-4);
  },

  async "self-loops exert nothing, parallel edges add up"({ measureForces }) {
    const positions = Float32Array.of(0, 0, 0, 2, 0, 0);
    const graph = graphOf(2, [[0, 0], [0, 1], [1, 0], [1, 1]]);
    const forces = await measureForces({ ...layOut(graph), positions }, { repulsion: 0 });
    // Twice (½ · 2 + 8 · 2 / (1 + 4)).
    assert.ok(relativeError(forces, [8.4, 0, 0, -8.4, 0, 0]) < 1e-5);
  },

  async "a component is pulled to its place as a whole"({ measureForces }) {
    const layout = layOut(path(30));
    const positions = layout.positions.map((value, k) => k % 3 === 0 ? value + 4 : value);
    const forces = await measureForces(
      { ...layout, positions },
      { repulsion: 0, attraction: 0, nearAttraction: 0, anchor: 0.5 },
    );
    const expected = Float64Array.from(forces, (_, k) => k % 3 === 0 ? -2 : 0);
    assert.ok(relativeError(forces, expected) < 0.01, `${forces.slice(0, 6)}`);
  },

  async "components of every size are pulled to their places"({ measureForces }) {
    const layout = layOut(disjointPaths([3000, 1025, 1024, 65, 64, 2, 1, 1, 1]));
    const positions = layout.positions.map((value, k) => value + (k % 3 === 1 ? 2.5 : 0));
    const overrides = { repulsion: 0, attraction: 0, nearAttraction: 0, anchor: 0.25 };
    const forces = await measureForces({ ...layout, positions }, overrides);
    assert.ok(relativeError(forces, plainAnchors({ ...layout, positions }, 0.25)) < 1e-3);
  },

  async "a star of 100,000 leaves pulls at its middle and at each leaf"({ measureForces }) {
    const graph = star(100_001), positions = cloud(graph.nodeCount, 4);
    const layout = layOut(graph);
    const forces = await measureForces({ ...layout, positions }, { repulsion: 0, attraction: 1e-3, nearAttraction: 0 });
    const expected = plainSprings(graph, positions, { attraction: 1e-3, nearAttraction: 0 });
    assert.ok(relativeError(forces.subarray(0, 3), expected.subarray(0, 3)) < 1e-3);
    assert.ok(relativeError(forces.subarray(3), expected.subarray(3)) < 1e-4);
  },

  async "pinned nodes do not move at all, their neighbours do"({ withSimulation }) {
    const pins = [{ index: 4, x: 5, y: 6, z: 7 }, { index: 0, x: -1, y: -2, z: -3 }];
    await withSimulation(path(10), { pins }, async (simulation, read) => {
      const before = await read();
      await run(simulation, 50);
      const after = await read();
      assert.deepEqual(after.slice(12, 15), Float32Array.of(5, 6, 7));
      assert.deepEqual(after.slice(0, 3), Float32Array.of(-1, -2, -3));
      assert.notDeepEqual(after.slice(15, 18), before.slice(15, 18));
    });
  },

  async "an unpinned node goes on from where it was held"({ withSimulation }) {
    await withSimulation(path(3), {}, async (simulation, read) => {
      simulation.pin({ index: 2, x: 30, y: 0, z: 0 });
      await run(simulation, 5);
      assert.equal((await read())[6], 30);
      simulation.unpin(2);
      await run(simulation, 1);
      const x = (await read())[6];
      assert.ok(x < 30 && x > 28, `${x}`);
    });
  },

  async "a placed node goes on from there, a pinned one is held there"({ withSimulation }) {
    await withSimulation(path(3), {}, async (simulation, read) => {
      simulation.pin({ index: 0, x: 1, y: 1, z: 1 });
      simulation.place({ index: 0, x: 9, y: 9, z: 9 });
      simulation.place({ index: 2, x: 0, y: 20, z: 0 });
      const found = await read();
      assert.deepEqual([found[0], found[7]], [9, 20]);
      await run(simulation, 3);
      assert.equal((await read())[0], 9);
    });
  },

  async "nodes that do not exist and places that are not finite are refused"({ withSimulation }) {
    await withSimulation(path(3), {}, (simulation) => {
      assert.throws(() => simulation.pin({ index: 3, x: 0, y: 0, z: 0 }), /Cannot find node 3/);
      assert.throws(() => simulation.unpin(-1), /Cannot find node -1/);
      assert.throws(() => simulation.place({ index: 0, x: NaN, y: 0, z: 0 }), /not finite/);
      return Promise.resolve();
    });
  },

  async "coincident nodes separate"({ withSimulation }) {
    await withSimulation(star(20), { positions: new Float32Array(60) }, async (simulation, read) => {
      await run(simulation, 100);
      const found = await read();
      for (let a = 1; a < 20; a++) {
        for (let b = a + 1; b < 20; b++) assert.ok(distance(found, a, b) > 0.05, `${a} ${b}`);
      }
    });
  },

  async "a star comes to rest with its leaves around the middle"({ withSimulation }) {
    await withSimulation(star(1000), {}, async (simulation, read) => {
      await untilSettled(simulation);
      assert.ok(simulation.meanMove < 0.05, `mean move ${simulation.meanMove}`);
      const found = await read();
      const lengths = Array.from({ length: 999 }, (_, k) => distance(found, 0, k + 1)).sort((a, b) => a - b);
      assert.ok(lengths[0] > 0.05 && lengths[998] < 4 * lengths[499], `${lengths[0]} ${lengths[499]} ${lengths[998]}`);
    });
  },

  async "isolated nodes stay about where they are packed"({ withSimulation }) {
    const graph = dust(500), start = layOut(graph).positions;
    await withSimulation(graph, {}, async (simulation, read) => {
      await run(simulation, 100);
      const found = await read();
      found.forEach((value, k) => assert.ok(Math.abs(value - start[k]) < 8, `${k}: ${start[k]} → ${value}`));
    });
  },

  async "an empty graph is settled"({ withSimulation }) {
    await withSimulation(dust(0), {}, async (simulation, read) => {
      assert.equal(simulation.settled, "still");
      await simulation.step();
      assert.equal((await read()).length, 0);
    });
  },

  async "settles by the schedule after exactly as many steps as it has"({ withSimulation }) {
    await withSimulation(scaleFree(100, 1), { params: { coolingSteps: 40, stillMove: 0 } }, async (simulation) => {
      assert.equal(await untilSettled(simulation), 40);
      assert.equal(simulation.settled, "cooled");
    });
  },

  async "settles when it lies still"({ withSimulation }) {
    await withSimulation(path(2), { params: { coolingSteps: 5000 } }, async (simulation) => {
      assert.ok(await untilSettled(simulation) < 1000);
      assert.equal(simulation.settled, "still");
    });
  },

  async "a drag warms a settled layout, and what is far hardly moves"({ withSimulation }) {
    await withSimulation(path(60), { params: { coolingSteps: 150 } }, async (simulation, read) => {
      await untilSettled(simulation);
      const before = await read();
      simulation.pin({ index: 0, x: before[0] + 2, y: before[1], z: before[2] });
      assert.equal(simulation.settled, undefined);
      assert.ok(simulation.alpha >= 0.1);
      await run(simulation, 30);
      const after = await read();
      const moved = Array.from(
        { length: 60 },
        (_, node) => Math.hypot(...[0, 1, 2].map((axis) => after[3 * node + axis] - before[3 * node + axis])),
      );
      assert.ok(moved[0] > 1.9 && moved[1] > 0.2 && moved[45] < 0.5, `${moved[0]} ${moved[1]} ${moved[45]}`);
      await untilSettled(simulation);
    });
  },

  async "a reset goes back to the start, keeps pins and is hot"({ withSimulation }) {
    await withSimulation(path(20), {}, async (simulation, read) => {
      const start = await read();
      simulation.pin({ index: 3, x: 1, y: 2, z: 3 });
      await run(simulation, 30);
      simulation.reset();
      assert.equal(simulation.steps, 0);
      assert.equal(simulation.alpha, createParams().startHeat);
      const found = await read();
      assert.deepEqual(found.slice(9, 12), Float32Array.of(1, 2, 3));
      assert.deepEqual(found.slice(12), start.slice(12));
    });
  },

  async "two dimensions stay flat"({ withSimulation }) {
    await withSimulation(scaleFree(200, 2), { dims: 2 }, async (simulation, read) => {
      simulation.pin({ index: 0, x: 1, y: 1, z: 1 });
      simulation.place({ index: 1, x: 1, y: 2, z: 5 });
      await run(simulation, 20);
      const found = await read();
      for (let node = 0; node < 200; node++) assert.equal(found[3 * node + 2], 0);
    });
  },

  async "a place that is not a number is scrubbed and counted"({ under }) {
    const layout = layOut(path(70)), params = createParams();
    const engine = under.open(layout, { dims: 3, seed: 1, params });
    engine.place({ index: 33, x: NaN, y: 0, z: 0 });
    let report = await engine.step(0.1);
    for (let k = 0; k < 40; k++) report = await engine.step(0.1);
    const positions = new Float32Array(210);
    await engine.readInto(positions, new Float32Array(210));
    await engine.close();
    assert.ok(positions.every(Number.isFinite));
    assert.ok(report.scrubbed > 0 && report.meanMove > 0 && report.meanMove < 1, JSON.stringify(report));
  },

  async "extreme weights do no harm"({ withSimulation }) {
    const graph = { ...path(40), weights: Float32Array.from({ length: 39 }, (_, e) => e % 2 === 0 ? 1e6 : 1e-6) };
    await withSimulation(graph, {}, async (simulation, read) => {
      await untilSettled(simulation);
      const found = await read();
      assert.ok(found.every((value) => Math.abs(value) < 200) && simulation.scrubbed === 0);
    });
  },
};
