import assert from "node:assert/strict";
import type { NodeFrame } from "../../protocol/frame.ts";
import { type AppliedChange, applyChange } from "../../server/graph_change.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import type { Pins, StoredPin } from "../../server/store/pins.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { fakeOpener } from "../helpers/fake_simulation.ts";
import { storeOf } from "../helpers/graphs.ts";

class MemoryPins implements Pins {
  readonly pins = new Map<string, StoredPin>();
  writes = 0;
  fails = false;
  constructor(pins: readonly StoredPin[] = []) {
    for (const pin of pins) this.pins.set(pin.node, pin);
  }
  list() {
    return [...this.pins.values()];
  }
  save(pins: readonly StoredPin[]) {
    if (this.fails) throw new Error("disk full");
    this.writes++;
    for (const pin of pins) this.pins.set(pin.node, pin);
  }
  remove(node: string) {
    this.pins.delete(node);
  }
  removeAll(nodes: readonly string[]) {
    for (const node of nodes) this.pins.delete(node);
  }
}

async function open({ pins = new MemoryPins(), maxPins = 10 } = {}) {
  const opener = fakeOpener(), frames: NodeFrame[] = [], changes: string[] = [];
  const clock = new FakeClock(), faults: unknown[] = [];
  const loop = await SimulationLoop.open({
    graph: storeOf(3, [[0, 1], [1, 2]]),
    pins,
    maxPins,
    open: opener.open,
    onFrame: (frame) => frames.push(frame),
    clock,
    onFault: (error) => faults.push(error),
  });
  loop.listen((change) => changes.push(change));
  return { loop, simulation: opener.opened(), frames, changes, pins, clock, faults };
}

