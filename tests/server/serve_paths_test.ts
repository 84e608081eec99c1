/** Shortest paths over real sockets and REST, on both transports: a graph whose distances are known by hand. */
import assert from "node:assert/strict";
import { type ShortestPathFrame, sssp } from "../../protocol/graph/sssp.ts";
import { eachTransport, eventOf, getJson, NODES, post } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";

/** a–b 2, b–c 0.5, a–c 4, d→c 1, c→d 3; e is alone. */
const GRAPH = [`${import.meta.dirname}/../samples/path_graph.json`];
const LOST = Infinity;

const eachServer = (name: string, test: (server: TestServer) => Promise<void>) => eachTransport(name, test, GRAPH);

/** The next frame whose distances are these. */
async function until(client: SocketClient, distances: readonly number[]): Promise<ShortestPathFrame> {
  return await client.next((message) => {
    if (typeof message === "string") return undefined;
    const frame = sssp.decode(message);
    return distances.every((distance, index) => frame.distances[index] === distance) ? frame : undefined;
  });
}

/** What a handshake at `/ws/positions` is answered. */
async function handshake(server: TestServer, { origin }: { origin?: string } = {}): Promise<string> {
  const { hostname, port } = new URL(server.base), connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [
    `GET /ws/positions?token=${server.adminToken} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version: 13",
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
  const buffer = new Uint8Array(8192), read = await connection.read(buffer) ?? 0;
  connection.close();
  return new TextDecoder().decode(buffer.subarray(0, read));
}

const positionsOf = ({ ws }: TestServer) => `${ws}/positions`;

eachServer("[SSSP-5] [SSSP-6] a text message chooses the source, and is answered; frames follow", async (server) => {
  const client = await SocketClient.connect(`${positionsOf(server)}?token=${server.adminToken}&rate=60`);
  const before = sssp.decode(await client.bytes());
  assert.deepEqual([...before.ids], [0, 1, 2, 3, 4]);
  assert.deepEqual([...before.distances], [LOST, LOST, LOST, LOST, LOST], "nobody has chosen a source");
  assert.deepEqual([...before.parents], [-1, -1, -1, -1, -1]);
  assert.deepEqual([...before.kinds], [2, 0, 1, 0, 0], "an agent and a node of knowledge, by their types");
  client.send('{"type":"sssp","source":0}');
  assert.deepEqual(JSON.parse(await client.text()), { type: "sssp", data: { source: 0 } });
  const first = await until(client, [0, 2, 2.5, 3.5, LOST]);
  assert.deepEqual([...first.parents], [-1, 0, 1, 2, -1]);
  client.send('{"type":"sssp","source":3}');
  assert.deepEqual([...(await until(client, [3.5, 1.5, 1, 0, LOST])).parents], [1, 2, 3, -1, -1]);
  client.send('{"type":"sssp","source":4}');
  assert.deepEqual([...(await until(client, [LOST, LOST, LOST, LOST, 0])).parents], [-1, -1, -1, -1, -1]);
  await client.close();
});

eachServer(
  "[SSSP-6] [REST-5] the source is everybody's: set by REST, seen on every socket, none at last",
  async (server) => {
    const { adminToken: token, base } = server, url = `${positionsOf(server)}?token=${token}&rate=60`;
    const one = await SocketClient.connect(url), other = await SocketClient.connect(url);
    assert.deepEqual(await getJson(`${base}/api/sssp`, token), {
      source: null,
      weighted: true,
      directed: false,
      ready: true,
    });
    const answer = await post(`${base}/api/sssp`, { source: 2, weighted: false, directed: true }, token);
    assert.equal(answer.status, 200);
    const { ready: _, ...asked } = await answer.json();
    assert.deepEqual(asked, { source: 2, weighted: false, directed: true });
    for (const client of [one, other]) await until(client, [LOST, LOST, 0, 1, LOST]);
    assert.equal((await getJson(`${base}/api/sssp`, token)).ready, true);
    assert.equal((await post(`${base}/api/sssp`, { source: null }, token)).status, 200);
    for (const client of [one, other]) await until(client, [LOST, LOST, LOST, LOST, LOST]);
    assert.equal((await post(`${base}/api/sssp`, { source: 5 }, token)).status, 404);
    assert.equal((await post(`${base}/api/sssp`, { source: -1 }, token)).status, 400);
    assert.equal((await post(`${base}/api/sssp`, { source: 1 }, await server.token("viewer"))).status, 403);
    assert.equal((await post(`${base}/api/sssp`, { source: 1 })).status, 401);
    for (const client of [one, other]) await client.close();
  },
);

eachServer("[SSSP-6] whoever may not choose, or chooses nobody, is told so and nothing changes", async (server) => {
  const viewer = await SocketClient.connect(`${positionsOf(server)}?token=${await server.token("viewer")}`);
  viewer.send('{"type":"sssp","source":0}');
  const refused = (await viewer.next(eventOf("error"))).data;
  assert.equal(refused.code, "forbidden");
  assert.match(refused.message, /^Choosing the source needs the editor role/);
  const admin = await SocketClient.connect(`${positionsOf(server)}?token=${server.adminToken}`);
  const codes: string[] = [];
  for (const text of ['{"type":"sssp","source":5}', '{"type":"sssp","source":"a"}', '{"type":"sssp"}']) {
    admin.send(text);
    codes.push((await admin.next(eventOf("error"))).data.code);
  }
  admin.send(new Uint8Array(34));
  codes.push((await admin.next(eventOf("error"))).data.code);
  assert.deepEqual(codes, ["unknown_node", "bad_message", "bad_message", "bad_message"]);
  assert.equal((await getJson(`${server.base}/api/sssp`, server.adminToken)).source, null);
  for (const client of [viewer, admin]) await client.close();
});

eachServer("[SSSP-7] both addresses speak the dialect; without being asked, /ws/positions does", async (server) => {
  const { adminToken: token, ws } = server;
  const asked = await SocketClient.connect(`${ws}?token=${token}`, ["orrery.sssp"]);
  assert.equal(asked.protocol, "orrery.sssp");
  assert.equal((await asked.bytes()).length, 5 * 34);
  asked.send('{"type":"subscribe","data":{"channels":["status"]}}');
  assert.equal((await asked.next(eventOf("status"))).data.rateHz, 5);
  const query = await SocketClient.connect(`${ws}?token=${token}&protocol=sssp`);
  assert.equal((await query.bytes()).length, 5 * 34);
  const other = await SocketClient.connect(`${positionsOf(server)}?token=${token}&protocol=v2`);
  assert.equal((await other.bytes()).length, 5 * 36);
  other.send('{"type":"sssp","source":0}');
  assert.equal((await other.next(eventOf("error"))).data.code, "bad_message", "not a word of V2");
  for (const client of [asked, query, other]) await client.close();
  assert.match(await handshake(server, { origin: "http://elsewhere.example" }), /^HTTP\/1\.1 403 /);
  assert.match(await handshake(server, { origin: server.base }), /^HTTP\/1\.1 101 /);
  await assert.rejects(() => SocketClient.connect(`${positionsOf(server)}?token=wrong`));
});

eachServer("[REST-1] [REST-2] [REST-3] a path with its nodes, edges and sums", async ({ base, adminToken: token }) => {
  const ask = (query: string) => getJson(`${base}/api/path?${query}`, token);
  const { path, from, to, weighted, directed } = await ask("from=0&to=3");
  assert.deepEqual({ from, to, weighted, directed }, {
    from: { id: 0, label: "Ada", type: "Agent" },
    to: { id: 3, label: "Dot", type: "person" },
    weighted: true,
    directed: false,
  });
  assert.deepEqual(path, {
    length: 3.5,
    hops: 3,
    nodes: [
      { id: 0, label: "Ada", type: "Agent" },
      { id: 1, label: "Bea", type: "person" },
      { id: 2, label: "Cy", type: "knowledge" },
      { id: 3, label: "Dot", type: "person" },
    ],
    edges: [
      { source: 0, target: 1, weight: 2, type: "knows" },
      { source: 1, target: 2, weight: 0.5, type: "wrote" },
      { source: 3, target: 2, weight: 1, type: "read" },
    ],
  });
  const hops = (await ask("from=0&to=3&weighted=false")).path;
  assert.deepEqual([hops.hops, hops.length, hops.nodes.map(({ id }: { id: number }) => id)], [2, 5, [0, 2, 3]]);
  const along = (await ask("from=0&to=3&directed=true")).path;
  assert.deepEqual([along.length, along.edges.at(-1)], [5.5, { source: 2, target: 3, weight: 3, type: "about" }]);
  assert.equal((await ask("from=2&to=0&directed=true")).path, null);
  assert.equal((await ask("from=0&to=4")).path, null);
  assert.deepEqual((await ask("from=1&to=1")).path, {
    length: 0,
    hops: 0,
    nodes: [{ id: 1, label: "Bea", type: "person" }],
    edges: [],
  });
});

eachServer("[REST-4] what is no node, or no question, is refused", async ({ base, adminToken: token }) => {
  const headers = { Authorization: `Bearer ${token}` };
  for (
    const [query, status, message] of [
      ["from=0&to=5", 404, "There is no node 5."],
      ["from=77&to=5", 404, "There is no node 77."],
      ["from=0", 400, /^to: /],
      ["from=x&to=1", 400, "from: must be the id of a node."],
      ["from=0&to=1&weighted=yes", 400, "weighted: must be true or false."],
      ["from=0&to=1&directed=", 400, "directed: must be true or false."],
    ] as const
  ) {
    const response = await fetch(`${base}/api/path?${query}`, { headers }), { error } = await response.json();
    assert.equal(response.status, status, query);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
  }
  const refused = await fetch(`${base}/api/path?from=0&to=1`);
  await refused.body?.cancel();
  assert.equal(refused.status, 401);
});

Deno.test("[SSSP-8] above 16,384 nodes the handshake is refused, with the dialects that do it", async () => {
  const server = await startServer(["--demo", "grid:17000"]);
  try {
    const answer = await handshake(server);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /16,384 nodes/);
    assert.match(answer, /v4 or q1/);
    await assert.rejects(() => SocketClient.connect(`${server.ws}/positions?token=${server.adminToken}`));
    const v4 = await SocketClient.connect(`${server.ws}/positions?token=${server.adminToken}&protocol=v4`);
    await v4.close();
  } finally {
    await server.close();
  }
});

eachTransport("shortest paths of a demo: every node is reached by way of its parent", async (server) => {
  const client = await SocketClient.connect(`${server.ws}/positions?token=${server.adminToken}&rate=60`);
  client.send('{"type":"sssp","source":11}');
  const frame = await client.next((message) => {
    const found = typeof message === "string" ? undefined : sssp.decode(message);
    return found?.distances[11] === 0 ? found : undefined;
  });
  assert.equal(frame.count, NODES);
  for (let node = 0; node < NODES; node++) {
    const parent = frame.parents[node];
    if (node === 11) assert.equal(parent, -1);
    else assert.ok(frame.distances[parent] < frame.distances[node]);
  }
  await client.close();
});
