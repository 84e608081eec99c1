import { heldAfter, type Q1Ack, type Q1Held } from "../protocol/graph/q1.ts";
import { LIMITS } from "./limits.ts";

/**
 * The server's picture of one Q1 reader: which frames it holds once it has read what was sent, and how many more it takes
 * before it has shown some.
 */
export class Q1Reader {
  #held: Q1Held | undefined;
  /** Sequences sent and not acknowledged, oldest first; never more than the limit. */
  readonly #onTheWay: number[] = [];
  #credit = LIMITS.framesOnTheWay.value;

  get held(): Q1Held | undefined {
    return this.#held;
  }

  /** It asked to be sent nothing for now. */
  get isPaused(): boolean {
    return this.#credit === 0;
  }

  get canTake(): boolean {
    return this.#onTheWay.length < this.#credit;
  }

  sent(message: Uint8Array): void {
    this.#held = heldAfter(message);
    this.#onTheWay.push(this.#held.base);
  }

  /** Frames up to the named one were shown; one that was never sent, or was acknowledged before, frees nothing. */
  acknowledge({ sequence, credit, needsKeyframe }: Q1Ack): void {
    this.#onTheWay.splice(0, this.#onTheWay.indexOf(sequence) + 1);
    this.#credit = Math.min(credit, LIMITS.framesOnTheWay.value);
    if (needsKeyframe) this.#held = undefined;
  }
}
