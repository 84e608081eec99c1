/** A socket that sends more than it may, over real sockets on both transports. */
import assert from "node:assert/strict";
import { encodeNodeSelect } from "../../protocol/graph/v4.ts";
import { LIMITS } from "../../server/limits.ts";
import { eachTransport, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";

eachTransport("[EV-20] a flood is closed, counted, and costs another client nothing but its share", async (server) => {
  const url = `${server.ws}?token=${server.adminToken}&protocol=v4`;
  const other = await SocketClient.connect(url), flooding = await SocketClient.connect(url);
  for (let sent = 0; sent < LIMITS.socketBurst.value + 2000; sent++) flooding.send(encodeNodeSelect(sent % 77));
  const { code, reason } = await flooding.closed;
  // The runtime's own engine drops a closing connection at the peer's next message.
  if (code === 1008) {
    assert.match(reason, /^Too many messages: at most 500 a second are taken; retry_after=0\.\d{3}\.$/);
  } else assert.ok(server.log.length === 0 && (code === 1006 || code === 0), `closed with ${code}`);
  const { metrics } = await getJson(`${server.base}/metrics.json`);
  const ended = metrics.find(({ name }: { name: string }) => name === "orrery_ended_total");
  assert.deepEqual(ended.samples, [{ labels: { dialect: "v4", endpoint: "/ws", reason: "flood" }, value: 1 }]);
  await other.bytes();
  await other.close();
});
