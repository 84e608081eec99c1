/** Spans, as a collector hears them from the program as a process of its own. */
import assert from "node:assert/strict";
import { decodeV4, encodeFilterUpdate } from "../../protocol/graph/v4.ts";
import { traced } from "../../server/trace.ts";
import { eventOf, getJson, post } from "../helpers/each_transport.ts";
import { OtlpCollector } from "../helpers/otlp_collector.ts";
import { ServerProcess } from "../helpers/server_process.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { ADMIN_PASSWORD } from "../helpers/test_server.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";

/** A trace that a client in front of the server has begun. */
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736", CALLER = "00f067aa0ba902b7";
const SEARCHED = "Valjean", LABEL = "Petit-Gervais", WRONG = "wrong horse battery";

/** A process that is traced while `use` is made of it, and what it told until it ended. */
async function heard(argv: readonly string[], use: (server: ServerProcess) => Promise<void>): Promise<OtlpCollector> {
  const collector = new OtlpCollector();
  await withTempFolder(async (data) => {
    const here = ["--demo", "miserables", "--port", "0", "--data", data, "--engine", "cpu", "--threads", "1"];
    const env = { ...collector.env, ORRERY_ADMIN_PASSWORD: ADMIN_PASSWORD };
    const server = await ServerProcess.start([...here, ...argv], { env });
    try {
      await use(server);
    } finally {
      await server.stop("SIGTERM");
    }
  });
  await collector.close();
  return collector;
}

const tokenOf = ({ link }: ServerProcess) => new URL(link).hash.replace("#token=", "");

/** A little of everything that is traced. */
async function useAll(server: ServerProcess): Promise<void> {
  const host = `127.0.0.1:${server.port}`, base = `http://${host}`, token = tokenOf(server);
  const headers = { Authorization: `Bearer ${token}`, traceparent: `00-${TRACE}-${CALLER}-01` };
  const found = await fetch(`${base}/api/nodes?search=${SEARCHED}`, { headers });
  assert.equal((await found.json()).nodes[0].label, SEARCHED);
  for (const [password, status] of [[ADMIN_PASSWORD, 200], [WRONG, 401]] as const) {
    const response = await post(`${base}/api/auth/login`, { username: "admin", password });
    assert.equal(response.status, status);
    await response.body?.cancel();
  }
  await getJson(`${base}/api/path?from=0&to=5`, token);
  const node = { key: LABEL };
  for (const status of [200, 409]) {
    const response = await post(`${base}/api/graph/changes`, { add: { nodes: [node] } }, token);
    assert.equal(response.status, status);
    await response.body?.cancel();
  }
  const client = await SocketClient.connect(`ws://${host}/ws?token=${token}`, ["orrery.v4"]);
  client.send('{"type":"subscribe","data":{"channels":[]}}');
  client.send(encodeFilterUpdate({ search: SEARCHED, maxNodes: 3 }));
  await client.next(eventOf("filter"));
  await client.next((message) =>
    typeof message !== "string" && decodeV4(message).type === "positionUpdate" || undefined
  );
  await client.close();
  await assert.rejects(SocketClient.connect(`ws://${host}/ws?token=${token}x`));
}

/** What was told holds for every way in. */
function checkAll(collector: OtlpCollector): void {
  const one = (name: string) => {
    const [span, ...more] = collector.named(name);
    assert.ok(span !== undefined && more.length === 0, `${name}: ${collector.spans.map(({ name }) => name)}`);
    return span;
  };
  assert.deepEqual(one("graph load").attributes["orrery.edges"], 254);
  assert.deepEqual(one("engine start").attributes, { "orrery.asked": "cpu", "orrery.engine": "cpu" });
  assert.equal(one("GET /api/nodes").attributes["http.route"], "/api/nodes");
  assert.deepEqual(
    collector.named("login").map(({ attributes }) => attributes["orrery.outcome"]),
    ["ok", "bad_credentials"],
  );
  assert.equal(one("shortest paths").attributes["orrery.nodes"], 77);
  const [edit, refused] = collector.named("graph edit");
  assert.equal(edit.attributes["orrery.nodes_added"], 1);
  assert.deepEqual([edit.hasFailed, refused.hasFailed], [false, true]);
  assert.deepEqual(refused.attributes, { "error.type": "ChangeRefused" });
  const filter = one("filter change"), [, sought] = collector.named("search");
  assert.deepEqual(filter.attributes["orrery.fields"], {
    values: ["search", "maxNodes"].map((stringValue) => ({ stringValue })),
  });
  assert.equal(sought.parentSpanId, filter.spanId);
  const handshakes = collector.named("handshake").map(({ attributes }) => attributes);
  assert.deepEqual(handshakes, [{ "url.path": "/ws" }, { "url.path": "/ws", "orrery.refused": "bad_signature" }]);
  const [encode] = collector.named("encode");
  assert.equal(encode.attributes["orrery.dialect"], "v4");
  assert.equal(encode.parentSpanId, "");
  const [steps] = collector.named("layout steps");
  assert.equal(steps.parentSpanId, "");
}

function checkSecrets(collector: OtlpCollector): void {
  for (const secret of [SEARCHED, LABEL, ADMIN_PASSWORD, WRONG, "token=", "eyJ", "never told"]) {
    assert.ok(!collector.text.includes(secret), secret);
  }
}

for (const transport of ["deno", "ws"]) {
  Deno.test(`a search is told as part of its caller's trace, and nothing of what it said [${transport}]`, async () => {
    const collector = await heard(["--websocket", transport], useAll);
    checkAll(collector);
    checkSecrets(collector);
    const [request] = collector.named("GET /api/nodes"), [search] = collector.named("search");
    assert.deepEqual([request.traceId, request.parentSpanId], [TRACE, CALLER]);
    assert.deepEqual([search.traceId, search.parentSpanId], [TRACE, request.spanId]);
    assert.deepEqual(search.attributes, { "orrery.matches": 1 });
    assert.equal(request.attributes["url.path"], "/api/nodes");
  });
}

Deno.test("with workers of sockets a request has a span of its own", async () => {
  const collector = await heard(["--io-workers", "1"], useAll);
  checkAll(collector);
  checkSecrets(collector);
  const [request] = collector.named("GET /api/nodes"), [search] = collector.named("search");
  assert.deepEqual([search.traceId, search.parentSpanId], [request.traceId, request.spanId]);
});

Deno.test("where nobody is told, work is done all the same", async () => {
  assert.equal(traced("sum", {}, (span) => (span.set({ a: 1 }), 1 + 1)), 2);
  assert.equal(await traced("sum", {}, () => Promise.resolve(3)), 3);
  await assert.rejects(traced("sum", {}, () => Promise.reject(new RangeError("no"))), RangeError);
});
