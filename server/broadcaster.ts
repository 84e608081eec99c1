import type { FrameDetail } from "../gpu/mod.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import { type Q1Ack, Q1Credit } from "../protocol/graph/q1.ts";
import { SHORTEST_GAP_MS } from "./cadence.ts";
import type { Clock } from "./clock.ts";
import { FrameNeed, takesRounded, tellsGraph } from "./frame_need.ts";
import { FrameEncoders, type PathsOf, type ServedDialect } from "./frame_encoders.ts";
import type { Lens } from "./filters/lens.ts";
import type { GraphStore } from "./graph_store.ts";
import { LIMITS } from "./limits.ts";
import type { Meter } from "./meter.ts";
import { RateLadder } from "./rate_ladder.ts";
import { nextTickMs, type Rhythm, Rhythms } from "./rhythms.ts";
import type { Stream, Watcher } from "./stream.ts";

export type { FrameSink, Watcher } from "./stream.ts";

/** How soon to look again at a socket that had no room. */
const RETRY_MS = 8;
/**
 * Signs of life go out a part at a time, spread over half of the time until the next: tens of thousands at once would
 * keep everybody else waiting.
 */
const PULSE_TURN_MS = 2, LEAST_A_TURN = 16;
/** How often everybody's outbox is looked at. */
const SWEEP_MS = 1000;

export interface BroadcasterOptions {
  /** Has the edges of the newest frame. */
  readonly graph: Pick<GraphStore, "edges">;
  readonly clock: Clock;
  readonly meterOf: (dialect: ServedDialect) => Meter;
  /** The shortest paths that a frame is told with; none where absent. */
  readonly pathsOf?: PathsOf;
  /** How much of a frame the watchers take, told when it changes; full at first. */
  readonly onNeed?: (detail: FrameDetail) => void;
}

/**
 * `full`: the socket or the reader has not taken what was sent before. `late`: nobody has had the time to make the frame
 * that its filter lets through. `early`: something was sent a moment ago.
 */
type Outcome = "sent" | "full" | "late" | "early" | "paused";

/**
 * Hands every frame to every watcher that is due and can take it, newest wins: what was not sent is never queued.
 * Invariant: at most one timer is armed, for the earliest moment at which there may be something to do.
 */
