/** A graph that changes while it is laid out: what holds whatever computes the steps. */

import assert from "node:assert/strict";
import { EDGE_MEANING, type EngineChoice, type LiveOptions, NEW_NODE, type PhysicsGraph } from "../../gpu/mod.ts";
import { distance, dust, graphOf, path, scaleFree } from "./graphs.ts";
import { isSettled, openWatched, placeOf, type Watched } from "./watched.ts";

export interface LiveEngineUnderTest {
  readonly engine: EngineChoice;
  readonly skip: boolean;
}

type Open = (graph: PhysicsGraph, options?: Partial<LiveOptions>) => Promise<Watched>;

export function liveEditSuite({ engine, skip }: LiveEngineUnderTest): void {
  for (const [title, check] of Object.entries(CASES)) {
    const open: Open = (graph, options) => openWatched(graph, { engine, coolingSteps: 60, ...options });
    Deno.test({ name: `live edit, ${engine}: ${title}`, ignore: skip, fn: () => check(open) });
  }
}

/** The nodes `from` … `to`, in order. */
const same = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);
const generationOf = ({ live }: Watched) => live.latest()?.generation ?? -1;

function edit({ live }: Watched, graph: PhysicsGraph, origins: readonly number[]): number {
  return live.edit({ graph, origins: Int32Array.from(origins) });
}

/** A path of `count` nodes, and one node more on node 3. */
const withTwig = (count: number) =>
  graphOf(
    count + 1,
    [...path(count).sources].map((i): [number, number] => [i, i + 1])
      .concat([[3, count]]),
  );

