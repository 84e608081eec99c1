import { openDenoServer } from "./deno_server.ts";
import type { OpenFrameServer } from "./frame_socket.ts";
import { openNodeServer } from "./node_server.ts";

export type TransportName = "deno" | "ws";

export interface Transport {
  readonly name: TransportName;
  readonly open: OpenFrameServer;
}

const ENGINES: Readonly<Record<TransportName, OpenFrameServer>> = { deno: openDenoServer, ws: openNodeServer };

/** The socket engine; `auto` is the hardened one, which is the faster one too. */
export function chooseTransport(choice: "auto" | TransportName): Transport {
  const name = choice === "auto" ? "ws" : choice;
  return { name, open: ENGINES[name] };
}
