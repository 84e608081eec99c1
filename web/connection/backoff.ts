/** Reconnect delays: full jitter over an exponential ceiling, so that a restarted server is not met by everybody at once. */
export const BACKOFF = { baseMs: 500, capMs: 8_000, afterServerErrorMs: 2_000 } as const;

export interface BackoffOptions {
  readonly random: () => number;
  /** What the server asked for, or a penalty; the delay is never shorter. */
  readonly floorMs?: number;
}

/** The delay before try number `attempt`, counted from 0. Units: ms. */
export function backoffDelayMs(attempt: number, options: BackoffOptions): number {
  const ceiling = Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** attempt);
  return Math.max(options.floorMs ?? 0, options.random() * ceiling);
}
