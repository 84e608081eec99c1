import { LIMITS } from "./limits.ts";

/**
 * When somebody who is sent away may come back: anywhere within the window, so that the next server is not met by all at
 * once. `random`: from 0 up to 1. Units: seconds, to the millisecond.
 */
export function comeBackAfterS(random: () => number): number {
  const { returnAfterMs: earliest, returnWithinMs: latest } = LIMITS;
  return Math.round(earliest.value + (latest.value - earliest.value) * random()) / 1000;
}

/** Why a socket of a server that stops is closed. */
export function stoppingReason(retryAfterS: number): string {
  return `The server is stopping; retry_after=${retryAfterS.toFixed(3)}.`;
}
