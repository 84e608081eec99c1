import { isLoopback } from "../origin.ts";
import { openDenoServer } from "./deno_server.ts";
import type { OpenFrameServer } from "./frame_socket.ts";
import { openNodeServer } from "./node_server.ts";

export type TransportName = "deno" | "ws";

export interface Transport {
  readonly name: TransportName;
  readonly open: OpenFrameServer;
  /** Why this one, for the log. */
  readonly reason: string;
}

const ENGINES: Readonly<Record<TransportName, OpenFrameServer>> = { deno: openDenoServer, ws: openNodeServer };

/** The socket engine for a server bound to `hostname`: `auto` is the runtime's own on loopback, the hardened one elsewhere. */
export function chooseTransport(choice: "auto" | TransportName, hostname: string): Transport {
  if (choice !== "auto") return { name: choice, open: ENGINES[choice], reason: "as asked" };
  return isLoopback(hostname)
    ? { name: "deno", open: openDenoServer, reason: `${hostname} is this machine only` }
    : { name: "ws", open: openNodeServer, reason: `${hostname} can be reached from outside` };
}
