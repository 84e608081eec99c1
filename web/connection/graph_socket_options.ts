import type { Clock } from "./clock.ts";
import type { ProbeResult } from "./connection_state.ts";
import type { ClientDialect } from "./dialect.ts";
import type { GraphEvents } from "./graph_events.ts";
import type { OpenSocket } from "./raw_socket.ts";

export interface GraphSocketOptions {
  readonly url: () => string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly probe: () => Promise<ProbeResult>;
  readonly isVisible: () => boolean;
  readonly on: Partial<GraphEvents>;
  /** What is offered, the preferred one first; the server chooses. Default V4 alone. */
  readonly dialects?: readonly ClientDialect[];
}
