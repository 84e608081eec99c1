import type { ProbeResult } from "./connection_state.ts";
import type { RestClient } from "./rest_client.ts";

/** Asks `/api/session` why a socket would not open. */
export async function probeSession(rest: Pick<RestClient, "session">): Promise<ProbeResult> {
  const answer = await rest.session();
  if (answer.ok) return { kind: "welcome" };
  const { status, message: reason, retryAfterS } = answer.error;
  if (status === 401) return { kind: "signedOut", reason };
  if (status === 403) return { kind: "refused", reason };
  return { kind: "unavailable", reason, retryAfterMs: retryAfterS === undefined ? undefined : retryAfterS * 1_000 };
}
