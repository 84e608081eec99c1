/** The whole server over real sockets, on both transports. */
import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { decodeV4, encodeHeartbeat, encodeNodeDrag, encodeNodeSelect } from "../../protocol/graph/v4.ts";
import { DEMO, eachTransport, EDGES, eventOf, getJson, NODES, post } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { ADMIN_PASSWORD, startServer } from "../helpers/test_server.ts";

eachTransport("[V2-1] [V2-2] V2 is the default: whole records whose positions change", async ({ ws, adminToken }) => {
  const client = await SocketClient.connect(`${ws}?token=${adminToken}`);
  const first = await client.bytes();
  assert.equal(first.byteLength, 36 * NODES);
  const moved = await client.next((message) => {
    assert.ok(typeof message !== "string", "a binary client is sent no text");
    return same(message, first) ? undefined : message;
  });
  assert.equal(moved.byteLength, 36 * NODES);
  assert.deepEqual([...v2.decode(moved).ids], Array.from({ length: NODES }, (_, id) => id));
  await client.close();
});

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, at) => byte === b[at]);

eachTransport(
  "[V4-1] [V4-2] V4 sends the whole graph, then positions, in the sizes of its document",
  async ({ ws, adminToken }) => {
    const client = await SocketClient.connect(`${ws}?token=${adminToken}&rate=60`, ["orrery.v4"]);
    assert.equal(client.protocol, "orrery.v4");
    const full = await client.bytes();
    assert.equal(full.byteLength, 4 + 4 + 28 * NODES + 4 + 12 * EDGES);
    assert.equal(decodeV4(full).type, "fullGraph");
    const update = await client.bytes();
    assert.equal(update.byteLength, 4 + 4 + 28 * NODES);
    assert.equal(decodeV4(update).type, "positionUpdate");
    await client.close();
  },
);

eachTransport(
  "[V4-5] [EV-2] a drag by one client moves the node for the other, and pins it",
  async ({ ws, adminToken, base }) => {
    const url = `${ws}?token=${adminToken}&rate=60`;
    const dragger = await SocketClient.connect(url, ["orrery.v4"]), watcher = await SocketClient.connect(url);
    watcher.send(JSON.stringify({ type: "subscribe", data: { channels: ["pins"] } }));
    assert.deepEqual((await watcher.next(eventOf("pins"))).data.ids, []);
    dragger.send(encodeNodeDrag({ id: 5, phase: "start", x: 1, y: 2, z: 3 }));
    dragger.send(encodeNodeDrag({ id: 5, phase: "move", x: 20, y: 30, z: 40 }));
    const at = (message: Uint8Array | string) => {
      if (typeof message === "string") return undefined;
      const { positions } = v2.decode(message);
      return positions[15] === 20 && positions[16] === 30 && positions[17] === 40 ? message : undefined;
    };
    await watcher.next(at);
    dragger.send(encodeNodeDrag({ id: 5, phase: "end", x: 20, y: 30, z: 40 }));
    assert.deepEqual((await watcher.next(eventOf("pins"))).data.ids, [5]);
    await watcher.next(at);
    const details = await getJson(`${base}/api/nodes/5`, adminToken);
    assert.equal(details.pinned, true);
    await dragger.close();
    await watcher.close();
  },
);

eachTransport("[V2-4] a V2 editor moves nodes by sending records", async ({ ws, token }) => {
  const client = await SocketClient.connect(`${ws}?token=${await token("editor")}`);
  const frame = createFrame(1);
  frame.ids[0] = 3;
  frame.positions.set([500, 0, 0]);
  client.send(v2.encode(frame));
  await client.next((message) => typeof message !== "string" && v2.decode(message).positions[9] > 400 || undefined);
  await client.close();
});

eachTransport("[V4-5] a viewer who drags is told why not, and nothing moves", async ({ ws, base, token }) => {
  const viewer = await token("viewer"), client = await SocketClient.connect(`${ws}?token=${viewer}`, ["orrery.v4"]);
  client.send(JSON.stringify({ type: "subscribe", data: { channels: [] } }));
  client.send(encodeNodeDrag({ id: 5, phase: "end", x: 20, y: 30, z: 40 }));
  const { data } = await client.next(eventOf("error"));
  assert.equal(data.code, "forbidden");
  assert.match(data.message, /needs the editor role/);
  assert.equal((await getJson(`${base}/api/nodes/5`, viewer)).pinned, false);
  const pin = await post(`${base}/api/nodes/5/pin`, { pinned: true }, viewer);
  assert.equal(pin.status, 403);
  await pin.body?.cancel();
  await client.close();
});