const CASES: Readonly<Record<string, (open: Open) => Promise<void>>> = {
  async "survivors stay where they are but for a step, a new node appears beside its neighbour"(open) {
    const watched = await open(path(30));
    await watched.until(() => isSettled(watched));
    watched.live.pause();
    await watched.until(() => watched.live.state().kind === "paused");
    const before = watched.live.latest()?.positions.slice() ?? new Float32Array();
    const generation = edit(watched, withTwig(30), [...same(0, 30), NEW_NODE]);
    await watched.until(() => generationOf(watched) === generation);
    const after = watched.live.latest()?.positions ?? new Float32Array();
    assert.equal(after.length, 93);
    assert.deepEqual(after.slice(0, 90), before);
    assert.ok(distance(after, 3, 30) < Math.sqrt(0.75));
    assert.equal(watched.live.state().kind, "paused", "an edit does not end a pause");
    const step = watched.live.latest()?.step ?? 0;
    watched.live.step(1);
    await watched.until(() => watched.live.latest()?.step === step + 1);
    const moved = watched.live.latest()?.positions ?? new Float32Array();
    for (let k = 0; k < 30; k++) {
      assert.ok(Math.hypot(...[0, 1, 2].map((d) => moved[3 * k + d] - before[3 * k + d])) <= 1.001);
    }
    await watched.live.close();
  },

  async "an edit warms a settled layout, which settles again"(open) {
    const watched = await open(path(30));
    await watched.until(() => isSettled(watched));
    const steps = watched.live.stats().step;
    edit(watched, withTwig(30), [...same(0, 30), NEW_NODE]);
    await watched.until(() => watched.live.state().kind === "moving");
    await watched.until(() => isSettled(watched));
    assert.ok(watched.live.stats().step > steps);
    await watched.live.close();
  },

  async "parameters that were set, and what the graph means, hold after an edit as well"(open) {
    const edgeMeanings = Uint8Array.of(EDGE_MEANING.toParent, EDGE_MEANING.toParent);
    const watched = await open({ ...path(3), edgeMeanings });
    await watched.until(() => isSettled(watched));
    watched.live.setParams({ layers: 5, layerGap: 4 });
    const grown = { ...path(4), edgeMeanings: new Uint8Array(3).fill(EDGE_MEANING.toParent) };
    const generation = edit(watched, grown, [0, 1, 2, NEW_NODE]);
    await watched.until(() => generationOf(watched) === generation && isSettled(watched));
    const heights = same(0, 4).map((node) => placeOf(watched.live.latest(), node)?.[1] ?? NaN);
    // A child hangs below its parent, and every node has a layer of its own.
    for (let node = 0; node < 3; node++) assert.ok(heights[node + 1] - heights[node] > 2, `${heights}`);
    assert.equal(watched.live.params().layers, 5);
    await watched.live.close();
  },

  async "a weight of 0 lets go: what a changed weight holds together comes apart"(open) {
    const graph = { ...path(2), weights: Float32Array.of(1) };
    const watched = await open(graph);
    await watched.until(() => isSettled(watched));
    const gap = distance(watched.live.latest()?.positions ?? new Float32Array(6), 0, 1);
    const generation = edit(watched, { ...graph, weights: Float32Array.of(0) }, [0, 1]);
    await watched.until(() => generationOf(watched) === generation && isSettled(watched));
    assert.ok(distance(watched.live.latest()?.positions ?? new Float32Array(6), 0, 1) > 1.2 * gap);
    await watched.live.close();
  },

  async "pins go with their nodes; that of a removed one is gone"(open) {
    const pins = [{ index: 5, x: 9, y: 8, z: 7 }, { index: 2, x: 1, y: 2, z: 3 }];
    const watched = await open(path(20), { pins });
    await watched.until(() => isSettled(watched));
    // Nodes 0, 1 and 2 go; node 5 is node 2 then.
    const generation = edit(watched, path(17), same(3, 20));
    await watched.until(() => generationOf(watched) === generation && isSettled(watched));
    assert.deepEqual(placeOf(watched.live.latest(), 2), Float32Array.of(9, 8, 7));
    // The node that has the removed one's index is free.
    watched.live.unpin(2);
    watched.live.pin({ index: 16, x: 4, y: 4, z: 4 });
    await watched.until(() => placeOf(watched.live.latest(), 16)?.[0] === 4 && isSettled(watched));
    assert.notDeepEqual(placeOf(watched.live.latest(), 2), Float32Array.of(9, 8, 7));
    await watched.live.close();
  },

  async "to an empty graph and back"(open) {
    const watched = await open(path(10));
    await watched.until(() => isSettled(watched));
    const empty = edit(watched, dust(0), []);
    await watched.until(() => generationOf(watched) === empty && isSettled(watched));
    assert.equal(watched.live.latest()?.positions.length, 0);
    const back = edit(watched, path(10), same(0, 10).map(() => NEW_NODE));
    await watched.until(() => generationOf(watched) === back && isSettled(watched));
    const positions = watched.live.latest()?.positions ?? new Float32Array();
    assert.ok(positions.length === 30 && positions.every(Number.isFinite));
    assert.ok(distance(positions, 0, 9) > 4, "a path that came back is laid out as a path");
    await watched.live.close();
  },

  async "an edit during the preparation waits for it"(open) {
    const watched = await open(scaleFree(3000, 1), { coolingSteps: 5 });
    assert.equal(watched.live.state().kind, "preparing");
    const generation = edit(watched, path(4), [0, 1, 2, 3]);
    watched.live.pin({ index: 3, x: 1, y: 1, z: 1 });
    await watched.until(() => generationOf(watched) === generation);
    assert.equal(watched.live.latest()?.positions.length, 12);
    await watched.until(() => placeOf(watched.live.latest(), 3)?.[0] === 1);
    await watched.live.close();
  },

  async "a thousand in a row arrive as what they come to"(open) {
    const watched = await open(path(3), { coolingSteps: 30 });
    let generation = 0;
    for (let count = 4; count <= 1003; count++) {
      generation = edit(watched, path(count), [...same(0, count - 1), NEW_NODE]);
    }
    assert.equal(generation, 1000);
    await watched.until(() => generationOf(watched) === generation);
    const positions = watched.live.latest()?.positions ?? new Float32Array();
    assert.ok(positions.length === 3009 && positions.every(Number.isFinite));
    const sequences = watched.frames.map(({ sequence }) => sequence);
    assert.deepEqual(sequences, sequences.toSorted((a, b) => a - b));
    await watched.live.close();
  },

  async "one that is refused changes nothing"(open) {
    const watched = await open(path(5));
    const bad = { graph: graphOf(6, [[0, 6]]), origins: Int32Array.of(0, 1, 2, 3, 4, NEW_NODE) };
    assert.throws(() => watched.live.edit(bad), /Cannot lay out edge 0/);
    assert.throws(() => edit(watched, path(5), [0, 1, 2, 3, 5]), /Cannot take node 4 from 5/);
    await watched.until(() => isSettled(watched));
    assert.equal(watched.live.latest()?.positions.length, 15);
    assert.equal(generationOf(watched), 0);
    assert.throws(() => watched.live.pin({ index: 5, x: 0, y: 0, z: 0 }), /Cannot find node 5/);
    await watched.live.close();
  },

  async "a reset after an edit goes to the start that is computed for the graph as it is"(open) {
    const fresh = await open(withTwig(30));
    fresh.live.pause();
    await fresh.until(() => fresh.frames.length > 0);
    const watched = await open(path(30));
    await watched.until(() => isSettled(watched));
    watched.live.pause();
    edit(watched, withTwig(30), [...same(0, 30), NEW_NODE]);
    watched.live.reset();
    await watched.until(() => watched.live.latest()?.step === 0 && watched.live.latest()?.positions.length === 93);
    fresh.live.reset();
    await fresh.until(() => fresh.live.latest()?.step === 0);
    assert.deepEqual(watched.live.latest()?.positions, fresh.live.latest()?.positions);
    for (const { live } of [fresh, watched]) await live.close();
  },

  async "starts where it was left, at rest or as warm as it was; a reset computes the start"(open) {
    const first = await open(path(30));
    await first.until(() => isSettled(first));
    const positions = first.live.latest()?.positions.slice() ?? new Float32Array();
    await first.live.close();
    const again = await open(path(30), { start: { positions, heat: 0 } });
    await again.until(() => isSettled(again));
    assert.equal(again.live.stats().step, 0);
    assert.deepEqual(again.live.latest()?.positions, positions);
    again.live.reset();
    await again.until(() => again.live.stats().step > 0);
    await again.live.close();
    const warm = await open(path(30), { start: { positions, heat: 0.1 } });
    await warm.until(() => isSettled(warm));
    assert.ok(warm.live.stats().step > 0);
    await warm.live.close();
  },

  async "nodes without a place among known ones warm a start that would be at rest"(open) {
    const positions = Float32Array.of(0, 0, 0, 1, 0, 0, NaN, NaN, NaN);
    const watched = await open(path(3), { start: { positions, heat: 0 } });
    await watched.until(() => isSettled(watched));
    assert.ok(watched.live.stats().step > 0);
    assert.ok(watched.live.latest()?.positions.every(Number.isFinite));
    await watched.live.close();
  },
};
