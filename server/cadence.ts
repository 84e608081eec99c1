/** No two frames of one watcher leave closer than that: V2's document has batches at most every 16 ms. */
export const SHORTEST_GAP_MS = 16;
/** A frame that comes so much before its time is sent at once, and one that is not there yet is waited for as long. */
const LONGEST_SLACK_MS = 8;

/**
 * When the watchers of one rate are due, all at the same moments, so that they get the same frames.
 *
 * Ticks follow the frames that are published, within a slack, and keep the rate on average. What is sent is then as new as
 * can be, and a rate close to that of the frames does not beat against it.
 */
export class Cadence {
  readonly #slackMs: number;
  #dueMs: number;
  #tickedMs: number;

  constructor(readonly intervalMs: number, nowMs: number) {
    this.#slackMs = Math.max(0, Math.min(LONGEST_SLACK_MS, (intervalMs - SHORTEST_GAP_MS) / 2));
    this.#dueMs = nowMs + intervalMs;
    this.#tickedMs = nowMs;
  }

  /** Whether a frame that was published just now is to be sent. */
  isDueForFresh(nowMs: number): boolean {
    return nowMs >= this.#dueMs - this.#slackMs;
  }

  /** When to stop waiting for a fresher frame than there is. */
  get latestMs(): number {
    return this.#dueMs + this.#slackMs;
  }

  /** When the last frame went out. */
  get tickedMs(): number {
    return this.#tickedMs;
  }

  tick(nowMs: number): void {
    this.#tickedMs = nowMs;
    const onTimeMs = Math.max(this.#dueMs, nowMs - this.intervalMs) + this.intervalMs;
    this.#dueMs = Math.max(onTimeMs, nowMs + SHORTEST_GAP_MS + this.#slackMs);
  }
}
