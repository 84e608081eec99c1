import type { ServedDialect } from "./frame_encoders.ts";

/**
 * No two frames of one watcher leave closer than that. V2's document has batches at most every 16 ms; a reader of Q1 is
 * kept from too much by its credit, and gets 60 frames a second also where they are not published evenly.
 */
export const SHORTEST_GAP_MS: Record<ServedDialect, number> = { v2: 16, v4: 16, sssp: 16, q1: 8 };
/** A frame that comes so much before its time is sent at once, and one that is not there yet is waited for as long. */
const LONGEST_SLACK_MS = 8;

/**
 * When the watchers of one rate are due, all at the same moments, so that they get the same frames.
 *
 * Ticks follow the frames that are published, within a slack, and keep the rate on average. What is sent is then as new as
 * can be, and a rate close to that of the frames does not beat against it.
 */
export class Cadence {
  readonly #gapMs: number;
  readonly #slackMs: number;
  #dueMs: number;
  #tickedMs: number;

  constructor(readonly intervalMs: number, dialect: ServedDialect, nowMs: number) {
    this.#gapMs = SHORTEST_GAP_MS[dialect];
    this.#slackMs = Math.max(0, Math.min(LONGEST_SLACK_MS, (intervalMs - this.#gapMs) / 2));
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
    this.#dueMs = Math.max(onTimeMs, nowMs + this.#gapMs + this.#slackMs);
  }
}
