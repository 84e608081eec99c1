/** The graph in bytes, over real sockets, on both transports. */
import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { encodeAck, peekQ1, Q1Decoder } from "../../protocol/graph/q1.ts";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import { eachTransport, EDGES, NODES, post } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";

const ask = ({ base }: TestServer, token: string, headers = {}) =>
  fetch(`${base}/api/graph/topology`, { headers: { Authorization: `Bearer ${token}`, ...headers } });

async function topology(server: TestServer) {
  const response = await ask(server, await server.token("viewer"));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "application/octet-stream");
  const graph = decodeV4(new Uint8Array(await response.arrayBuffer()));
  if (graph.type !== "fullGraph") throw new TypeError(graph.type);
  return { ...graph, generation: Number(response.headers.get("Orrery-Generation")) };
}

/** The first Q1 frame of a generation. */
async function frameOf({ ws, adminToken }: TestServer, { after }: { after: number }) {
  const client = await SocketClient.connect(`${ws}?token=${adminToken}`, ["orrery.q1"]);
  const bytes = await client.next((message) => {
    if (typeof message === "string") return undefined;
    const { generation, sequence } = peekQ1(message);
    client.send(encodeAck({ sequence, credit: 2, needsKeyframe: false }));
    return generation > after ? message : undefined;
  });
  await client.close();
  return bytes;
}

eachTransport("[REST-11] the topology has the ids, edges and generation of the Q1 frames", async (server) => {
  const first = await frameOf(server, { after: -1 }), before = await topology(server);
  assert.deepEqual([before.generation, before.nodes.count, before.edges.count], [
    ...[peekQ1(first).generation, NODES, EDGES],
  ]);
  await post(`${server.base}/api/simulation`, { action: "pause" }, server.adminToken);
  const change = { remove: { nodes: ["Myriel"] }, add: { nodes: [{ key: "new" }] } };
  const answer = await post(`${server.base}/api/graph/changes`, change, server.adminToken);
  assert.equal(answer.status, 200, await answer.text());
  const frame = await frameOf(server, { after: before.generation }), after = await topology(server);
  assert.equal(after.generation, peekQ1(frame).generation);
  assert.deepEqual([...after.nodes.ids], Array.from({ length: NODES }, (_, k) => k + 1));
  assert.ok(after.edges.count < EDGES);
  const decoder = new Q1Decoder(), shown = createFrame(NODES);
  decoder.decodeInto(frame, shown);
  const misses = shown.positions.map((value, k) => Math.abs(value - after.nodes.positions[k]));
  assert.ok(misses.every((miss) => miss <= 0.51 * decoder.quantum), "record i is node i");
});

eachTransport("the topology needs a token", async (server) => {
  const response = await ask(server, "none");
  assert.equal(response.status, 401);
  await response.body?.cancel();
});

Deno.test("[REST-11] before there are places there is no topology", async () => {
  const server = await startServer(["--demo", "scale-free:20000"]);
  try {
    const response = await ask(server, server.adminToken), { error } = await response.json();
    assert.deepEqual([response.status, error.code, error.retry_after], [503, "preparing", 1]);
    assert.equal(response.headers.get("Retry-After"), "1");
  } finally {
    await server.close();
  }
});
