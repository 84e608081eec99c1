import { openDenoServer } from "./deno_server.ts";
import type { OpenFrameServer } from "./frame_socket.ts";
import { workerServer } from "./io/worker_server.ts";
import { openNodeServer } from "./node_server.ts";

export type TransportName = "deno" | "ws";

export interface Transport {
  readonly name: TransportName;
  readonly open: OpenFrameServer;
}

const ENGINES: Readonly<Record<TransportName, OpenFrameServer>> = { deno: openDenoServer, ws: openNodeServer };

/**
 * The socket engine; `auto` is the hardened one, which is the faster one too. With `ioWorkers` so many isolates carry
 * the sockets, all by that engine.
 */
export function chooseTransport(choice: "auto" | TransportName, ioWorkers = 0): Transport {
  const name = choice === "auto" ? "ws" : choice;
  return { name, open: ioWorkers === 0 ? ENGINES[name] : workerServer(name, ioWorkers) };
}
