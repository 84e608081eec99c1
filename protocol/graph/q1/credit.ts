/** The writing end: what one reader may be sent next. */
import type { Q1Ack } from "./ack.ts";
import type { Q1Encoder } from "./encoder.ts";
import { heldAfter, type Q1Held } from "./header.ts";

/** Of a reader that has not said anything yet. */
export const Q1_FIRST_CREDIT = 2;

export interface Q1CreditOptions {
  /** More credit than this counts as this. Default 255, the most that a reader can give. */
  readonly most?: number;
}

/**
 * What a writer knows of one reader: what it holds once it has read what was sent, and how many more frames it takes.
 *
 * Memory: the sequences of the frames on their way, `most` at most.
 */
export class Q1Credit {
  readonly #most: number;
  #held: Q1Held | undefined;
  #credit: number;
  /** Sequences of the frames that were sent after the newest one that is known to be shown. */
  #onTheirWay: number[] = [];

  constructor({ most = 255 }: Q1CreditOptions = {}) {
    this.#most = most;
    this.#credit = Math.min(Q1_FIRST_CREDIT, most);
  }

  /** Absent where a delta has nothing to start from. */
  get held(): Q1Held | undefined {
    return this.#held;
  }

  get onTheirWay(): number {
    return this.#onTheirWay.length;
  }

  get canTake(): boolean {
    return this.#onTheirWay.length < this.#credit;
  }

  /** It asked to be sent nothing for now. */
  get isPaused(): boolean {
    return this.#credit === 0;
  }

  /** Counts a message that was made for `held`. @throws {DecodeError} for bytes that are no Q1 frame. */
  sent(message: Uint8Array): void {
    this.#held = heldAfter(message);
    this.#onTheirWay.push(this.#held.base);
  }

  /**
   * Takes in what the reader says. One that asks for a keyframe has no use for what is on its way, which counts no more.
   * A sequence that was never sent, or was shown before, frees nothing.
   */
  acknowledge({ sequence, credit, needsKeyframe }: Q1Ack): void {
    this.#credit = Math.min(credit, this.#most);
    this.#onTheirWay.splice(0, this.#onTheirWay.indexOf(sequence) + 1);
    if (!needsKeyframe) return;
    this.#held = undefined;
    this.#onTheirWay = [];
  }

  /**
   * The message to the newest frame, counted as sent; absent when the reader has it, or has no credit left.
   * Shape: a view that the encoder's next message overwrites. @throws {TypeError} before the first `push`.
   */
  next(encoder: Q1Encoder): Uint8Array<ArrayBuffer> | undefined {
    if (!this.canTake || this.#isUpToDate(encoder)) return undefined;
    const bytes = encoder.encode(this.#held);
    this.sent(bytes);
    return bytes;
  }

  #isUpToDate({ sequence, generation }: Q1Encoder): boolean {
    return this.#held?.base === sequence && this.#held?.generation === generation;
  }
}
