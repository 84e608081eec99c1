import type { Cannot } from "./socket_suite.ts";

/** What each engine cannot do on Deno 2.9.6. Everything else, both can. */
export const CANNOT: Readonly<Record<"deno" | "ws" | "ws in workers", Cannot>> = {
  deno: {
    "messages: a peer that goes on sending still reads why it is closed":
      "the runtime drops a closing connection at the next message, before the close frame has left",
    "ping: reaches the peer, and only its pong counts":
      "the runtime pings by itself every heartbeat and closes a silent peer; it shows neither ping nor pong",
    "hostile: a header that never ends": "the runtime sets no time for headers",
    "hostile: a body that never ends": "the runtime sets no time for bodies",
    "hostile: a response that nobody reads is given up": "the runtime waits for its reader without end",
    "hostile: a broken frame is answered with its close code": "the runtime drops the connection without a close frame",
    "hostile: an unmasked frame is refused": "the runtime accepts unmasked frames",
    "hostile: a 100 MB message is refused with 1009 at its header":
      "the runtime drops frames above 64 MiB without a close frame, and takes shorter ones whole before their length is checked",
    "hostile: unfinished fragments are refused once they pass the limit":
      "the runtime has no limit on unfinished messages",
    "hostile: 20,000 empty fragments are refused": "the runtime has no limit on fragments",
    "hostile: more pings than a socket may send close it": "the runtime answers pings by itself and shows none",
    "hostile: of a peer that is being closed and goes on, only so much is read":
      "the runtime drops a closing connection at the next message, before the close frame has left",
    "slow: terminating a peer that does not read frees connection and buffer":
      "the runtime has no way to drop a connection; the session ends, the buffer stays until the peer reads or goes",
  },
  ws: {},
  "ws in workers": {
    "hostile: more messages than a socket may send close it, and it is told when to come back":
      "a worker counts by its own clock, which this test cannot stop; serve_io_workers_test.ts floods it by the real one",
    "hostile: more pings than a socket may send close it":
      "a worker counts by its own clock, which this test cannot stop",
  },
};
