import type { FrameCodec, GraphDialect } from "../protocol/codec.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { encodeFullGraph, positionUpdate } from "../protocol/graph/v4.ts";
import type { Clock } from "./clock.ts";
import type { GraphStore } from "./graph_store.ts";

/** The part of an outbox the broadcaster needs. */
export interface FrameSink {
  /** Sends now, whatever waits: for what a watcher cannot do without. */
  sendWhole(bytes: Uint8Array): void;
  /** Nothing waits here, nor in the socket's buffer. */
  readonly isIdle: boolean;
  /** Sends now if the socket's buffer is empty, else keeps it in place of an unsent one. */
  offerFrame(bytes: Uint8Array): void;
  /** Sends what became sendable; true while something still waits. */
  flush(): boolean;
}

export interface Watcher {
  readonly dialect: GraphDialect;
  /** Shortest time between two frames while the layout moves. */
  readonly intervalMs: number;
  readonly sink: FrameSink;
}

export interface BroadcasterCounters {
  frames: number;
  encodes: number;
  offers: number;
}

/** Between two frames of a layout that does not move, for dialects whose documents ask for a pulse. */
export const STABLE_INTERVAL_MS = 1000;
/** V2's document: batches at most every 16 ms. */
const SHORTEST_INTERVAL_MS = 16;
/** How soon to look again at a socket that had no room. */
const RETRY_MS = 8;

const CODECS: Record<GraphDialect, FrameCodec> = { v2, v4: positionUpdate };

interface Schedule {
  dueMs: number;
  sentSequence: number;
  /** Of the last whole graph; absent before the first. */
  sentGeneration: number | undefined;
}

/**
 * Hands every frame to every watcher that is due, newest wins, encoded once per dialect.
 * Invariant: at most one timer is armed, for the earliest moment at which any watcher can be served.
 */
export class Broadcaster {
  readonly counters: BroadcasterCounters = { frames: 0, encodes: 0, offers: 0 };
  readonly #watchers = new Map<Watcher, Schedule>();
  readonly #encoded = new Map<GraphDialect, Uint8Array>();
  #whole: Uint8Array | undefined;
  #frame: NodeFrame | undefined;
  #cancelTimer: (() => void) | undefined;

  /** `graph` has the edges of the newest frame. */
  constructor(private readonly graph: Pick<GraphStore, "edges">, private readonly clock: Clock) {}

  /** A new moment of the layout; the frame must stay readable until the next one comes. */
  publish(frame: NodeFrame): void {
    this.#frame = frame;
    this.#encoded.clear();
    this.#whole = undefined;
    this.counters.frames++;
    this.#pump();
  }

  /** Starts serving at once with the newest frame, if there is one. */
  add(watcher: Watcher): void {
    this.#watchers.set(watcher, { dueMs: this.clock.now(), sentSequence: -1, sentGeneration: undefined });
    this.#pump();
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this.#disarm();
  }

  close(): void {
    this.#watchers.clear();
    this.#disarm();
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #pump(): void {
    this.#disarm();
    const frame = this.#frame;
    if (frame === undefined) return;
    const now = this.clock.now();
    let nextMs = Infinity;
    for (const [watcher, schedule] of this.#watchers) {
      nextMs = Math.min(nextMs, this.#serve(watcher, schedule, frame, now));
    }
    if (nextMs === Infinity) return;
    this.#cancelTimer = this.clock.after(Math.max(1, nextMs - now), () => this.#pump());
  }

  /** Serves one watcher if it is due; returns when to look at it again. */
  #serve(watcher: Watcher, schedule: Schedule, frame: NodeFrame, now: number): number {
    const isNew = schedule.sentSequence !== frame.sequence;
    const dueMs = isNew ? schedule.dueMs : schedule.dueMs - watcher.intervalMs + STABLE_INTERVAL_MS;
    if (now < dueMs) return watcher.sink.flush() ? Math.min(dueMs, now + RETRY_MS) : dueMs;
    if (watcher.dialect === "v4" && schedule.sentGeneration !== frame.generation) {
      // A reader who is behind gets the newest graph when it has caught up, and no places of nodes it does not know.
      if (schedule.sentGeneration !== undefined && !watcher.sink.isIdle) {
        watcher.sink.flush();
        return now + RETRY_MS;
      }
      watcher.sink.sendWhole(this.#fullGraph(frame));
      schedule.sentGeneration = frame.generation;
    } else watcher.sink.offerFrame(this.#positions(watcher.dialect, frame));
    this.counters.offers++;
    schedule.sentSequence = frame.sequence;
    // Counting from the due time keeps the asked rate when frames arrive slightly early or late.
    const onTimeMs = Math.max(schedule.dueMs, now - watcher.intervalMs) + watcher.intervalMs;
    schedule.dueMs = Math.max(onTimeMs, now + SHORTEST_INTERVAL_MS);
    return watcher.sink.flush() ? now + RETRY_MS : now + STABLE_INTERVAL_MS;
  }

  #fullGraph(frame: NodeFrame): Uint8Array {
    if (this.#whole === undefined) this.counters.encodes++;
    return this.#whole ??= encodeFullGraph(frame, this.graph.edges);
  }

  #positions(dialect: GraphDialect, frame: NodeFrame): Uint8Array {
    const known = this.#encoded.get(dialect);
    if (known !== undefined) return known;
    const bytes = CODECS[dialect].encode(frame);
    this.counters.encodes++;
    this.#encoded.set(dialect, bytes);
    return bytes;
  }
}
