/** How a server takes its leave of the sockets that are open. */
import assert from "node:assert/strict";
import { comeBackAfterS } from "../../server/come_back.ts";
import { OpenSockets } from "../../server/transport/socket_rules.ts";
import { DEMO, eventOf } from "../helpers/each_transport.ts";
import { FakeSocket } from "../helpers/fake_socket.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer } from "../helpers/test_server.ts";

/** Who reads text is told in words, and of everybody the close says the same; seconds by client. */
async function partWith(argv: readonly string[]): Promise<number[]> {
  const server = await startServer([...DEMO, ...argv]), address = `${server.ws}?token=${server.adminToken}`;
  const clients = await Promise.all(["v2", "v4", "q1", "v2", "v4", "q1"].map(async (dialect, k) => {
    const client = await SocketClient.connect(`${address}&protocol=${dialect}`), readsText = k < 3;
    if (readsText) {
      client.send('{"type":"subscribe","data":{"channels":["pins"]}}');
      await client.next(eventOf("pins"));
    }
    return { client, readsText };
  }));
  const [heard] = await Promise.all([
    Promise.all(clients.map(async ({ client, readsText }) => {
      const told = readsText ? (await client.next(eventOf("shutdown"))).data : undefined;
      await assert.rejects(client.next(eventOf("shutdown")), /^Error: closed 1001/, "once, or never");
      const { code, reason } = await client.closed, [, seconds] = /; retry_after=(\d\.\d{3})\.$/.exec(reason) ?? [];
      assert.equal(code, 1001);
      if (readsText) assert.deepEqual(told, { message: "The server is stopping.", retry_after: Number(seconds) });
      return Number(seconds);
    })),
    server.close(),
  ]);
  return heard;
}

for (const argv of [["--websocket", "deno"], ["--websocket", "ws"], ["--io-workers", "1"]]) {
  Deno.test(`[EV-24] [EV-22] a stop is told in words first, to those who read them [${argv.join(" ")}]`, async () => {
    const seconds = await partWith(argv);
    assert.ok(seconds.every((wait) => wait >= 1 && wait <= 4), `${seconds}`);
    assert.ok(new Set(seconds).size > 1, `${seconds}`);
  });
}

Deno.test("[EV-22] the moment to come back is random within its window", async () => {
  assert.deepEqual([0, 0.5, 0.9996].map((fraction) => comeBackAfterS(() => fraction)), [1, 2.5, 3.999]);
  const sockets = new OpenSockets(), open = [new FakeSocket(), new FakeSocket()], fractions = [0.9, 0.1];
  for (const socket of open) sockets.add(socket);
  const closed = sockets.closeAll(() => fractions.shift() ?? assert.fail("one for each socket"));
  const reasons = open.flatMap(({ closes }) => closes.map(({ reason }) => reason));
  assert.deepEqual(reasons, [3.7, 1.3].map((wait) => `The server is stopping; retry_after=${wait.toFixed(3)}.`));
  for (const socket of open) sockets.delete(socket);
  await closed;
});
