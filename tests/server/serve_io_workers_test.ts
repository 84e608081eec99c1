/** Sockets on several isolates, sessions on one: nobody can tell where a connection has ended up. */
import assert from "node:assert/strict";
import { v2 } from "../../protocol/graph/v2.ts";
import { decodeV4, encodeNodeDrag, encodeNodeSelect } from "../../protocol/graph/v4.ts";
import { LIMITS } from "../../server/limits.ts";
import { DEMO, eventOf, getJson, NODES } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer } from "../helpers/test_server.ts";

const CLIENTS = 12, SUBSCRIBE = JSON.stringify({ type: "subscribe", data: { channels: ["status", "pins"] } });

Deno.test("sockets in workers: everybody sees the graph, what one does reaches all, and all are told of the end", async () => {
  const server = await startServer([...DEMO, "--io-workers", "3"]);
  let isOpen = true;
  try {
    const address = `${server.ws}?token=${server.adminToken}`;
    const clients = await Promise.all(
      Array.from(
        { length: CLIENTS },
        (_, k) => SocketClient.connect(`${address}&protocol=${k % 2 === 0 ? "v2" : "v4"}`),
      ),
    );
    for (const [k, client] of clients.entries()) {
      const bytes = await client.bytes();
      if (k % 2 === 0) assert.equal(v2.decode(bytes).count, NODES);
      else assert.equal(decodeV4(bytes).type, "fullGraph");
      client.send(SUBSCRIBE);
    }
    const [, dragger] = clients, at = { x: 3, y: 1, z: 2 };
    dragger.send(encodeNodeDrag({ id: 5, phase: "start", ...at }));
    dragger.send(encodeNodeDrag({ id: 5, phase: "end", ...at }));
    const isPinned = eventOf("pins");
    for (const client of clients) {
      await client.next((message) => isPinned(message)?.data.ids.includes(5) ? true : undefined);
    }
    assert.equal((await getJson(`${server.base}/api/graph`, server.adminToken)).nodes.length, NODES);
    assert.match(await (await fetch(server.base)).text(), /<!doctype html>/i);
    await server.close();
    isOpen = false;
    for (const { closed } of clients) assert.equal((await closed).code, 1001);
  } finally {
    if (isOpen) await server.close();
  }
});

Deno.test("[EV-20] sockets in workers: a flood is closed where it arrives, and counted where the sessions are", async () => {
  const server = await startServer([...DEMO, "--io-workers", "1"]);
  try {
    const url = `${server.ws}?token=${server.adminToken}&protocol=v4`, flooding = await SocketClient.connect(url);
    for (let sent = 0; sent < LIMITS.socketBurst.value + 2000; sent++) flooding.send(encodeNodeSelect(sent % NODES));
    assert.equal((await flooding.closed).code, 1008);
    const { metrics } = await getJson(`${server.base}/metrics.json`);
    const ended = metrics.find(({ name }: { name: string }) => name === "orrery_ended_total");
    assert.deepEqual(ended.samples, [{ labels: { dialect: "v4", endpoint: "/ws", reason: "flood" }, value: 1 }]);
  } finally {
    await server.close();
  }
});