Deno.test("frames carry the graph's columns and the simulation's positions", async () => {
  const { simulation, frames, loop } = await open();
  simulation.emit([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(frames.length, 1);
  assert.equal(loop.frame, frames[0]);
  assert.deepEqual([...frames[0].ids], [0, 1, 2]);
  assert.deepEqual([...frames[0].positions], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("pins of earlier runs are in place from the first step; those of vanished nodes are passed over", async () => {
  const pins = new MemoryPins([{ node: "n2", x: 1, y: 2, z: 3 }, { node: "gone", x: 0, y: 0, z: 0 }]);
  const { simulation, loop } = await open({ pins });
  assert.deepEqual(simulation.initialPins, [{ index: 2, x: 1, y: 2, z: 3 }]);
  assert.deepEqual(loop.pinnedIds(), [2]);
});

Deno.test("a drag holds without keeping; its end pins and keeps", async () => {
  const { loop, simulation, pins, changes } = await open();
  loop.hold({ index: 1, x: 5, y: 0, z: 0 });
  assert.equal(pins.pins.size, 0);
  assert.equal(loop.isPinned(1), false);
  assert.equal(loop.pin({ index: 1, x: 6, y: 0, z: 0 }), "pinned");
  assert.deepEqual(simulation.calls, ["pin 1 5 0 0", "pin 1 6 0 0"]);
  assert.deepEqual(pins.list(), [{ node: "n1", x: 6, y: 0, z: 0 }]);
  assert.deepEqual(changes, ["pins"]);
});

Deno.test("beyond the bound on pins a node is let go and nothing is kept", async () => {
  const { loop, simulation, pins } = await open({ maxPins: 1 });
  assert.equal(loop.pin({ index: 0, x: 0, y: 0, z: 0 }), "pinned");
  assert.equal(loop.pin({ index: 1, x: 0, y: 0, z: 0 }), "full");
  assert.equal(simulation.calls.at(-1), "unpin 1");
  assert.equal(pins.pins.size, 1);
  assert.equal(loop.pin({ index: 0, x: 9, y: 0, z: 0 }), "pinned", "a pinned node can still be moved");
});

Deno.test("placing is one message; new places of pinned nodes are stored a moment later, by one write", async () => {
  const { loop, simulation, pins, clock } = await open();
  loop.pin({ index: 0, x: 0, y: 0, z: 0 });
  loop.pin({ index: 1, x: 0, y: 0, z: 0 });
  const writes = pins.writes;
  for (const x of [6, 7]) loop.place([0, 1, 2, 2].map((index) => ({ index, x, y: 0, z: 0 })));
  assert.equal(simulation.calls.at(-1), "place 0 7 0 0, 1 7 0 0, 2 7 0 0");
  assert.equal(pins.writes, writes);
  clock.advance(1000);
  assert.equal(pins.writes, writes + 1);
  assert.deepEqual(pins.list().map(({ x }) => x), [7, 7]);
  assert.equal(clock.pending, 0);
});

Deno.test("places that wait to be stored are stored at the end; a failure is told and ends nothing", async () => {
  const { loop, pins, faults } = await open();
  loop.pin({ index: 0, x: 0, y: 0, z: 0 });
  loop.place([{ index: 0, x: 5, y: 0, z: 0 }]);
  await loop.close();
  assert.equal(pins.list()[0].x, 5);
  loop.place([{ index: 0, x: 6, y: 0, z: 0 }]);
  pins.fails = true;
  await loop.close();
  assert.equal(faults.length, 1);
});

Deno.test("a pin that cannot be kept is not made, and the node is free", async () => {
  const { loop, pins, simulation } = await open();
  loop.hold({ index: 0, x: 1, y: 0, z: 0 });
  pins.fails = true;
  assert.throws(() => loop.pin({ index: 0, x: 1, y: 0, z: 0 }), /disk full/);
  assert.equal(loop.isPinned(0), false);
  assert.deepEqual(simulation.calls, ["pin 0 1 0 0", "unpin 0"]);
});

Deno.test("a pin on a node that has no place yet says so", async () => {
  const { loop, simulation } = await open();
  assert.equal(loop.pinHere(1), "preparing");
  simulation.emit([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(loop.pinHere(1), "pinned");
  assert.equal(simulation.calls.at(-1), "pin 1 4 5 6");
});

Deno.test("unpinning forgets; unpinning a free node tells nobody", async () => {
  const { loop, pins, changes } = await open();
  loop.pin({ index: 0, x: 0, y: 0, z: 0 });
  loop.unpin(0);
  loop.unpin(0);
  assert.equal(pins.pins.size, 0);
  assert.deepEqual(changes, ["pins", "pins"]);
});

Deno.test("the report names the state and what there is to say about it", async () => {
  const { loop, simulation } = await open();
  simulation.tellState({ kind: "preparing", stage: "Placing nodes", done: 3, total: 9 });
  const { state, detail, done, total, engine } = loop.report();
  assert.deepEqual({ state, detail, done, total, engine }, {
    state: "preparing",
    detail: "Placing nodes",
    done: 3,
    total: 9,
    engine: "cpu",
  });
  simulation.tellState({ kind: "failed", message: "no device" });
  assert.equal(loop.report().detail, "no device");
});

Deno.test("ids that name no node are known for it", async () => {
  const { loop } = await open();
  assert.deepEqual([0, 2, 3, -1, 0.5, NaN].map((id) => loop.indexOf(id)), [
    0,
    2,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

/** The graph of `open` without node 1 and with a new one on node 2. */
function changed(): AppliedChange {
  const change = {
    remove: { nodes: ["n1"], edges: [] },
    add: {
      nodes: [{ key: "a", label: "a", type: "", attributes: {} }],
      edges: [{ source: "a", target: "n2", type: "", weight: 1 }],
    },
  };
  const store = storeOf(3, [[0, 1], [1, 2]]), indices = new Map(store.input.keys.map((key, index) => [key, index]));
  return applyChange(store, change, (key) => indices.get(key));
}

Deno.test("a change goes to the physics; frames are of the old graph until the layout has taken it over", async () => {
  const { loop, simulation, frames } = await open();
  simulation.emit([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  const applied = changed();
  loop.follow(applied);
  assert.equal(simulation.calls.at(-1), "edit 3 nodes from 0 2 -1, edges 2-1");
  assert.deepEqual([loop.report().generation, loop.pendingChanges], [2, 1]);
  simulation.emit([1, 1, 1, 2, 2, 2, 4, 4, 4]);
  assert.deepEqual([frames[1].generation, ...frames[1].ids], [1, 0, 1, 2]);
  assert.notEqual(loop.shown, applied.store);
  assert.deepEqual(loop.places(), Float32Array.of(1, 1, 1, 4, 4, 4, NaN, NaN, NaN));
  assert.deepEqual([0, 1, 2, 3, 4].map((id) => loop.indexOf(id)), [0, undefined, 1, 2, undefined]);
  assert.deepEqual([0, 1, 3, 4].map((id) => loop.wasRemoved(id)), [false, true, false, false]);
  assert.equal(loop.pinHere(2), "preparing", "a node that no frame knows has no place");
  simulation.takeOver();
  simulation.emit([1, 1, 1, 4, 4, 4, 5, 5, 5]);
  assert.deepEqual([frames[2].generation, ...frames[2].ids], [2, 0, 2, 3]);
  assert.equal(loop.shown, applied.store);
  assert.equal(loop.pendingChanges, 0);
  assert.equal(loop.pinHere(1), "pinned");
  assert.equal(simulation.calls.at(-1), "pin 1 4 4 4");
});

Deno.test("pins stay with their nodes through a change; that of a removed node is forgotten and told", async () => {
  const { loop, pins, changes, clock } = await open();
  for (const index of [1, 2]) loop.pin({ index, x: index, y: 0, z: 0 });
  loop.place([{ index: 2, x: 8, y: 0, z: 0 }]);
  loop.follow(changed());
  assert.deepEqual(loop.pinnedIds(), [2]);
  assert.deepEqual([loop.isPinned(0), loop.isPinned(1), loop.isPinned(2)], [false, true, false]);
  assert.deepEqual(pins.list(), [{ node: "n2", x: 8, y: 0, z: 0 }], "what waited was stored under the right key");
  assert.deepEqual(changes.slice(-2), ["pins", "state"]);
  loop.unpin(1);
  assert.deepEqual(pins.list(), []);
  assert.equal(clock.pending, 0);
});
