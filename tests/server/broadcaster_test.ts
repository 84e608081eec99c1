import assert from "node:assert/strict";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import { STABLE_INTERVAL_MS } from "../../server/rhythms.ts";
import { frame, openBroadcaster } from "../helpers/broadcaster.ts";

Deno.test("[V4-1] [V4-2] a V4 watcher gets the whole graph first, then positions", () => {
  const { clock, broadcaster, watch } = openBroadcaster(), { sink } = watch("v4", 20);
  assert.equal(sink.frames.length, 0, "nothing exists yet");
  broadcaster.publish(frame(0));
  clock.advance(50);
  broadcaster.publish(frame(1));
  assert.deepEqual(sink.frames.map((bytes) => decodeV4(bytes).type), ["fullGraph", "positionUpdate"]);
  broadcaster.close();
});

Deno.test("[V4-17] after a change the whole graph comes before places, and to a slow reader only the newest", () => {
  const { clock, broadcaster, watch } = openBroadcaster(), { sink } = watch("v4", 20), known = watch("v2", 20).sink;
  const publish = (sequence: number, generation: number) => {
    broadcaster.publish({ ...frame(sequence), generation });
    clock.advance(50);
  };
  publish(0, 1);
  publish(1, 2);
  sink.isClear = false;
  for (const generation of [3, 4, 5]) publish(generation, generation);
  const types = () => sink.frames.map((bytes) => decodeV4(bytes).type);
  assert.deepEqual(types(), ["fullGraph", "fullGraph"], "nothing that its graph does not explain");
  sink.isClear = true;
  clock.advance(50);
  assert.deepEqual(types(), ["fullGraph", "fullGraph", "fullGraph"]);
  publish(6, 5);
  clock.advance(500);
  assert.equal(types().at(-1), "positionUpdate");
  assert.ok(known.frames.length >= 6, "a dialect without a graph goes on");
  broadcaster.close();
});

Deno.test("a late joiner gets the newest frame at once, without waiting for the next", () => {
  for (const dialect of ["v2", "v4", "q1"] as const) {
    const { broadcaster, watch } = openBroadcaster();
    broadcaster.publish(frame(3));
    assert.equal(watch(dialect, 20).sink.frames.length, 1, dialect);
    broadcaster.close();
  }
});

Deno.test("[V4-3] each watcher keeps its own rate, and gets each frame when it is new", () => {
  const { broadcaster, watch, move } = openBroadcaster(), fast = watch("v2", 60).sink, slow = watch("v2", 20).sink;
  move(60);
  assert.ok(fast.frames.length >= 59 && fast.frames.length <= 61, `${fast.frames.length} of 60`);
  assert.ok(slow.frames.length >= 19 && slow.frames.length <= 21, `${slow.frames.length} of 20`);
  const publishedAt = (atMs: number) => Math.abs(atMs * 60 / 1000 - Math.round(atMs * 60 / 1000)) < 1e-6;
  assert.ok(slow.sentAtMs.every(publishedAt), `${slow.sentAtMs}`);
  broadcaster.close();
});

Deno.test("[V2-2] frames that come late and then early are still 16 ms apart", () => {
  const { clock, broadcaster, watch } = openBroadcaster(), { sink } = watch("v2", 60);
  for (const [sequence, gapMs] of [0, 30, 3, 14, 30, 2, 40].entries()) {
    clock.advance(gapMs);
    broadcaster.publish(frame(sequence));
  }
  clock.advance(40);
  const gaps = sink.sentAtMs.slice(1).map((atMs, index) => atMs - sink.sentAtMs[index]);
  assert.ok(gaps.length > 3 && gaps.every((gap) => gap >= 16), gaps.join(" "));
  broadcaster.close();
});

Deno.test("the last frame before the layout rests is delivered when the watcher is next due", () => {
  const { clock, broadcaster, watch } = openBroadcaster(), { sink } = watch("v2", 20);
  broadcaster.publish(frame(0));
  clock.advance(10);
  broadcaster.publish(frame(1));
  assert.equal(sink.frames.length, 1, "not due yet");
  clock.advance(60);
  assert.equal(sink.frames.length, 2);
  broadcaster.close();
});

Deno.test("[V2-2] [V4-3] a resting layout is told once a second, without encoding again", () => {
  const { clock, broadcaster, watch, encodes } = openBroadcaster(), { sink } = watch("v2", 20);
  broadcaster.publish(frame(0));
  const before = encodes();
  clock.advance(5.5 * STABLE_INTERVAL_MS.v2);
  assert.equal(sink.frames.length, 6);
  assert.equal(encodes(), before);
  broadcaster.close();
});

