/** The writing end: what one reader may be sent next. */
import type { Q1Ack } from "./ack.ts";
import type { Q1Encoder } from "./encoder.ts";
import { heldAfter, peekQ1, type Q1Held } from "./header.ts";

/** Of a reader that has not said anything yet. */
export const Q1_FIRST_CREDIT = 2;

/**
 * What a writer knows of one reader: what it holds, and how many more frames it may be sent.
 *
 * Memory: the sequences of the frames on their way, 255 at most.
 */
export class Q1Credit {
  #held: Q1Held | undefined;
  #credit = Q1_FIRST_CREDIT;
  /** Sequences of the frames that were sent after the newest one that is known to be shown. */
  #onTheirWay: number[] = [];

  get onTheirWay(): number {
    return this.#onTheirWay.length;
  }

  /**
   * Takes in what the reader says. One that asks for a keyframe has no use for what is on its way, which counts no more.
   * A sequence that was never sent, or was shown before, frees nothing.
   */
  acknowledge({ sequence, credit, needsKeyframe }: Q1Ack): void {
    this.#credit = credit;
    this.#onTheirWay = this.#onTheirWay.slice(this.#onTheirWay.indexOf(sequence) + 1);
    if (!needsKeyframe) return;
    this.#held = undefined;
    this.#onTheirWay = [];
  }

  /**
   * The message to the newest frame, counted as sent; absent when the reader has it, or has no credit left.
   * Shape: a view that the encoder's next message overwrites. @throws {TypeError} before the first `push`.
   */
  next(encoder: Q1Encoder): Uint8Array<ArrayBuffer> | undefined {
    if (this.#onTheirWay.length >= this.#credit || this.#isUpToDate(encoder)) return undefined;
    const bytes = encoder.encode(this.#held);
    this.#held = heldAfter(bytes);
    this.#onTheirWay.push(peekQ1(bytes).sequence);
    return bytes;
  }

  #isUpToDate({ sequence, generation }: Q1Encoder): boolean {
    return this.#held?.base === sequence && this.#held?.generation === generation;
  }
}
