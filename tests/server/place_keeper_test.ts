import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import type { SimulationState } from "../../gpu/mod.ts";
import { keepPlaces } from "../../server/place_keeper.ts";
import type { Change } from "../../server/simulation_loop.ts";
import type { KeptPlaces } from "../../server/store/places.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { storeOf } from "../helpers/graphs.ts";

const MOVING: SimulationState = { kind: "moving" }, SETTLED: SimulationState = { kind: "settled", reason: "still" };

function open() {
  const clock = new FakeClock(), written: KeptPlaces[] = [], faults: unknown[] = [];
  let hear: (change: Change) => void = () => {}, fails = false;
  const loop = {
    state: MOVING as SimulationState,
    frame: undefined as NodeFrame | undefined,
    shown: storeOf(2, [[0, 1]]),
    report: () => ({
      state: "moving" as const,
      engine: "cpu" as const,
      engineDetail: "",
      step: 1,
      alpha: 0.125,
      stepMs: 1,
      stepsPerSecond: 1,
    }),
    listen: (listener: typeof hear) => void (hear = listener),
  };
  const write = (places: KeptPlaces) => {
    if (fails) return Promise.reject(new Error("disk full"));
    written.push(places);
    return Promise.resolve();
  };
  const stop = keepPlaces({ loop, places: { write }, clock, onFault: (error) => faults.push(error) });
  const become = (state: SimulationState, sequence: number) => {
    loop.state = state;
    loop.frame = { ...createFrame(2), sequence };
    loop.frame.positions.fill(sequence);
    hear("state");
  };
  return { clock, written, faults, stop, become, fail: () => void (fails = true) };
}

const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

Deno.test("a layout that has settled is written once it has rested, once", async () => {
  const { clock, written, become, stop } = open();
  become(MOVING, 1);
  become(SETTLED, 2);
  clock.advance(500);
  become(MOVING, 3);
  clock.advance(5000);
  assert.deepEqual(written, [], "it did not rest");
  become(SETTLED, 4);
  become(SETTLED, 4);
  clock.advance(5000);
  await turn();
  become(SETTLED, 4);
  clock.advance(5000);
  await stop();
  assert.deepEqual(written, [{ keys: ["n0", "n1"], positions: new Float32Array(6).fill(4), heat: 0 }]);
  assert.equal(clock.pending, 0);
});

Deno.test("a layout that is stopped while it moves is written with its temperature", async () => {
  const { clock, written, become, stop } = open();
  become(MOVING, 7);
  await stop();
  assert.deepEqual(written.map(({ positions, heat }) => [positions[0], heat]), [[7, 0.125]]);
  assert.equal(clock.pending, 0);
});

Deno.test("without a frame nothing is written; a write that fails is told", async () => {
  const empty = open();
  await empty.stop();
  assert.deepEqual(empty.written, []);
  const full = open();
  full.fail();
  full.become(MOVING, 1);
  await full.stop();
  assert.match(String(full.faults[0]), /disk full/);
});