Deno.test("one encode per dialect, however many watch", () => {
  const { broadcaster, watch, move, encodes } = openBroadcaster();
  const sinks = Array.from({ length: 100 }, () => watch("v2", 60).sink);
  move(1);
  assert.equal(encodes(), 1);
  assert.ok(sinks.every(({ frames }) => frames[0] === sinks[0].frames[0]), "one buffer for all");
  move(1);
  assert.equal(encodes(), 2);
  broadcaster.close();
});

Deno.test("[V2-3] [V4-4] a watcher whose socket is full gets the newest frame once there is room, none between", () => {
  const { clock, broadcaster, watch, move, meter } = openBroadcaster(),
    { sink } = watch("v2", 60),
    other = watch("v2", 60).sink;
  move(2);
  sink.isClear = false;
  move(3);
  const before = sink.frames.length;
  assert.equal(meter.droppedFrames, 3);
  assert.equal(other.frames.length, 5, "the others are not held up");
  sink.isClear = true;
  clock.advance(8);
  assert.deepEqual(sink.frames.slice(before), [other.frames[4]]);
  broadcaster.close();
});

Deno.test("a watcher that cannot keep up is offered less, is told, and gets its rate back", () => {
  const { broadcaster, watch, move, meter } = openBroadcaster(),
    { sink } = watch("v2", 60),
    other = watch("v2", 60).sink;
  move(5);
  sink.isClear = false;
  move(120);
  assert.deepEqual(sink.rates, [30, 20, 10, 5]);
  sink.isClear = true;
  const before = sink.frames.length;
  move(60);
  assert.ok(sink.frames.length - before <= 7, `${sink.frames.length - before} at 5 Hz`);
  move(900);
  assert.deepEqual(sink.rates, [30, 20, 10, 5, 10, 20, 30, 60]);
  assert.deepEqual(other.rates, []);
  assert.deepEqual([meter.lowered, meter.raised], [4, 4]);
  broadcaster.close();
});

Deno.test("a watcher with words waiting is looked at again soon; nobody watching arms no timer", () => {
  const { clock, broadcaster, watch } = openBroadcaster(), { sink, watcher } = watch("v2", 20);
  sink.waiting = true;
  broadcaster.publish(frame(0));
  const before = sink.flushes;
  clock.advance(40);
  assert.ok(sink.flushes >= before + 4, `${sink.flushes - before} looks in 40 ms`);
  assert.equal(sink.frames.length, 1, "words are no reason for another frame");
  broadcaster.remove(watcher);
  assert.equal(clock.pending, 0);
});

Deno.test("a thousand watchers at rest are given their sign of life a part at a time, each once", () => {
  const { broadcaster, clock, watch } = openBroadcaster(), intervalMs = STABLE_INTERVAL_MS.v2, COUNT = 1000;
  const sinks = Array.from({ length: COUNT }, () => watch("v2", 60).sink);
  broadcaster.publish(frame(0));
  clock.advance(intervalMs / 2);
  const received = () => sinks.reduce((sum, { frames }) => sum + frames.length, 0);
  let most = 0, before = received();
  assert.equal(before, COUNT);
  for (let ms = 0; ms < intervalMs; ms++) {
    clock.advance(1);
    most = Math.max(most, received() - before);
    before = received();
  }
  assert.ok(sinks.every(({ frames }) => frames.length === 2));
  assert.ok(most < COUNT / 50, `${most} in one turn`);
  broadcaster.publish(frame(1));
  assert.ok(sinks.every(({ frames }) => frames.length === 3), "a fresh frame goes to all at once");
});

Deno.test("who joins or leaves while signs of life are given is not told twice, and not waited for", () => {
  const { broadcaster, clock, watch } = openBroadcaster(), COUNT = 600;
  const watching = Array.from({ length: COUNT }, () => watch("v2", 60));
  broadcaster.publish(frame(0));
  while (watching[0].sink.frames.length < 2) clock.advance(1);
  assert.equal(watching[COUNT - 1].sink.frames.length, 1, "the last are still to come");
  for (const { watcher } of watching.slice(300)) broadcaster.remove(watcher);
  const late = watch("v2", 60);
  clock.advance(100);
  assert.ok(watching.slice(0, 300).every(({ sink }) => sink.frames.length === 2));
  assert.ok(watching.slice(300).every(({ sink }) => sink.frames.length === 1));
  assert.equal(late.sink.frames.length, 1);
});

Deno.test("those who come while signs of life are given do not hold them up", () => {
  const { broadcaster, clock, watch } = openBroadcaster(), COUNT = 200;
  const sinks = Array.from({ length: COUNT }, () => watch("v2", 60).sink);
  broadcaster.publish(frame(0));
  while (sinks[0].frames.length < 2) clock.advance(1);
  for (let ms = 0; ms < 50; ms++) {
    watch("v4", 20);
    clock.advance(1);
  }
  assert.ok(sinks.every(({ frames }) => frames.length === 2));
});
