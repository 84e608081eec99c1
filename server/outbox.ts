import { Buffer } from "node:buffer";
import { LIMITS } from "./limits.ts";
import type { Meter } from "./meter.ts";
import type { FrameSocket } from "./transport/frame_socket.ts";
import { VoiceQueue } from "./voice/voice_queue.ts";

export interface OutboxOptions {
  readonly now: () => number;
  readonly meter: Meter;
  readonly maxEventBytes?: number;
  readonly maxEvents?: number;
  readonly eventWindowBytes?: number;
  readonly noProgressMs?: number;
}

/** In place of a socket that is gone, so that it is not kept. */
const GONE: FrameSocket = { send() {}, bufferedBytes: 0, ping() {}, pongs: "peer", close() {}, terminate() {} };

const VOICE_QUEUE = { most: LIMITS.queuedVoice.value, mostMs: LIMITS.queuedVoiceMs.value };

/**
 * What waits for one client: **voice**, of which the newest packets win and which goes first; **events**, an ordered bounded
 * queue; and **state** in words, a newest-wins slot for each channel. State may be replaced and voice dropped unsent; events
 * may not, so a client too slow for its events is closed. Frames do not wait here: whoever has the newest one sends it when
 * the box is clear, so voice is behind one frame at most.
 *
 * Progress is seen in whole messages, since that is how `bufferedBytes` falls: the longest frame must leave within
 * `noProgressMs`.
 */
export class Outbox {
  #socket: FrameSocket;
  readonly #options: Required<OutboxOptions>;
  #events: (Uint8Array | string)[] = [];
  /** Made for the first, like the queue of voice: most clients are told nothing but frames. */
  #states: Map<string, string> | undefined;
  #voice: VoiceQueue | undefined;
  #eventBytes = 0;
  #isClosed = false;
  #isOverfull = false;
  /** Handed to the socket, and taken from it by the peer. */
  #bytesHanded = 0;
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

  get #isWaiting(): boolean {
    return this.#events.length > 0 || (this.#states?.size ?? 0) > 0 || this.#voice?.isEmpty === false;
  }

  /** Nothing is on its way or waits, so that a frame sent now would not be late. */
  get isClear(): boolean {
    return !this.#isClosed && !this.#isWaiting && this.#socket.bufferedBytes === 0;
  }

  /** Too many events waited: the client was too slow for them. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  /** The socket is gone: what waits is forgotten, and nothing is taken until there is another one. */
  detach(): void {
    this.#discard();
    this.#socket = GONE;
  }

  attach(socket: FrameSocket): void {
    this.#socket = socket;
    this.#isClosed = false;
    this.#bytesHanded = this.#bytesTaken = 0;
    this.#progressAtMs = this.#options.now();
  }

  /** Sends now, whatever waits. */
  sendFrame(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#send(bytes, bytes.byteLength);
    this.#options.meter.sentFrames++;
  }

  /** A packet of voice, before all else that waits; for a slow client the oldest are dropped. True while some wait. */
  offerVoice(packet: Uint8Array): boolean {
    if (this.#isClosed) return false;
    const voice = this.#voice ??= new VoiceQueue(VOICE_QUEUE);
    this.#options.meter.droppedVoice += voice.add(packet, this.#options.now());
    this.#sendWhatFits();
    return !voice.isEmpty;
  }

  /** State told in words: the newest of each `channel` goes out after the events; an unsent older one is replaced. */
  offerState(channel: string, data: string): void {
    if (this.#isClosed) return;
    (this.#states ??= new Map()).set(channel, data);
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
      this.#options.meter.endedBy("slow");
      this.#isOverfull = true;
      this.#discard();
      this.#socket.close(1008, "Slow consumer: too many events are waiting.");
    }
  }

  /** Sends what became sendable and watches for progress; call it at least once a second. True while something waits. */
  flush(): boolean {
    if (this.#isClosed) return false;
    if (this.#isWaiting) this.#sendWhatFits();
    const buffered = this.#socket.bufferedBytes;
    const taken = this.#bytesHanded - buffered, now = this.#options.now();
    if (buffered === 0 || taken > this.#bytesTaken) this.#progressAtMs = now;
    this.#bytesTaken = taken;
    if (now - this.#progressAtMs >= this.#options.noProgressMs) {
      this.#options.meter.endedBy("stalled");
      this.#discard();
      this.#socket.terminate();
      return false;
    }
    return this.#isWaiting;
  }

  #sendVoice(voice: VoiceQueue): void {
    const { meter, now, eventWindowBytes } = this.#options;
    meter.droppedVoice += voice.expire(now());
    while (this.#socket.bufferedBytes <= eventWindowBytes) {
      const packet = voice.take();
      if (packet === undefined) break;
      this.#send(packet, packet.byteLength);
      meter.sentVoice++;
    }
  }

  #sendWhatFits(): void {
    if (this.#voice !== undefined) this.#sendVoice(this.#voice);
    let sent = 0;
    while (sent < this.#events.length && this.#socket.bufferedBytes <= this.#options.eventWindowBytes) {
      const event = this.#events[sent++], length = byteLength(event);
      this.#eventBytes -= length;
      this.#send(event, length);
    }
    this.#options.meter.sentEvents += sent;
    if (sent > 0) this.#events.splice(0, sent);
    for (const [channel, data] of this.#states ?? []) {
      if (this.#events.length > 0 || this.#socket.bufferedBytes > this.#options.eventWindowBytes) break;
      this.#states?.delete(channel);
      this.#send(data, byteLength(data));
      this.#options.meter.sentEvents++;
    }
  }

  #send(data: Uint8Array | string, length: number): void {
    if (this.#socket.bufferedBytes === 0) this.#progressAtMs = this.#options.now();
    this.#socket.send(data);
    this.#bytesHanded += length;
    this.#options.meter.sentBytes += length;
  }

  #discard(): void {
    this.#isClosed = true;
    this.#events = [];
    this.#states = undefined;
    this.#voice = undefined;
    this.#eventBytes = 0;
  }
}

function byteLength(data: Uint8Array | string): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
}
