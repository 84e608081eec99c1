import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { Q1Decoder } from "../../protocol/graph/q1.ts";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import type { ServedDialect } from "../../server/frame_encoders.ts";
import { Broadcaster, type FrameSink } from "../../server/broadcaster.ts";
import { Meter } from "../../server/meter.ts";
import { STABLE_INTERVAL_MS } from "../../server/rhythms.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { storeOf } from "../helpers/graphs.ts";

class Sink implements FrameSink {
  readonly frames: Uint8Array[] = [];
  readonly sentAtMs: number[] = [];
  readonly rates: number[] = [];
  isClear = true;
  /** Whether words wait. */
  waiting = false;
  flushes = 0;
  constructor(private readonly clock: FakeClock) {}
  sendFrame(bytes: Uint8Array): void {
    this.frames.push(bytes);
    this.sentAtMs.push(this.clock.now());
  }
  flush(): boolean {
    this.flushes++;
    return this.waiting;
  }
}

const NODES = 20;
const graph = storeOf(NODES, [[0, 1]]);

/** Every frame has its sequence as the first coordinate, in a layout that is 1000 wide. */
function frame(sequence: number): NodeFrame {
  const made = { ...createFrame(NODES), sequence };
  made.positions[0] = sequence;
  made.positions[3] = 1000;
  return made;
}

function open() {
  let sequence = 0, encodes = 0;
  const meter = new Meter((what) => what === "encode" && encodes++);
  const clock = new FakeClock(), broadcaster = new Broadcaster({ graph, clock, meterOf: () => meter });
  return {
    clock,
    broadcaster,
    meter,
    /** Messages of positions made so far. */
    encodes: () => encodes,
    watch(dialect: ServedDialect, rateHz: number) {
      const sink = new Sink(clock), onRate = (rate: number) => void sink.rates.push(rate);
      const watcher = { dialect, rateHz, sink, onRate };
      broadcaster.add(watcher);
      return { sink, watcher };
    },
    /** Publishes at 60 Hz. */
    move(frames: number) {
      for (let k = 0; k < frames; k++) {
        broadcaster.publish(frame(sequence++));
        clock.advance(1000 / 60);
      }
    },
  };
}

Deno.test("[V4-1] [V4-2] a V4 watcher gets the whole graph first, then positions", () => {
  const { clock, broadcaster, watch } = open(), { sink } = watch("v4", 20);
  assert.equal(sink.frames.length, 0, "nothing exists yet");
  broadcaster.publish(frame(0));
  clock.advance(50);
  broadcaster.publish(frame(1));
  assert.deepEqual(sink.frames.map((bytes) => decodeV4(bytes).type), ["fullGraph", "positionUpdate"]);
  broadcaster.close();
});

Deno.test("[V4-17] after a change the whole graph comes before places, and to a slow reader only the newest", () => {
  const { clock, broadcaster, watch } = open(), { sink } = watch("v4", 20), known = watch("v2", 20).sink;
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
    const { broadcaster, watch } = open();
    broadcaster.publish(frame(3));
    assert.equal(watch(dialect, 20).sink.frames.length, 1, dialect);
    broadcaster.close();
  }
});

Deno.test("[V4-3] each watcher keeps its own rate, and gets each frame when it is new", () => {
  const { broadcaster, watch, move } = open(), fast = watch("v2", 60).sink, slow = watch("v2", 20).sink;
  move(60);
  assert.ok(fast.frames.length >= 59 && fast.frames.length <= 61, `${fast.frames.length} of 60`);
  assert.ok(slow.frames.length >= 19 && slow.frames.length <= 21, `${slow.frames.length} of 20`);
  const publishedAt = (atMs: number) => Math.abs(atMs * 60 / 1000 - Math.round(atMs * 60 / 1000)) < 1e-6;
  assert.ok(slow.sentAtMs.every(publishedAt), `${slow.sentAtMs}`);
  broadcaster.close();
});

Deno.test("[V2-2] frames that come late and then early are still 16 ms apart", () => {
  const { clock, broadcaster, watch } = open(), { sink } = watch("v2", 60);
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
  const { clock, broadcaster, watch } = open(), { sink } = watch("v2", 20);
  broadcaster.publish(frame(0));
  clock.advance(10);
  broadcaster.publish(frame(1));
  assert.equal(sink.frames.length, 1, "not due yet");
  clock.advance(60);
  assert.equal(sink.frames.length, 2);
  broadcaster.close();
});

Deno.test("[V2-2] [V4-3] a resting layout is told once a second, without encoding again", () => {
  const { clock, broadcaster, watch, encodes } = open(), { sink } = watch("v2", 20);
  broadcaster.publish(frame(0));
  const before = encodes();
  clock.advance(5.5 * STABLE_INTERVAL_MS.v2);
  assert.equal(sink.frames.length, 6);
  assert.equal(encodes(), before);
  broadcaster.close();
});

