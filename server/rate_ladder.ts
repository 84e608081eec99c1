/** Frames per second that one watcher is offered: what it asked for while it keeps up, less while it does not. */

/** Rates to fall back to, in Hz. A watcher that asked for less starts further down. */
const RUNGS = [60, 30, 20, 10, 5];
/** Moments at which a frame was due that are judged together. */
const JUDGED = 12;
/** On time for so long: one rung up. Doubled each time a climb did not hold, up to a limit. */
const CLIMB_MS = 2000, LONGEST_CLIMB_MS = 32_000;

export class RateLadder {
  readonly #rates: readonly number[];
  #rung = 0;
  #seen = 0;
  #missed = 0;
  #cleanSinceMs: number;
  #climbMs = CLIMB_MS;
  #climbedAtMs = -Infinity;

  constructor(askedHz: number, nowMs: number) {
    this.#rates = [askedHz, ...RUNGS.filter((rate) => rate < askedHz)];
    this.#cleanSinceMs = nowMs;
  }

  get rateHz(): number {
    return this.#rates[this.#rung];
  }

  /** Less than was asked for. */
  get isLowered(): boolean {
    return this.#rung > 0;
  }

  /** So many missed, and the next rung down brings no fewer frames than are taken of this one, and brings them evenly. */
  get #tolerated(): number {
    const next = this.#rates[this.#rung + 1] ?? this.rateHz / 2;
    return JUDGED * (1 - next / this.rateHz);
  }

  /** A frame was due and the watcher could take it, or could not. True when the rate has changed. */
  due(outcome: "taken" | "missed", nowMs: number): boolean {
    this.#seen++;
    if (outcome === "missed") {
      this.#missed++;
      this.#cleanSinceMs = nowMs;
    }
    if (this.#missed > this.#tolerated) return this.#stepDown(nowMs);
    if (this.#seen >= JUDGED) this.#seen = this.#missed = 0;
    if (this.#rung === 0 || nowMs - this.#cleanSinceMs < this.#climbMs) return false;
    this.#rung--;
    this.#climbedAtMs = nowMs;
    this.#startAnew(nowMs);
    return true;
  }

  #stepDown(nowMs: number): boolean {
    const climbFailed = nowMs - this.#climbedAtMs < this.#climbMs;
    this.#climbMs = climbFailed ? Math.min(2 * this.#climbMs, LONGEST_CLIMB_MS) : CLIMB_MS;
    this.#climbedAtMs = -Infinity;
    this.#startAnew(nowMs);
    if (this.#rung === this.#rates.length - 1) return false;
    this.#rung++;
    return true;
  }

  #startAnew(nowMs: number): void {
    this.#seen = this.#missed = 0;
    this.#cleanSinceMs = nowMs;
  }
}
