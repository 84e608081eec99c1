/** Attacks that keep to WebSocket and HTTP, and are hostile in what they say, or in how often. */
import { compress } from "../../protocol/compression.ts";
import { encodeAck } from "../../protocol/graph/q1.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { encodeHeartbeat, V4_FLAG, V4_TYPE, V4_VERSION } from "../../protocol/graph/v4.ts";
import { createFrame } from "../../protocol/frame.ts";
import { ascii, BINARY, concat, frameBytes, PING, PONG, TEXT } from "../../tests/server/transport/raw_client.ts";
import { type Attack, endOf, flood, tally, type Target, upgraded } from "./attack.ts";

const FLOOD_MS = 4000;
const DROPS = "it drops a closing connection at the peer's next message, before the close frame has left";

const HIDES = "it answers pings by itself and shows neither them nor pongs";

/** Every socket that there is. */
const SOCKETS = [
  ...["/ws", "/ws/positions"].flatMap((path) =>
    ["v2", "v4", "q1", "sssp"].map((dialect) => ({ path, query: `&protocol=${dialect}` }))
  ),
  { path: "/ws/voice", query: "" },
];

/** The same message ten times, which is as often as a socket may be refused. */
async function tenTimes(target: Target, query: string, message: Uint8Array): Promise<string> {
  const client = await upgraded(target, query);
  await client.pour(frameBytes(BINARY, message), 10);
  return await endOf(client, { withinMs: 3000 });
}

/** 64 KiB or so of the same frame. */
function manyOf(frame: Uint8Array): Uint8Array {
  return concat(...Array.from({ length: Math.ceil(65_536 / frame.byteLength) }, () => frame));
}

interface FloodOptions {
  readonly sockets?: typeof SOCKETS;
  readonly forMs?: number;
}

async function floodAll(target: Target, frame: Uint8Array, options: FloodOptions = {}): Promise<string> {
  const { sockets = SOCKETS, forMs = FLOOD_MS } = options, many = manyOf(frame);
  const ends = sockets.map(async ({ path, query }) =>
    await flood(await upgraded(target, query, path), many, { forMs })
  );
  return tally(await Promise.all(ends));
}

async function statuses(requests: number, ask: () => Promise<Response>): Promise<string> {
  const answers = await Promise.all(Array.from({ length: requests }, async () => {
    const response = await ask();
    await response.body?.cancel();
    return `answered ${response.status}`;
  }));
  return tally(answers);
}

const text = (data: string) => frameBytes(TEXT, ascii(data));
const binary = (data: Uint8Array) => frameBytes(BINARY, data);

const header = (type: number, flags = 0) => Uint8Array.of(V4_VERSION, type, flags, 0);
const CLAIM = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
const REFUSED = { ws: /^closed with 1008$/, deno: /^(closed with 1008|connection dropped)$/ } as const;

/** Where searches come no faster than they are answered, not one is refused. */
const SEARCHED = /^(answered 200|\d+ × answered 200, \d+ × answered 429)$/;

const refusals: readonly Attack[] = [
  ...[
    {
      name: "V4: a FullGraph that says it has 2³² − 1 nodes",
      query: "&protocol=v4",
      message: header(V4_TYPE.fullGraph),
    },
    { name: "V4: positions of 2³² − 1 nodes", query: "&protocol=v4", message: header(V4_TYPE.positionUpdate) },
    { name: "V2: records that are cut short", query: "&protocol=v2", message: new Uint8Array(35) },
  ].map(({ name, query, message }): Attack => ({
    name: `${name}, ten times`,
    documented: "refused; closed with 1008 at the tenth in a minute",
    expected: REFUSED,
    run: (target) => tenTimes(target, query, message.byteLength === 4 ? concat(message, CLAIM) : message),
  })),
  {
    name: "V4: a filter of 64 MiB, deflated to 64 KiB, ten times",
    documented: "refused without inflating more than its bound; closed with 1008 at the tenth in a minute",
    expected: REFUSED,
    async run(target) {
      const bomb = await compress(new Uint8Array(64 << 20).fill(0x20), "deflate-raw");
      return await tenTimes(target, "&protocol=v4", concat(header(V4_TYPE.filterUpdate, V4_FLAG.deflated), bomb));
    },
  },
];

const floods: readonly Attack[] = [
  {
    name: "a flood of malformed binary messages on `/ws` and `/ws/positions` in every dialect, and on `/ws/voice`",
    documented: "closed with 1008",
    expected: REFUSED,
    lacks: DROPS,
    run: (target) => floodAll(target, frameBytes(BINARY, Uint8Array.of(9, 9, 9))),
  },
  {
    name: "a flood of malformed text on the same",
    documented: "closed with 1008",
    expected: REFUSED,
    lacks: DROPS,
    run: (target) => floodAll(target, frameBytes(TEXT, ascii('{"type":"?"}'))),
  },
  ...[
    {
      name: "subscriptions to everything",
      frame: text('{"type":"subscribe","data":{"channels":["status","pins","selections","layout"]}}'),
    },
    { name: "text pings", dialect: "v2", frame: text('{"type":"ping","timestamp":1}') },
    { name: "WebSocket pings", dialect: "v2", frame: frameBytes(PING, ascii("?")), lacks: HIDES, isUnseen: true },
    { name: "WebSocket pongs", dialect: "v2", frame: frameBytes(PONG, ascii("?")), lacks: HIDES, isUnseen: true },
    { name: "V4 heartbeats", dialect: "v4", frame: binary(encodeHeartbeat(1, { reply: false })) },
    { name: "V2 records, each of which moves a node", dialect: "v2", frame: binary(v2.encode(createFrame(1))) },
    {
      name: "Q1 acknowledgements that ask for keyframes",
      dialect: "q1",
      frame: binary(encodeAck({ sequence: 0, credit: 2, needsKeyframe: true })),
    },
  ].map(({ name, dialect, frame, lacks = DROPS, isUnseen }): Attack => ({
    name: `a flood of ${name}`,
    documented: "closed with 1008 after a burst of 1,000, or more than 500 a second",
    expected: { ws: /^(closed with 1008|connection dropped)$/, deno: isUnseen ? /^still open$/ : REFUSED.deno },
    lacks,
    run: (target) =>
      floodAll(target, frame, {
        sockets: SOCKETS.filter(({ query }) => dialect === undefined || query.endsWith(dialect)),
        // Where nothing ends it, a test need not wait for the end.
        forMs: isUnseen && target.engine === "deno" ? target.patience * FLOOD_MS : FLOOD_MS,
      }),
  })),
  {
    name: "300 logins at once with a wrong password",
    // The thread that hashes passwords has that much for one of them.
    keepsBytes: 64 << 20,
    documented: "the first 10 are checked, the others answered 429",
    expected: { ws: /^10 × answered 401, \d+ × answered 429$/, deno: /^10 × answered 401, \d+ × answered 429$/ },
    run: ({ port }, share) =>
      statuses(300 * share, () =>
        fetch(`http://127.0.0.1:${port}/api/auth/login`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ username: "admin", password: "guess" }),
        })),
  },
  {
    name: "500 searches at once",
    documented: "answered, or 429 while 8 of the same account wait",
    expected: { ws: SEARCHED, deno: SEARCHED },
    run: ({ port, token }, share) =>
      statuses(
        500 * share,
        () => fetch(`http://127.0.0.1:${port}/api/nodes?search=a`, { headers: { Authorization: `Bearer ${token}` } }),
      ),
  },
];

export const messageAttacks: readonly Attack[] = [...refusals, ...floods];
