export interface VoiceQueueOptions {
  /** Packets. */
  readonly most: number;
  /** How long one may wait. */
  readonly mostMs: number;
}

interface Waiting {
  readonly packet: Uint8Array;
  readonly sinceMs: number;
}

/** Packets of voice that wait for one listener: the newest win, since nobody wants to hear late what is over. */
export class VoiceQueue {
  readonly #waiting: Waiting[] = [];

  constructor(private readonly options: VoiceQueueOptions) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Returns how many were dropped for it. */
  add(packet: Uint8Array, nowMs: number): number {
    this.#waiting.push({ packet, sinceMs: nowMs });
    return this.#waiting.splice(0, this.#waiting.length - this.options.most).length;
  }

  /** Drops what has waited too long, and returns how many. */
  expire(nowMs: number): number {
    const fresh = this.#waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < this.options.mostMs);
    return this.#waiting.splice(0, fresh < 0 ? this.#waiting.length : fresh).length;
  }

  /** The oldest, to be sent; absent where none waits. */
  take(): Uint8Array | undefined {
    return this.#waiting.shift()?.packet;
  }
}
