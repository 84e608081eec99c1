/** Reconnect delays: full jitter over an exponential ceiling, so that a restarted server is not met by everybody at once. */
export const BACKOFF = { baseMs: 500, capMs: 8_000, afterServerErrorMs: 2_000, floorCapMs: 3_600_000 } as const;

export interface BackoffOptions {
  readonly random: () => number;
  /** What the server asked for, or a penalty; the delay is never shorter, up to an hour. */
  readonly floorMs?: number;
}

/** The delay before try number `attempt`, counted from 0. Units: ms. */
export function backoffDelayMs(attempt: number, options: BackoffOptions): number {
  const ceiling = Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** attempt);
  return Math.max(Math.min(options.floorMs ?? 0, BACKOFF.floorCapMs), options.random() * ceiling);
}

/** The wait that a sentence from the server asks for: `retry_after=2.5` anywhere in a close reason. Units: ms. */
export function retryAfterInReason(reason: string): number | undefined {
  const seconds = /\bretry_after=(\d+(?:\.\d+)?)/.exec(reason)?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1_000);
}
