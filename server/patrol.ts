import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { GraphEndpoint } from "./endpoints/graph.ts";
import type { Hub } from "./hub.ts";
import { LIMITS } from "./limits.ts";
import type { GraphSession } from "./session.ts";
import type { SimulationLoop } from "./simulation_loop.ts";

export interface PatrolOptions {
  readonly hub: Hub<GraphSession>;
  readonly endpoint: Pick<GraphEndpoint, "tell">;
  readonly loop: Pick<SimulationLoop, "state">;
  readonly auth: Pick<Auth, "verify">;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

const STATUS_INTERVAL_MS = 1000;

/**
 * Looks after open connections: once a second the numbers of a moving layout are told; every heartbeat peers are pinged
 * and their tokens checked again, so that an expired token or a removed account does not go on watching.
 * Returns how to stop.
 */
export function keepWatch({ hub, endpoint, loop, auth, clock, onFault }: PatrolOptions): () => void {
  const tellStatus = () => {
    if (loop.state.kind === "moving" || loop.state.kind === "preparing") endpoint.tell("state");
  };
  const lookAfter = () => {
    for (const session of hub.members()) {
      session.heartbeat();
      recheck(session, auth).then((seen) => seen === "other role" && endpoint.tell("participants")).catch(onFault);
    }
  };
  const stops = [every(STATUS_INTERVAL_MS, tellStatus, clock), every(LIMITS.heartbeatMs.value, lookAfter, clock)];
  return () => stops.forEach((stop) => stop());
}

async function recheck(
  session: GraphSession,
  auth: Pick<Auth, "verify">,
): Promise<"other role" | "ended" | "as before"> {
  const outcome = await auth.verify(session.options.token);
  if (!outcome.ok) {
    session.options.meter.endedBy("expired");
    session.close(1008, outcome.message);
    return "ended";
  }
  const { role } = outcome.identity;
  if (session.role === role) return "as before";
  session.role = role;
  return "other role";
}

function every(intervalMs: number, work: () => void, clock: Clock): () => void {
  let cancel = clock.after(intervalMs, tick);
  function tick() {
    cancel = clock.after(intervalMs, tick);
    work();
  }
  return () => cancel();
}
