import { Buffer } from "node:buffer";
import { LIMITS } from "./limits.ts";
import type { FrameSocket } from "./transport/frame_socket.ts";

export interface OutboxOptions {
  readonly now: () => number;
  readonly maxEventBytes?: number;
  readonly maxEvents?: number;
  readonly eventWindowBytes?: number;
  readonly noProgressMs?: number;
}

/** Units: messages, except `bytes` (payload handed to the socket). */
export interface OutboxCounters {
  sentFrames: number;
  /** Frames replaced by a newer one before they could leave. */
  droppedFrames: number;
  sentEvents: number;
  bytes: number;
  /** 1 after the event queue overflowed. */
  slowConsumer: number;
  /** 1 after the client took nothing for `noProgressMs`. */
  stalled: number;
}

/**
 * What waits for one client, in two lanes: **state**, newest-wins slots, one for frames and one for each channel of words,
 * and **events**, an ordered bounded queue that goes first. State may be replaced unsent; events may not, so a client too
 * slow for its events is closed.
 *
 * Progress is seen in whole messages, since that is how `bufferedBytes` falls: the longest frame must leave within
 * `noProgressMs`.
 */
export class Outbox {
  readonly counters: OutboxCounters = {
    sentFrames: 0,
    droppedFrames: 0,
    sentEvents: 0,
    bytes: 0,
    slowConsumer: 0,
    stalled: 0,
  };
  readonly #socket: FrameSocket;
  readonly #options: Required<OutboxOptions>;
  #frame: Uint8Array | undefined;
  #events: (Uint8Array | string)[] = [];
  readonly #states = new Map<string, string>();
  #eventBytes = 0;
  #isClosed = false;
  #bytesTaken = 0;
  #progressAtMs: number;

  constructor(socket: FrameSocket, options: OutboxOptions) {
    this.#socket = socket;
    this.#options = {
      maxEventBytes: LIMITS.queuedEventBytes.value,
      maxEvents: LIMITS.queuedEvents.value,
      eventWindowBytes: LIMITS.eventWindowBytes.value,
      noProgressMs: LIMITS.noProgressMs.value,
      ...options,
    };
    this.#progressAtMs = options.now();
  }

  /** State: sends now if nothing is on its way, else keeps it in place of an unsent one. */
  offerFrame(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#dropFrame();
    this.#frame = bytes;
    this.#sendWhatFits();
  }

  /** State a client cannot do without (a whole graph): sends now, whatever waits. Replaces an unsent frame. */
  sendWhole(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#dropFrame();
    this.#send(bytes, bytes.byteLength);
    this.counters.sentFrames++;
  }

  get isIdle(): boolean {
    return this.#events.length === 0 && this.#states.size === 0 && this.#socket.bufferedBytes === 0;
  }

  /** State told in words: the newest of each `channel` goes out after the events; an unsent older one is replaced. */
  offerState(channel: string, data: string): void {
    if (this.#isClosed) return;
    this.#states.set(channel, data);
    this.#sendWhatFits();
  }

  /** Event: in order, never dropped; closes the socket with 1008 when too many wait. */
  sendEvent(data: Uint8Array | string): void {
    if (this.#isClosed) return;
    const { maxEvents, maxEventBytes } = this.#options;
    this.#events.push(data);
    this.#eventBytes += byteLength(data);
    this.#sendWhatFits();
    if (this.#events.length > maxEvents || this.#eventBytes > maxEventBytes) {
      this.counters.slowConsumer++;
      this.#discard();
      this.#socket.close(1008, "Slow consumer: too many events are waiting.");
    }
  }

  /** Sends what became sendable and watches for progress; call it at least once a second. True while something waits. */
  flush(): boolean {
    if (this.#isClosed) return false;
    this.#sendWhatFits();
    const buffered = this.#socket.bufferedBytes;
    const taken = this.counters.bytes - buffered, now = this.#options.now();
    if (buffered === 0 || taken > this.#bytesTaken) this.#progressAtMs = now;
    this.#bytesTaken = taken;
    if (now - this.#progressAtMs >= this.#options.noProgressMs) {
      this.counters.stalled++;
      this.#discard();
      this.#socket.terminate();
      return false;
    }
    return this.#frame !== undefined || this.#events.length > 0 || this.#states.size > 0;
  }

  #sendWhatFits(): void {
    let sent = 0;
    while (sent < this.#events.length && this.#socket.bufferedBytes <= this.#options.eventWindowBytes) {
      const event = this.#events[sent++], length = byteLength(event);
      this.#eventBytes -= length;
      this.#send(event, length);
    }
    this.counters.sentEvents += sent;
    if (sent > 0) this.#events.splice(0, sent);
    for (const [channel, data] of this.#states) {
      if (this.#events.length > 0 || this.#socket.bufferedBytes > this.#options.eventWindowBytes) break;
      this.#states.delete(channel);
      this.#send(data, byteLength(data));
      this.counters.sentEvents++;
    }
    if (
      this.#frame === undefined || this.#events.length > 0 || this.#states.size > 0 || this.#socket.bufferedBytes > 0
    ) return;
    this.#send(this.#frame, this.#frame.byteLength);
    this.counters.sentFrames++;
    this.#frame = undefined;
  }

  #send(data: Uint8Array | string, length: number): void {
    if (this.#socket.bufferedBytes === 0) this.#progressAtMs = this.#options.now();
    this.#socket.send(data);
    this.counters.bytes += length;
  }

  #dropFrame(): void {
    if (this.#frame !== undefined) this.counters.droppedFrames++;
    this.#frame = undefined;
  }

  #discard(): void {
    this.#isClosed = true;
    this.#dropFrame();
    this.#events = [];
    this.#states.clear();
    this.#eventBytes = 0;
  }
}

function byteLength(data: Uint8Array | string): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
}
