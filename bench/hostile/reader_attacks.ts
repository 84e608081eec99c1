/** Attacks by reading too little. */
import { encodeHeartbeat } from "../../protocol/graph/v4.ts";
import { BINARY, concat, frameBytes, type RawClient } from "../../tests/server/transport/raw_client.ts";
import { type Attack, limitMs, tally, type Target, upgraded, within } from "./attack.ts";
import { ended } from "./figures.ts";
import { Onlooker } from "./onlooker.ts";

const CLIENTS = 10;
/** A peer that is being closed has 2 s to answer. */
const GONE_MS = 4000;

/** How many more connections the server says it has ended for that reason, once it has ended all or the time is up. */
async function endedBy(target: Target, reason: string, options: { before: number; withinMs: number }): Promise<number> {
  const onlooker = await Onlooker.connect(target);
  let count = 0;
  await onlooker.until(async () => {
    count = await ended(target, reason) - options.before;
    return count >= CLIENTS;
  }, options.withinMs);
  await onlooker.close();
  return count;
}

/** Whether the connection itself is gone, once what had been sent is read. */
async function afterwards(client: RawClient): Promise<string> {
  const reading = client.countToEnd().catch(() => 0);
  const isGone = await within(reading.then(() => true), GONE_MS, false);
  client.close();
  await reading;
  return isGone ? "connection gone" : "connection kept";
}

async function besiege(target: Target, reason: string, open: () => Promise<RawClient>, withinMs: number) {
  const before = await ended(target, reason), clients: RawClient[] = [];
  for (let client = 0; client < CLIENTS; client++) clients.push(await open());
  const count = await endedBy(target, reason, { before, withinMs });
  return `${count} of ${CLIENTS} ended, ${tally(await Promise.all(clients.map(afterwards)))}`;
}

export const readerAttacks: readonly Attack[] = [
  {
    name: "10 clients that ask for 60 frames a second and never read",
    documented: "dropped when for 10 s not one message has left",
    expected: { ws: /^10 of 10 ended, connection gone$/, deno: /^10 of 10 ended, connection (gone|kept)$/ },
    lacks: "it cannot drop a connection: the session ends, what is buffered stays until the peer reads or goes",
    isPatient: true,
    run: (target) =>
      besiege(
        target,
        "stalled",
        () => upgraded(target, "&protocol=v2&rate=60"),
        5000 + 2 * limitMs(target, "noProgressMs"),
      ),
  },
  {
    name: "10 clients that pour out heartbeats and never read the answers",
    documented: "closed with 1008 after a burst of 1,000",
    expected: { ws: /^10 of 10 ended, connection gone$/, deno: /^10 of 10 ended, connection (gone|kept)$/ },
    run: (target) =>
      besiege(target, "flood", async () => {
        const client = await upgraded(target, "&protocol=v4");
        const heartbeat = frameBytes(BINARY, encodeHeartbeat(1, { reply: false }));
        const many = concat(...Array.from({ length: 4000 }, () => heartbeat));
        void client.pour(many, 100).catch(() => {});
        return client;
      }, 25_000),
  },
];