eachTransport(
  "[V2-5] a client that goes on sending nonsense is closed with 1008 and a reason",
  async ({ ws, adminToken }) => {
    const client = await SocketClient.connect(`${ws}?token=${adminToken}`);
    for (let sent = 0; sent < 10; sent++) client.send(new Uint8Array(35));
    const { code, reason } = await client.closed;
    assert.equal(code, 1008);
    assert.match(reason, /whole records of 36 bytes/);
  },
);

eachTransport("[V4-6] heartbeats are answered with the same time and the reply flag", async ({ ws, adminToken }) => {
  const client = await SocketClient.connect(`${ws}?token=${adminToken}`, ["orrery.v4"]);
  client.send(encodeHeartbeat(1234.5, { reply: false }));
  const answer = await client.next((message) => typeof message !== "string" && message[1] === 5 ? message : undefined);
  assert.deepEqual(answer, encodeHeartbeat(1234.5, { reply: true }));
  await client.close();
});

eachTransport("[EV-4] selections are told to the others, and end with their connection", async ({ ws, adminToken }) => {
  const url = `${ws}?token=${adminToken}`;
  const [one, other] = await Promise.all([
    SocketClient.connect(url, ["orrery.v4"]),
    SocketClient.connect(url, ["orrery.v4"]),
  ]);
  const subscribe = JSON.stringify({ type: "subscribe", data: { channels: ["selections"] } });
  for (const client of [one, other]) {
    client.send(subscribe);
    await client.next(eventOf("selections"));
  }
  one.send(encodeNodeSelect(7));
  const seen = await other.next(eventOf("selections"));
  assert.deepEqual(seen.data.selections.map(({ user, id }) => ({ user, id })), [{ user: "admin", id: 7 }]);
  await one.close();
  assert.deepEqual((await other.next(eventOf("selections"))).data.selections, []);
  await other.close();
});

eachTransport("[V4-3] handshakes are refused with a status and a sentence", async (server) => {
  const { base, adminToken } = server, expired = await server.token("viewer", { ttlMs: -60_000 });
  const cases = [
    { query: "", status: 401, code: "missing_token" },
    { query: "?token=nonsense", status: 401, code: "malformed_token" },
    { query: `?token=${adminToken.slice(0, -6)}AAAAAA`, status: 401, code: "bad_signature" },
    { query: `?token=${expired}`, status: 401, code: "expired_token" },
    { query: `?token=${adminToken}&protocol=v9`, status: 400, code: "unknown_protocol" },
    { query: `?token=${adminToken}&rate=1000`, status: 400, code: "bad_request" },
    { query: `?token=${adminToken}`, origin: "http://evil.example", status: 403, code: "forbidden_origin" },
    { query: `?token=${adminToken}`, host: "evil.example", status: 403, code: "forbidden_origin" },
  ];
  for (const { query, origin, host, status, code } of cases) {
    const answer = await handshake(base, `/ws${query}`, { origin, host });
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), `${query} ${origin ?? ""}`);
    assert.ok(answer.includes(`"${code}"`), answer);
  }
});

eachTransport(
  "login: right, wrong, malformed, and too often",
  async ({ base }) => {
    const url = `${base}/api/auth/login`;
    const good = await post(url, { username: "admin", password: ADMIN_PASSWORD });
    assert.equal(good.status, 200);
    const { token, expires_at } = await good.json();
    assert.equal((await getJson(`${base}/api/session`, token)).expires_at, expires_at);
    for (const body of [{ username: "admin", password: "wrong" }, { username: "nobody", password: "wrong" }]) {
      const bad = await post(url, body);
      assert.equal(bad.status, 401);
      assert.equal((await bad.json()).error.code, "bad_credentials");
    }
    const malformed = await post(url, { username: 7 });
    assert.equal(malformed.status, 400);
    await malformed.body?.cancel();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const response = await post(url, { username: "admin", password: "wrong" });
      statuses.push(response.status);
      const body = await response.json();
      if (response.status === 429) assert.ok(body.error.retry_after > 0);
    }
    assert.ok(statuses[0] === 401 && statuses.includes(429), statuses.join(" "));
  },
  DEMO,
  { loginsPerAccount: 3 },
);

