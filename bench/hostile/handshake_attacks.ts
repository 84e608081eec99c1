/** Attacks before there is a WebSocket: on connections, headers and bodies. */
import { ascii, handshakeBytes, RawClient, upgradeAndReset } from "../../tests/server/transport/raw_client.ts";
import { type Attack, limitMs, socketTarget, tally, type Target, upgraded, within } from "./attack.ts";

const TRICKLE_MS = 250;
/** A server looks at what is late once a second. */
const GRACE_MS = 3000;
const CONNECTIONS = 20;
/** One honest client is there already. */
const CROWDED = /^[1-6]?\d × answered 101, 1\d\d × answered 429$/;
const LOGIN = "POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

/** Sends `head`, then one byte after the other until the server has had enough; what it answered, or how it ended. */
async function trickle({ port }: Target, { head, forMs }: { head: string; forMs: number }): Promise<string> {
  const client = await RawClient.connect(port);
  await client.write(ascii(head));
  const timer = setInterval(() => void client.pour(ascii("a"), 1).catch(() => clearInterval(timer)), TRICKLE_MS);
  const outcome = await answerOf(client, forMs);
  clearInterval(timer);
  return outcome;
}

async function statusOf({ port }: Target, request: string): Promise<string> {
  const client = await RawClient.connect(port), pouring = client.pour(ascii(request), 1);
  const outcome = await answerOf(client, 3000);
  await pouring.catch(() => {});
  return outcome;
}

/** Reads to the end, for so long; then lets go of the connection. */
async function answerOf(client: RawClient, forMs: number): Promise<string> {
  const reading = client.readHead().catch(() => "");
  const answer = await within(reading, forMs, undefined);
  client.close();
  await reading;
  if (answer === undefined) return "still open";
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
  return status === undefined ? "connection dropped" : `answered ${status}`;
}

async function trickles(target: Target, options: { head: string; forMs: number }): Promise<string> {
  return tally(await Promise.all(Array.from({ length: CONNECTIONS }, () => trickle(target, options))));
}

export const handshakeAttacks: readonly Attack[] = [
  {
    name: "1,000 times connected, upgraded and reset",
    documented: "each is counted out again; the next client is served",
    expected: { ws: /^served$/, deno: /^served$/ },
    async run(target, share) {
      const options = { target: socketTarget(target) };
      for (let cycle = 0; cycle < 1000 * share; cycle++) await upgradeAndReset(target.port, options);
      const client = await upgraded(target), frame = await within(client.readFrame(), 2000, undefined);
      client.close();
      return frame === undefined ? "not served" : "served";
    },
  },
  {
    name: "200 handshakes at once by one account",
    documented: "at most 64 sockets of one account, the others are answered 429",
    expected: { ws: CROWDED, deno: CROWDED },
    async run(target) {
      const clients = await Promise.all(Array.from({ length: 200 }, () => RawClient.connect(target.port)));
      const answers = await Promise.all(clients.map(async (client) => {
        await client.write(handshakeBytes(target.port, { target: socketTarget(target) }));
        return (await client.readHead()).slice("HTTP/1.1 ".length, "HTTP/1.1 101".length);
      }));
      for (const client of clients) client.close();
      return tally(answers.map((status) => `answered ${status}`));
    },
  },
  {
    name: "1 MB of headers",
    documented: "answered 431, 400, or dropped",
    expected: { ws: /^(answered 431|connection dropped)$/, deno: /^(answered 4(31|00)|connection dropped)$/ },
    run: (target) => statusOf(target, `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"a".repeat(1 << 20)}\r\n\r\n`),
  },
  {
    name: "a body that says it has 1 GB",
    documented: "answered 413",
    expected: { ws: /^answered 413$/, deno: /^answered 413$/ },
    run: (target) =>
      statusOf(
        target,
        `${LOGIN}Connection: close\r\nContent-Length: 1000000000\r\n\r\n{`,
      ),
  },
  {
    name: "slowloris: 20 connections, headers byte by byte",
    documented: "answered 408 after 10 s",
    expected: { ws: /^answered 408$/, deno: /^still open$/ },
    lacks: "it sets no time for headers",
    isPatient: true,
    run: (target) =>
      trickles(target, {
        head: "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
        forMs: GRACE_MS + 1.5 * limitMs(target, "headerMs"),
      }),
  },
  {
    name: "20 connections, bodies byte by byte",
    documented: "dropped after 30 s",
    expected: { ws: /^(answered 408|connection dropped)$/, deno: /^still open$/ },
    lacks: "it sets no time for bodies",
    isPatient: true,
    run: (target) =>
      trickles(target, {
        head: `${LOGIN}Content-Length: 1000\r\n\r\n`,
        forMs: GRACE_MS + 1.2 * limitMs(target, "requestMs"),
      }),
  },
];
