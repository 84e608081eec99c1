/** A broadcaster with watchers that keep what they are sent, by a clock that stands still. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { Q1Decoder } from "../../protocol/graph/q1.ts";
import type { ServedDialect } from "../../server/frame_encoders.ts";
import { Broadcaster, type FrameSink } from "../../server/broadcaster.ts";
import { Meter } from "../../server/meter.ts";
import { FakeClock } from "./fake_clock.ts";
import { storeOf } from "./graphs.ts";

export class Sink implements FrameSink {
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

export const NODES = 20;
const graph = storeOf(NODES, [[0, 1]]);

/** Every frame has its sequence as the first coordinate, in a layout that is 1000 wide. */
export function frame(sequence: number): NodeFrame {
  const made = { ...createFrame(NODES), sequence };
  made.positions[0] = sequence;
  made.positions[3] = 1000;
  return made;
}

export function openBroadcaster() {
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

/** A reader that shows every frame and says so. */
export function q1Reader(sink: Sink) {
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