export class Broadcaster {
  readonly #encoders: FrameEncoders;
  readonly #need: FrameNeed;
  readonly #streams = new Map<Watcher, Stream>();
  readonly #rhythms = new Rhythms<Stream>();
  /** Owed a frame, or with words that did not fit: looked at with every frame and every few milliseconds. */
  readonly #waiting = new Set<Stream>();
  #frame: NodeFrame | undefined;
  #published = 0;
  /** When the newest frame was published. */
  #frameMs = 0;
  #sweepDueMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(private readonly options: BroadcasterOptions) {
    this.#encoders = new FrameEncoders({ ...options, now: options.clock.now });
    this.#need = new FrameNeed(options.onNeed ?? (() => {}));
  }

  /** There are other shortest paths than before: whoever sees them is owed the newest frame once more. */
  pathsChanged(): void {
    this.#encoders.forget("sssp");
    for (const stream of this.#streams.values()) {
      if (stream.watcher.dialect !== "sssp") continue;
      stream.lens?.encoders.forget("sssp");
      this.#owe(stream);
    }
    this.#serveOwed();
  }

  /** From now on the watcher sees the nodes of `lens` only; absent: every node. It is told which at once. */
  look(watcher: Watcher, lens: Lens | undefined): void {
    const stream = this.#streams.get(watcher);
    if (stream === undefined) return;
    stream.lens = lens;
    stream.isAnswerDue = true;
    stream.told = undefined;
    this.#owe(stream);
    this.#need.changed(stream);
    this.#serveOwed();
  }

  /** There are other nodes to see through a lens: whoever looks through it is owed the newest frame once more. */
  lensChanged(lens: Lens): void {
    for (const stream of this.#streams.values()) if (stream.lens === lens) this.#owe(stream);
    this.#serveOwed();
  }

  #owe(stream: Stream): void {
    stream.isOwed = true;
    this.#waiting.add(stream);
  }

  #serveOwed(): void {
    const frame = this.#frame, now = this.options.clock.now();
    if (frame !== undefined) this.#serveWaiting(frame, now);
    this.#arm(now);
  }

  /** Frames published so far. */
  get published(): number {
    return this.#published;
  }

  /** A new moment of the layout; the frame must stay readable until the next one comes. */
  publish(frame: NodeFrame): void {
    const now = this.options.clock.now();
    this.#frame = frame;
    this.#frameMs = now;
    this.#published++;
    this.#encoders.renew();
    this.#serveWaiting(frame, now);
    for (const rhythm of this.#rhythms.values()) if (rhythm.cadence.isDueForFresh(now)) this.#tick(rhythm, frame, now);
    this.#arm(now);
  }

  /** Starts serving at once with the newest frame, or with the first there will be; through a lens if there is one. */
  add(watcher: Watcher, lens?: Lens): void {
    const now = this.options.clock.now(), { dialect, rateHz } = watcher;
    const reader = dialect === "q1" ? new Q1Credit({ most: LIMITS.framesOnTheWay.value }) : undefined;
    const rhythm = this.#rhythms.of({ dialect, rateHz }, now);
    const stream: Stream = {
      ...{
        watcher,
        reader,
        rhythm,
        ladder: new RateLadder(rateHz, now),
        meter: watcher.meter ?? this.options.meterOf(dialect),
      },
      ...{ lens, isAnswerDue: false, told: undefined, sent: undefined, sentMs: -Infinity, isOwed: true },
    };
    this.#streams.set(watcher, stream);
    rhythm.members.add(stream);
    this.#waiting.add(stream);
    this.#need.add(stream);
    this.#serveOwed();
  }

  remove(watcher: Watcher): void {
    const stream = this.#streams.get(watcher);
    if (stream === undefined) return;
    this.#streams.delete(watcher);
    this.#waiting.delete(stream);
    this.#rhythms.leave(stream);
    this.#need.remove(stream);
    if (this.#streams.size === 0) this.#disarm();
  }

  /** A Q1 reader has shown frames, or wants a keyframe. */
  acknowledge(watcher: Watcher, ack: Q1Ack): void {
    const stream = this.#streams.get(watcher);
    if (stream?.reader === undefined) return;
    stream.reader.acknowledge(ack);
    stream.isOwed ||= ack.needsKeyframe;
    if (!stream.isOwed) return;
    this.#waiting.add(stream);
    this.#serveOwed();
  }

  close(): void {
    this.#streams.clear();
    this.#rhythms.clear();
    this.#waiting.clear();
    this.#disarm();
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Everybody of one rhythm is due: a fresh frame, or the same again as a sign of life. */
  #tick(rhythm: Rhythm<Stream>, frame: NodeFrame, now: number): void {
    const isPulse = rhythm.ticked === frame;
    rhythm.ticked = frame;
    rhythm.cadence.tick(now);
    rhythm.pulse = isPulse ? { members: rhythm.members.values(), dueMs: now } : undefined;
    if (isPulse) return this.#pulse(rhythm, frame, now);
    for (const stream of [...rhythm.members]) if (stream.sent !== frame) this.#offer(stream, frame, now);
  }

  #pulse(rhythm: Rhythm<Stream>, frame: NodeFrame, now: number): void {
    const { pulse, members, stableMs, cadence } = rhythm, share = PULSE_TURN_MS / (stableMs / 2);
    if (pulse === undefined) return;
    pulse.dueMs = now + PULSE_TURN_MS;
    for (let left = Math.max(LEAST_A_TURN, share * members.size); left > 0; left--) {
      const next = pulse.members.next();
      if (next.done) return void (rhythm.pulse = undefined);
      // Who has been sent something since the pulse began has had its sign of life.
      if (next.value.sentMs < cadence.tickedMs) this.#offer(next.value, frame, now);
    }
  }

  #offer(stream: Stream, frame: NodeFrame, now: number): void {
    stream.isOwed = true;
    const outcome = this.#serve(stream, frame, now);
    if (outcome !== "sent") this.#waiting.add(stream);
    if (outcome === "full") stream.meter.droppedFrames++;
    if (outcome !== "paused") this.#judge(stream, outcome === "full" || outcome === "late" ? "missed" : "taken", now);
  }

  /** Moves a watcher that cannot keep up, or its filter, to a slower rhythm, and one that could for a while to a faster. */
  #judge(stream: Stream, outcome: "taken" | "missed", now: number): void {
    const { ladder, watcher } = stream, before = ladder.rateHz;
    if (!ladder.due(outcome, now)) return;
    if (ladder.rateHz < before) stream.meter.lowered++;
    else stream.meter.raised++;
    this.#rhythms.move(stream, { dialect: watcher.dialect, rateHz: ladder.rateHz }, now);
    watcher.onRate?.(ladder.rateHz);
  }

  /** Sends the frame if the watcher can take it. */
  #serve(stream: Stream, frame: NodeFrame, now: number): Outcome {
    const { watcher: { dialect, sink }, reader, meter, sent, sentMs, lens } = stream;
    if (now - sentMs < SHORTEST_GAP_MS[dialect]) return "early";
    if (lens?.hasTimeFor(frame, now) === false) return "late";
    // The frame that has more has been asked for.
    if (frame.rounded !== undefined && !takesRounded(stream)) return "early";
    if (reader?.isPaused) return "paused";
    // A V4 client can do nothing without the graph, and has been sent nothing that it would be behind.
    if (!sink.isClear && !(dialect === "v4" && sent === undefined)) return "full";
    if (reader?.canTake === false) return "full";
    this.#send(stream, frame, now);
    if (sent !== frame) meter.measured("wait", (this.options.clock.now() - this.#frameMs) / 1000);
    stream.sent = frame;
    stream.sentMs = now;
    stream.isOwed = false;
    return "sent";
  }

  #serveWaiting(frame: NodeFrame, now: number): void {
    for (const stream of this.#waiting) {
      if (stream.isOwed) this.#serve(stream, frame, now);
      // A reader without credit is served when it gives some; there is nothing to look for until then.
      const isDone = !stream.isOwed || stream.reader?.canTake === false;
      if (!stream.watcher.sink.flush() && isDone) this.#waiting.delete(stream);
    }
  }

  #send(stream: Stream, frame: NodeFrame, now: number): void {
    const { watcher: { dialect, sink }, reader, lens } = stream, startMs = this.options.clock.now();
    const encoders = lens?.encoders ?? this.#encoders, view = lens?.view(frame) ?? frame;
    const isGraphDue = tellsGraph(stream) && stream.told !== view.generation;
    stream.told = view.generation;
    const wasAnswerDue = stream.isAnswerDue;
    stream.isAnswerDue = false;
    if (wasAnswerDue) this.#need.changed(stream);
    const messages = isGraphDue ? [encoders.fullGraph(view)] : [];
    if (dialect === "q1") {
      const bytes = encoders.q1(view, reader?.held, now);
      reader?.sent(bytes);
      messages.push(bytes);
    } else if (!isGraphDue) messages.push(encoders.positions(dialect, view));
    lens?.spent(this.options.clock.now() - startMs);
    for (const bytes of messages) sink.sendFrame(bytes);
  }

  /** Whatever time alone has made due. */
  #pump(): void {
    const frame = this.#frame, now = this.options.clock.now();
    if (frame !== undefined) {
      this.#serveWaiting(frame, now);
      for (const rhythm of this.#rhythms.values()) {
        if (now < nextTickMs(rhythm, frame)) continue;
        if (rhythm.pulse === undefined) this.#tick(rhythm, frame, now);
        else this.#pulse(rhythm, frame, now);
      }
    }
    if (now >= this.#sweepDueMs) this.#sweep(now);
    this.#arm(now);
  }

  #sweep(now: number): void {
    this.#sweepDueMs = now + SWEEP_MS;
    for (const stream of this.#streams.values()) if (stream.watcher.sink.flush()) this.#waiting.add(stream);
  }

  #arm(now: number): void {
    this.#disarm();
    if (this.#streams.size === 0) return;
    let nextMs = this.#sweepDueMs;
    const frame = this.#frame;
    if (frame !== undefined) {
      if (this.#waiting.size > 0) nextMs = Math.min(nextMs, now + RETRY_MS);
      for (const rhythm of this.#rhythms.values()) nextMs = Math.min(nextMs, nextTickMs(rhythm, frame));
    }
    this.#cancelTimer = this.options.clock.after(Math.max(1, nextMs - now), () => this.#pump());
  }
}
