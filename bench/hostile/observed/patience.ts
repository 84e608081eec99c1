import { LIMITS } from "../../../server/limits.ts";

/** Says how much of its time limits a server under observation has. */
export const PATIENCE = "HOSTILE_PATIENCE";

/** Before anybody has read them. */
export function shortenLimits(): void {
  const share = Number(Deno.env.get(PATIENCE) ?? 1);
  for (const limit of [LIMITS.headerMs, LIMITS.requestMs, LIMITS.noProgressMs]) {
    Object.assign(limit, { value: share * limit.value });
  }
}
