/** A graph by its link, with the time, the randomness and the network of the page or process it runs in. */
import { systemClock } from "./clock.ts";
import type { ClientDialect } from "./dialect.ts";
import type { GraphEvents } from "./graph_events.ts";
import { GraphSocket } from "./graph_socket.ts";
import { linkedServer } from "./link.ts";
import { probeSession } from "./probe.ts";
import { openBrowserSocket } from "./raw_socket.ts";
import type { RestClient } from "./rest_client.ts";

export interface SocketAddress {
  readonly token: string;
  /** Frames per second asked for; the server's own choice where absent. */
  readonly rateHz?: number;
}

/** The graph socket of the server that serves `page`. */
export function graphSocketUrl(page: string, { token, rateHz }: SocketAddress): string {
  const url = new URL("/ws", page.replace(/^http/, "ws"));
  url.searchParams.set("token", token);
  if (rateHz !== undefined) url.searchParams.set("rate", String(rateHz));
  return url.href;
}

export interface OpenOptions {
  readonly rateHz?: number;
  /** What is offered, the preferred one first. Default V4 alone. */
  readonly dialects?: readonly ClientDialect[];
}

export interface OpenGraph {
  readonly socket: GraphSocket;
  readonly rest: RestClient;
}

/**
 * Connects to the server that printed `link` (`http://HOST:PORT/#token=…`), and keeps the connection.
 * @throws {TypeError} for a link that is no URL or carries no token.
 */
export function openGraph(link: string, on: Partial<GraphEvents>, { rateHz, dialects }: OpenOptions = {}): OpenGraph {
  const { origin, token, rest } = linkedServer(link);
  const socket = new GraphSocket({
    url: () => graphSocketUrl(origin, { token, rateHz }),
    openSocket: openBrowserSocket,
    clock: systemClock,
    random: Math.random,
    probe: () => probeSession(rest),
    isVisible: () => true,
    on,
    dialects,
  });
  socket.connect();
  return { socket, rest };
}