Deno.test("one encode per dialect, however many watch", () => {
  const { broadcaster, watch, move, encodes } = open();
  const sinks = Array.from({ length: 100 }, () => watch("v2", 60).sink);
  move(1);
  assert.equal(encodes(), 1);
  assert.ok(sinks.every(({ frames }) => frames[0] === sinks[0].frames[0]), "one buffer for all");
  move(1);
  assert.equal(encodes(), 2);
  broadcaster.close();
});

Deno.test("[V2-3] [V4-4] a watcher whose socket is full gets the newest frame once there is room, none between", () => {
  const { clock, broadcaster, watch, move, meter } = open(), { sink } = watch("v2", 60), other = watch("v2", 60).sink;
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
  const { broadcaster, watch, move, meter } = open(), { sink } = watch("v2", 60), other = watch("v2", 60).sink;
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
  const { clock, broadcaster, watch } = open(), { sink, watcher } = watch("v2", 20);
  sink.waiting = true;
  broadcaster.publish(frame(0));
  const before = sink.flushes;
  clock.advance(40);
  assert.ok(sink.flushes >= before + 4, `${sink.flushes - before} looks in 40 ms`);
  assert.equal(sink.frames.length, 1, "words are no reason for another frame");
  broadcaster.remove(watcher);
  assert.equal(clock.pending, 0);
});

/** A reader that shows every frame and says so. */
function q1Reader(sink: Sink) {
  const decoder = new Q1Decoder(), shown = createFrame(NODES);
  let read = 0;
  return {
    shown,
    /** Reads all there is; the sequence of the newest. */
    read(): number {
      for (; read < sink.frames.length; read++) assert.equal(decoder.decodeInto(sink.frames[read], shown), "frame");
      return decoder.sequence ?? 0;
    },
  };
}

Deno.test("[Q1-13] a Q1 reader is two frames ahead of what it has shown, at most, and catches up with the newest", () => {
  const { broadcaster, watch, move } = open(), { sink, watcher } = watch("q1", 60), reader = q1Reader(sink);
  move(20);
  assert.equal(sink.frames.length, 2);
  broadcaster.acknowledge(watcher, { sequence: 0, credit: 255, needsKeyframe: false });
  assert.equal(sink.frames.length, 3);
  assert.equal(reader.read(), 19);
  assert.ok(Math.abs(reader.shown.positions[0] - 19) < 0.01);
  broadcaster.close();
});

Deno.test("[Q1-13] readers that keep up share their bytes", () => {
  const { broadcaster, watch, move, encodes } = open();
  const readers = Array.from({ length: 20 }, () => {
    const { sink, watcher } = watch("q1", 60);
    return { sink, watcher, ...q1Reader(sink) };
  });
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
  const { clock, broadcaster, watch, move } = open();
  const readers = Array.from({ length: 20 }, () => {
    const { sink, watcher } = watch("q1", 60);
    return { sink, watcher, ...q1Reader(sink) };
  });
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
  const { clock, broadcaster, watch, move } = open(), { sink, watcher } = watch("q1", 60), reader = q1Reader(sink);
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
  const { broadcaster, watch, move } = open(), { sink, watcher } = watch("q1", 60);
  move(1);
  broadcaster.acknowledge(watcher, { sequence: 0, credit: 2, needsKeyframe: false });
  move(1);
  broadcaster.acknowledge(watcher, { sequence: 1, credit: 2, needsKeyframe: true });
  assert.deepEqual(sink.frames.map((bytes) => bytes[1]), [1, 2, 1]);
  broadcaster.close();
});

Deno.test("[Q1-13] a Q1 watcher at 20 Hz is not sent more for acknowledging at once", () => {
  const { broadcaster, watch, move } = open(), { sink, watcher } = watch("q1", 20), reader = q1Reader(sink);
  for (let k = 0; k < 60; k++) {
    move(1);
    broadcaster.acknowledge(watcher, { sequence: reader.read(), credit: 2, needsKeyframe: false });
  }
  assert.ok(sink.frames.length >= 19 && sink.frames.length <= 21, `${sink.frames.length} of 20`);
  broadcaster.close();
});

Deno.test("[Q1-13] a settled layout costs a Q1 reader a few bytes every five seconds", () => {
  const { clock, broadcaster, watch, move } = open(), { sink, watcher } = watch("q1", 60), reader = q1Reader(sink);
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

Deno.test("a thousand watchers at rest are given their sign of life a part at a time, each once", () => {
  const { broadcaster, clock, watch } = open(), intervalMs = STABLE_INTERVAL_MS.v2, COUNT = 1000;
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
  assert.ok(most < COUNT / 3, `${most} in one turn`);
  broadcaster.publish(frame(1));
  assert.ok(sinks.every(({ frames }) => frames.length === 3), "a fresh frame goes to all at once");
});

Deno.test("who joins or leaves while signs of life are given is not told twice, and not waited for", () => {
  const { broadcaster, clock, watch } = open(), COUNT = 600;
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
