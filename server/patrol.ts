import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { GraphEndpoint } from "./endpoints/graph.ts";
import type { Hub } from "./hub.ts";
import { every } from "./every.ts";
import { LIMITS } from "./limits.ts";
import { recheck } from "./recheck.ts";
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
/** How often a few connections are looked after: to look after tens of thousands at once would keep everybody waiting. */
const TURN_MS = 100;

/**
 * Looks after open connections: once a second the numbers of a moving layout are told; every heartbeat each peer is
 * pinged and its token checked again, so that an expired token or a removed account does not go on watching.
 * Returns how to stop.
 */
export function keepWatch({ hub, endpoint, loop, auth, clock, onFault }: PatrolOptions): () => void {
  const tellStatus = () => {
    if (loop.state.kind === "moving" || loop.state.kind === "preparing") endpoint.tell("state");
  };
  const turns = LIMITS.heartbeatMs.value / TURN_MS;
  let turn = 0;
  const lookAfter = () => {
    turn = (turn + 1) % turns;
    for (const session of hub.members()) {
      if (session.options.participant % turns !== turn) continue;
      session.line.beat();
      recheck(session, auth).then((seen) => seen === "other role" && endpoint.tell("participants")).catch(onFault);
    }
  };
  const stops = [every(STATUS_INTERVAL_MS, tellStatus, clock), every(TURN_MS, lookAfter, clock)];
  return () => stops.forEach((stop) => stop());
}