eachTransport("the REST interface answers as documented", async ({ base, adminToken }) => {
  const health = await getJson(`${base}/api/health`);
  assert.equal(health.nodes, NODES);
  assert.equal(health.edges, EDGES);
  const graph = await getJson(`${base}/api/graph`, adminToken);
  assert.equal(graph.nodes.length, NODES);
  assert.equal(graph.edges.length, EDGES);
  const labels = await getJson(`${base}/api/graph/labels`, adminToken);
  assert.equal(labels.labels.length, NODES);
  const found = await getJson(`${base}/api/nodes?search=valj`, adminToken);
  assert.equal(found.nodes[0].label, "Valjean");
  const details = await getJson(`${base}/api/nodes/${found.nodes[0].id}`, adminToken);
  assert.equal(details.neighbour_count, details.degree);
  for (
    const [path, status] of [
      ["/api/nodes/77", 404],
      ["/api/nodes/x", 404],
      ["/api/nodes?limit=0", 400],
      ["/api/nothing", 404],
      ["/ws", 400],
    ] as const
  ) {
    const response = await fetch(base + path, { headers: { Authorization: `Bearer ${adminToken}` } });
    assert.equal(response.status, status, path);
    assert.equal(typeof (await response.json()).error.message, "string");
  }
  const unauthorised = await fetch(`${base}/api/graph`);
  assert.equal(unauthorised.status, 401);
  await unauthorised.body?.cancel();
});

eachTransport("pause stops the frames' steps, resume goes on", async ({ base, ws, adminToken }) => {
  const client = await SocketClient.connect(`${ws}?token=${adminToken}`, ["orrery.v4"]);
  client.send(JSON.stringify({ type: "subscribe", data: { channels: ["status"] } }));
  const state = (wanted: string) =>
    client.next((message) => {
      const status = eventOf("status")(message);
      return status?.data.state === wanted ? status : undefined;
    });
  await (await post(`${base}/api/simulation`, { action: "pause" }, adminToken)).body?.cancel();
  await state("paused");
  await (await post(`${base}/api/simulation`, { action: "resume" }, adminToken)).body?.cancel();
  await state("moving");
  await client.close();
});

eachTransport("stopping closes sockets with 1001", async (server) => {
  const client = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`);
  const other = await startServer([...DEMO]);
  const watching = await SocketClient.connect(`${other.ws}?token=${other.adminToken}`);
  await Promise.all([other.close(), watching.closed.then(({ code }) => assert.equal(code, 1001))]);
  await client.close();
});

Deno.test("pins and accounts outlive the server", async () => {
  const data = await Deno.makeTempDir();
  try {
    const first = await startServer(DEMO, data);
    const pinned = await post(`${first.base}/api/nodes/9/pin`, { pinned: true }, first.adminToken);
    // Positions may not exist yet in the first moments; then a pin here is refused.
    assert.ok([204, 503].includes(pinned.status));
    await pinned.body?.cancel();
    const client = await SocketClient.connect(`${first.ws}?token=${first.adminToken}`, ["orrery.v4"]);
    await client.bytes();
    client.send(encodeNodeDrag({ id: 11, phase: "end", x: 3, y: 4, z: 5 }));
    client.send(JSON.stringify({ type: "subscribe", data: { channels: ["pins"] } }));
    await client.next((message) => eventOf("pins")(message)?.data.ids.includes(11) || undefined);
    await first.close();
    await client.closed;
    const second = await startServer(DEMO, data);
    assert.equal((await getJson(`${second.base}/api/nodes/11`, first.adminToken)).pinned, true);
    const again = await SocketClient.connect(`${second.ws}?token=${first.adminToken}`);
    const { positions } = v2.decode(await again.bytes());
    assert.deepEqual([...positions.subarray(33, 36)], [3, 4, 5]);
    await again.close();
    await second.close();
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

/** The head and body that answer a handshake, by hand: fetch cannot set Host or Origin. */
async function handshake(base: string, path: string, { origin, host }: { origin?: string; host?: string }) {
  const { hostname, port } = new URL(base);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host ?? `${hostname}:${port}`}`,
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
  let answer = "";
  // Leaving the loop closes the connection.
  for await (const chunk of connection.readable) {
    answer += new TextDecoder().decode(chunk);
    if (answer.includes("}}")) break;
  }
  return answer;
}
