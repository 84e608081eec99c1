/** The broadcaster and readers that acknowledge. */
import assert from "node:assert/strict";
import { openBroadcaster, q1Reader } from "../helpers/broadcaster.ts";

function reading(watch: ReturnType<typeof openBroadcaster>["watch"]) {
  const { sink, watcher } = watch("q1", 60);
  return { sink, watcher, ...q1Reader(sink) };
}

Deno.test("[Q1-13] a Q1 reader is two frames ahead of what it has shown, at most, and catches up with the newest", () => {
  const { broadcaster, watch, move } = openBroadcaster(), { sink, watcher } = watch("q1", 60), reader = q1Reader(sink);
  move(20);
  assert.equal(sink.frames.length, 2);
  broadcaster.acknowledge(watcher, { sequence: 0, credit: 255, needsKeyframe: false });
  assert.equal(sink.frames.length, 3);
  assert.equal(reader.read(), 19);
  assert.ok(Math.abs(reader.shown.positions[0] - 19) < 0.01);
  broadcaster.close();
});

Deno.test("[Q1-13] readers that keep up share their bytes", () => {
  const { broadcaster, watch, move, encodes } = openBroadcaster();
  const readers = Array.from({ length: 20 }, () => reading(watch));
  for (let k = 0; k < 100; k++) {
    move(1);
    for (const { watcher, read } of readers) {
      broadcaster.acknowledge(watcher, { sequence: read(), credit: 2, needsKeyframe: false });
    }
  }
  assert.ok(readers.every(({ sink }) => sink.frames.length === 100), `${readers[0].sink.frames.length}`);
  assert.equal(encodes(), 100);
  const keyframes = readers[0].sink.frames.filter((bytes) => bytes[1] === 1);
  assert.equal(keyframes.length, 1, "the rest are deltas");
  broadcaster.close();
});

Deno.test("[Q1-13] of many readers that hold different frames each gets the last one, though none follows it", () => {
  const { clock, broadcaster, watch, move } = openBroadcaster();
  const readers = Array.from({ length: 20 }, () => reading(watch));
  const acknowledge = ({ watcher, read }: typeof readers[number]) =>
    broadcaster.acknowledge(watcher, { sequence: read(), credit: 2, needsKeyframe: false });
  for (const { sink } of readers) {
    move(1);
    readers.forEach(acknowledge);
    sink.isClear = false;
  }
  for (const { sink } of readers) sink.isClear = true;
  clock.advance(1000);
  readers.forEach(acknowledge);
  assert.deepEqual(readers.map(({ shown }) => Math.round(shown.positions[0])), readers.map(() => 19));
  broadcaster.close();
});

Deno.test("[Q1-13] a reader that pauses is sent nothing and is not thought slow; it goes on where it is", () => {
  const { clock, broadcaster, watch, move } = openBroadcaster(),
    { sink, watcher } = watch("q1", 60),
    reader = q1Reader(sink);
  move(1);
  broadcaster.acknowledge(watcher, { sequence: reader.read(), credit: 0, needsKeyframe: false });
  move(600);
  assert.equal(sink.frames.length, 1);
  assert.deepEqual(sink.rates, []);
  clock.advance(60_000);
  broadcaster.acknowledge(watcher, { sequence: 0, credit: 2, needsKeyframe: false });
  assert.equal(reader.read(), 600);
  broadcaster.close();
});

Deno.test("[Q1-7] [Q1-13] a reader that asks for a keyframe gets one at once", () => {
  const { broadcaster, watch, move } = openBroadcaster(), { sink, watcher } = watch("q1", 60);
  move(1);
  broadcaster.acknowledge(watcher, { sequence: 0, credit: 2, needsKeyframe: false });
  move(1);
  broadcaster.acknowledge(watcher, { sequence: 1, credit: 2, needsKeyframe: true });
  assert.deepEqual(sink.frames.map((bytes) => bytes[1]), [1, 2, 1]);
  broadcaster.close();
});

Deno.test("[Q1-13] a Q1 watcher at 20 Hz is not sent more for acknowledging at once", () => {
  const { broadcaster, watch, move } = openBroadcaster(), { sink, watcher } = watch("q1", 20), reader = q1Reader(sink);
  for (let k = 0; k < 60; k++) {
    move(1);
    broadcaster.acknowledge(watcher, { sequence: reader.read(), credit: 2, needsKeyframe: false });
  }
  assert.ok(sink.frames.length >= 19 && sink.frames.length <= 21, `${sink.frames.length} of 20`);
  broadcaster.close();
});

Deno.test("[Q1-13] a settled layout costs a Q1 reader a few bytes every five seconds", () => {
  const { clock, broadcaster, watch, move } = openBroadcaster(),
    { sink, watcher } = watch("q1", 60),
    reader = q1Reader(sink);
  for (let k = 0; k < 3; k++) {
    move(1);
    broadcaster.acknowledge(watcher, { sequence: reader.read(), credit: 2, needsKeyframe: false });
  }
  const before = sink.frames.length;
  for (let second = 0; second < 21; second++) {
    clock.advance(1000);
    broadcaster.acknowledge(watcher, { sequence: reader.read(), credit: 2, needsKeyframe: false });
  }
  const pulses = sink.frames.slice(before);
  assert.equal(pulses.length, 4);
  assert.ok(pulses.every(({ length }) => length < 40), `${pulses.map(({ length }) => length)}`);
  broadcaster.close();
});
