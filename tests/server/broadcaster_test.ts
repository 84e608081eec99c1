import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import { Broadcaster, type FrameSink, STABLE_INTERVAL_MS, type Watcher } from "../../server/broadcaster.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { storeOf } from "../helpers/graphs.ts";

class Sink implements FrameSink {
  readonly whole: Uint8Array[] = [];
  readonly frames: Uint8Array[] = [];
  waiting = false;
  isIdle = true;
  flushes = 0;
  sendWhole(bytes: Uint8Array): void {
    this.whole.push(bytes);
  }
  offerFrame(bytes: Uint8Array): void {
    this.frames.push(bytes);
  }
  flush(): boolean {
    this.flushes++;
    return this.waiting;
  }
}

const graph = storeOf(2, [[0, 1]]);
const frame = (sequence: number): NodeFrame => ({ ...createFrame(2), sequence });
const watcher = (dialect: "v2" | "v4", intervalMs: number) => {
  const sink = new Sink(), watching: Watcher = { dialect, intervalMs, sink };
  return { sink, watching };
};

const sinkOf = (sink: Sink): FrameSink => ({
  sendWhole: (bytes) => sink.sendWhole(bytes),
  offerFrame: (bytes) => sink.offerFrame(bytes),
  isIdle: true,
  flush: () => sink.flush(),
});

function open() {
  const clock = new FakeClock();
  return { clock, broadcaster: new Broadcaster(graph, clock) };
}

Deno.test("[V4-1] [V4-2] a V4 watcher gets the whole graph first, then positions", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v4", 50);
  broadcaster.add(watching);
  assert.equal(sink.whole.length, 0, "nothing exists yet");
  broadcaster.publish(frame(0));
  assert.deepEqual(sink.whole.map((bytes) => decodeV4(bytes).type), ["fullGraph"]);
  clock.advance(50);
  broadcaster.publish(frame(1));
  assert.deepEqual(sink.frames.map((bytes) => decodeV4(bytes).type), ["positionUpdate"]);
  broadcaster.close();
});

Deno.test("[V4-17] after a change the whole graph comes before places, and to a slow reader only the newest", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v4", 50);
  const known = watcher("v2", 50);
  broadcaster.add(watching);
  broadcaster.add(known.watching);
  broadcaster.publish({ ...frame(0), generation: 1 });
  clock.advance(50);
  broadcaster.publish({ ...frame(1), generation: 2 });
  assert.equal(sink.whole.length, 2);
  sink.isIdle = false;
  for (const generation of [3, 4, 5]) {
    clock.advance(50);
    broadcaster.publish({ ...frame(generation), generation, count: generation - 1 });
  }
  assert.deepEqual([sink.whole.length, sink.frames.length], [2, 0], "nothing that its graph does not explain");
  sink.isIdle = true;
  clock.advance(50);
  assert.equal(sink.whole.length, 3);
  assert.equal(decodeV4(sink.whole[2]).type, "fullGraph");
  clock.advance(50);
  broadcaster.publish({ ...frame(6), generation: 5 });
  assert.equal(sink.frames.length, 1);
  assert.equal(known.sink.frames.length, 6, "a dialect without a graph goes on");
  broadcaster.close();
});

Deno.test("a late joiner gets the newest frame at once, without waiting for the next", () => {
  const { broadcaster } = open(), { sink, watching } = watcher("v4", 50);
  broadcaster.publish(frame(3));
  broadcaster.add(watching);
  assert.equal(sink.whole.length, 1);
  broadcaster.close();
});

Deno.test("[V4-3] each watcher keeps its own rate", () => {
  const { clock, broadcaster } = open(), fast = watcher("v2", 1000 / 60), slow = watcher("v2", 50);
  broadcaster.add(fast.watching);
  broadcaster.add(slow.watching);
  for (let sequence = 0; sequence < 60; sequence++) {
    broadcaster.publish(frame(sequence));
    clock.advance(1000 / 60);
  }
  assert.ok(fast.sink.frames.length >= 59 && fast.sink.frames.length <= 61, `${fast.sink.frames.length} of 60`);
  assert.ok(slow.sink.frames.length >= 19 && slow.sink.frames.length <= 21, `${slow.sink.frames.length} of 20`);
  broadcaster.close();
});

Deno.test("[V2-2] frames that come late and then early are still 16 ms apart", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v2", 1000 / 60), sentAtMs: number[] = [];
  broadcaster.add({ ...watching, sink: { ...sinkOf(sink), offerFrame: () => sentAtMs.push(clock.now()) } });
  for (const [sequence, gapMs] of [0, 30, 3, 14, 30, 2, 40].entries()) {
    clock.advance(gapMs);
    broadcaster.publish(frame(sequence));
  }
  const gaps = sentAtMs.slice(1).map((atMs, index) => atMs - sentAtMs[index]);
  assert.ok(gaps.length > 3 && gaps.every((gap) => gap >= 16), gaps.join(" "));
  broadcaster.close();
});

Deno.test("the last frame before the layout rests is delivered when the watcher is next due", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v2", 50);
  broadcaster.add(watching);
  broadcaster.publish(frame(0));
  clock.advance(10);
  broadcaster.publish(frame(1));
  assert.equal(sink.frames.length, 1, "not due yet");
  clock.advance(40);
  assert.equal(sink.frames.length, 2);
  broadcaster.close();
});

Deno.test("[V2-2] [V4-3] a resting layout is told once a second, without encoding again", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v2", 50);
  broadcaster.add(watching);
  broadcaster.publish(frame(0));
  const { encodes } = broadcaster.counters;
  clock.advance(5 * STABLE_INTERVAL_MS + 10);
  assert.equal(sink.frames.length, 6);
  assert.equal(broadcaster.counters.encodes, encodes);
  broadcaster.close();
});

Deno.test("one encode per dialect, however many watch", () => {
  const { clock, broadcaster } = open();
  const watchers = Array.from({ length: 100 }, () => watcher("v2", 50));
  for (const { watching } of watchers) broadcaster.add(watching);
  broadcaster.publish(frame(0));
  assert.equal(broadcaster.counters.encodes, 1);
  assert.ok(watchers.every(({ sink }) => sink.frames[0] === watchers[0].sink.frames[0]), "one buffer for all");
  clock.advance(50);
  broadcaster.publish(frame(1));
  assert.equal(broadcaster.counters.encodes, 2);
  broadcaster.close();
});

Deno.test("a watcher with something waiting is looked at again soon; nobody watching arms no timer", () => {
  const { clock, broadcaster } = open(), { sink, watching } = watcher("v2", 50);
  broadcaster.add(watching);
  sink.waiting = true;
  broadcaster.publish(frame(0));
  const before = sink.flushes;
  clock.advance(40);
  assert.ok(sink.flushes >= before + 4, `${sink.flushes - before} looks in 40 ms`);
  broadcaster.remove(watching);
  assert.equal(clock.pending, 0);
});
