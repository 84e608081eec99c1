/** How much of a frame the watchers take, and that nobody is sent one that has less. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { Broadcaster } from "../../server/broadcaster.ts";
import type { ServedDialect } from "../../server/frame_encoders.ts";
import { FrameNeed, type Taker } from "../../server/frame_need.ts";
import { Meter } from "../../server/meter.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { storeOf } from "../helpers/graphs.ts";

const taker = (dialect: ServedDialect, others: Partial<Taker> = {}): Taker => ({
  watcher: { dialect },
  lens: undefined,
  isAnswerDue: false,
  ...others,
});

Deno.test("frame need: rounded while all read Q1 without a filter, and told when it changes", () => {
  const told: string[] = [], need = new FrameNeed((detail) => told.push(detail)), q1 = taker("q1"), other = taker("q1");
  const toldBy = (act: () => void) => {
    told.length = 0;
    act();
    return told;
  };
  assert.deepEqual(toldBy(() => need.add(q1)), ["rounded"]);
  assert.deepEqual(toldBy(() => need.add(other)), []);
  for (const whole of [taker("v2"), taker("v4"), taker("sssp"), taker("q1", { lens: {} })]) {
    assert.deepEqual(toldBy(() => need.add(whole)), ["full"]);
    assert.deepEqual(toldBy(() => need.changed(whole)), []);
    assert.deepEqual(toldBy(() => need.remove(whole)), ["rounded"]);
  }
  const asking = { ...taker("q1"), isAnswerDue: true };
  assert.deepEqual(toldBy(() => need.add(asking)), ["full"]);
  asking.isAnswerDue = false;
  assert.deepEqual(toldBy(() => need.changed(asking)), ["rounded"]);
  assert.deepEqual(toldBy(() => [asking, other].forEach((gone) => need.remove(gone))), []);
  assert.deepEqual(toldBy(() => need.remove(q1)), ["full"]);
});

const NODES = 3, STEP = 1 / 64;

function frameOf(sequence: number, detail: "full" | "rounded"): NodeFrame {
  const frame = { ...createFrame(NODES), sequence }, steps = new Uint16Array(3 * NODES).fill(sequence);
  frame.positions.fill(sequence * STEP);
  frame.velocities.fill(sequence);
  if (detail === "full") return frame;
  return { ...frame, rounded: { box: { low: [0, 0, 0], quantum: STEP }, boxNumber: 1, steps } };
}

function open() {
  const clock = new FakeClock(), needs: string[] = [], graph = storeOf(NODES, [[0, 1]]);
  const broadcaster = new Broadcaster({
    graph,
    clock,
    meterOf: () => new Meter(() => {}),
    onNeed: (detail) => needs.push(detail),
  });
  return {
    broadcaster,
    clock,
    needs,
    watch(dialect: ServedDialect) {
      const frames: Uint8Array[] = [];
      const sink = { isClear: true, sendFrame: (bytes: Uint8Array) => void frames.push(bytes), flush: () => false };
      const watcher = { dialect, rateHz: 60, sink };
      broadcaster.add(watcher);
      return { watcher, frames };
    },
  };
}

Deno.test("broadcaster: who joins and needs all is sent no rounded frame, and the first full one at once", () => {
  const { broadcaster, clock, needs, watch } = open(), reader = watch("q1");
  broadcaster.publish(frameOf(1, "rounded"));
  assert.equal(reader.frames.length, 1);
  const whole = watch("v2");
  assert.deepEqual(needs, ["rounded", "full"]);
  // Two reads may have been on their way.
  for (const sequence of [2, 3]) {
    clock.advance(17);
    broadcaster.publish(frameOf(sequence, "rounded"));
  }
  assert.equal(whole.frames.length, 0);
  clock.advance(17);
  broadcaster.publish(frameOf(4, "full"));
  assert.equal(whole.frames.length, 1);
  const { positions, velocities } = v2.decode(whole.frames[0]);
  assert.deepEqual([positions[0], velocities[0]], [4 * STEP, 4]);
  broadcaster.remove(whole.watcher);
  broadcaster.remove(reader.watcher);
  assert.deepEqual(needs, ["rounded", "full", "rounded", "full"]);
  broadcaster.close();
});
