/** Frames per second that one watcher is offered: what it asked for while it keeps up, less while it does not. */

/** Rates to fall back to, in Hz. A watcher that asked for less starts further down. */
const RUNGS = [60, 30, 20, 10, 5];
/** Frames that were due are judged together: those of so long, and so many at least. A shorter stall is not a slow client. */
const JUDGED_MS = 600, LEAST_JUDGED = 6;
/** Of the frames judged together, so many may be late of a client that keeps up. */
const KEEPS_UP = 1 / 12;
/** Kept up for so long: one rung up. Doubled each time a climb did not hold, up to a limit. */
const CLIMB_MS = 2000, LONGEST_CLIMB_MS = 32_000;

export class RateLadder {
  readonly #rates: readonly number[];
  #rung = 0;
  #seen = 0;
  #missed = 0;
  #keepsUpSinceMs: number;
  #climbMs = CLIMB_MS;
  #climbedAtMs = -Infinity;

  constructor(askedHz: number, nowMs: number) {
    // Not by spreading, which leaves room for more.
    this.#rates = [askedHz].concat(RUNGS.filter((rate) => rate < askedHz));
    this.#keepsUpSinceMs = nowMs;
  }

  get rateHz(): number {
    return this.#rates[this.#rung];
  }

  /** Less than was asked for. */
  get isLowered(): boolean {
    return this.#rung > 0;
  }

  get #judged(): number {
    return Math.max(LEAST_JUDGED, Math.round(this.rateHz * JUDGED_MS / 1000));
  }

  /** So many missed, and the next rung down brings no fewer frames than are taken of this one, and brings them evenly. */
  get #tolerated(): number {
    const next = this.#rates[this.#rung + 1] ?? this.rateHz / 2;
    return this.#judged * (1 - next / this.rateHz);
  }

  /** A frame was due and the watcher could take it, or could not. True when the rate has changed. */
  due(outcome: "taken" | "missed", nowMs: number): boolean {
    this.#seen++;
    if (outcome === "missed") this.#missed++;
    if (this.#missed > this.#tolerated) return this.#stepDown(nowMs);
    if (this.#missed > KEEPS_UP * this.#judged) this.#keepsUpSinceMs = nowMs;
    if (this.#seen >= this.#judged) this.#seen = this.#missed = 0;
    if (this.#rung === 0 || nowMs - this.#keepsUpSinceMs < this.#climbMs) return false;
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
    this.#keepsUpSinceMs = nowMs;
  }
}
