import type { Clock } from "./clock.ts";

/**
 * Lets only so many in at a turn of the loop, in the order in which they came: what is there besides (frames, answers on
 * sockets) gets its turn between them, however many come at once.
 */
export class Pace {
  readonly #waiting: (() => void)[] = [];
  #entered = 0;
  #isTurning = false;

  constructor(private readonly clock: Pick<Clock, "after">, private readonly perTurn: number) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when it is one's turn; absent where that is now. */
  enter(): Promise<void> | undefined {
    this.#turnLater();
    if (this.#entered < this.perTurn) {
      this.#entered++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #turnLater(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.clock.after(0, () => this.#turn());
  }

  #turn(): void {
    this.#isTurning = false;
    const next = this.#waiting.splice(0, this.perTurn);
    this.#entered = next.length;
    if (next.length > 0) this.#turnLater();
    for (const enter of next) enter();
  }
}
