/** A graph that changes while it is served, over real sockets, on both transports. */
import assert from "node:assert/strict";
import { v2 } from "../../protocol/graph/v2.ts";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import { LIMITS } from "../../server/limits.ts";
import { DEMO, eachTransport, EDGES, eventOf, getJson, NODES, post } from "../helpers/each_transport.ts";
import { ServerProcess } from "../helpers/server_process.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { startServer } from "../helpers/test_server.ts";

const fullGraph = (message: Uint8Array | string) => {
  const decoded = typeof message === "string" ? undefined : decodeV4(message);
  return decoded?.type === "fullGraph" ? decoded : undefined;
};

/** The answer to a change: its status and body. */
async function change(base: string, request: unknown, token: string) {
  const response = await post(`${base}/api/graph/changes`, request, token);
  return { status: response.status, body: await response.json() };
}

/** "Myriel", the first node of the demo. */
const FIRST = 0;

eachTransport(
  "[V4-17] [EV-7] [REST-7] a change reaches every V4 socket as a whole graph, and the others in their places",
  async ({ ws, base, adminToken }) => {
    const v4 = await SocketClient.connect(`${ws}?token=${adminToken}&rate=60`, ["orrery.v4"]);
    const plain = await SocketClient.connect(`${ws}?token=${adminToken}`);
    v4.send(JSON.stringify({ type: "subscribe", data: { channels: ["status"] } }));
    assert.equal((await v4.next(fullGraph)).nodes.count, NODES);
    const { key } = await getJson(`${base}/api/nodes/${FIRST}`, adminToken);
    const request = {
      remove: { nodes: [key] },
      add: { nodes: [{ key: "new", label: "Newcomer" }], edges: [{ source: "new", target: "Valjean" }] },
    };
    const { status, body } = await change(base, request, adminToken);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, { generation: 2, nodes: [{ key: "new", id: NODES }] });
    const { nodes, edges } = await v4.next(fullGraph);
    assert.deepEqual([...nodes.ids], Array.from({ length: NODES }, (_, k) => k + 1));
    assert.ok(nodes.positions.every(Number.isFinite));
    assert.ok(edges.count < EDGES + 1 && edges.sources.includes(NODES) && !edges.targets.includes(FIRST));
    await v4.next((message) => eventOf("status")(message)?.data.generation === 2 || undefined);
    const records = await plain.next((message) => {
      const frame = typeof message === "string" ? undefined : v2.decode(message);
      return frame?.ids[0] === 1 ? frame : undefined;
    });
    assert.deepEqual([...records.ids], [...nodes.ids]);
    const found = await getJson(`${base}/api/nodes?search=newcomer`, adminToken);
    assert.deepEqual(found.nodes.map(({ id }: { id: number }) => id), [NODES]);
    const { neighbours } = await getJson(`${base}/api/nodes/${NODES}`, adminToken);
    assert.deepEqual(neighbours.map(({ label }: { label: string }) => label), ["Valjean"]);
    const gone = await fetch(`${base}/api/nodes/${FIRST}`, { headers: { Authorization: `Bearer ${adminToken}` } });
    assert.equal(gone.status, 404);
    await gone.body?.cancel();
    const labels = await getJson(`${base}/api/graph/labels`, adminToken);
    assert.deepEqual([labels.generation, labels.ids.length, labels.ids[0]], [2, NODES, 1]);
    await v4.close();
    await plain.close();
  },
);

eachTransport("[REST-4] [REST-7] paths know a node as soon as the change is answered", async ({ base, adminToken }) => {
  const request = { add: { nodes: [{ key: "new" }], edges: [{ source: "new", target: "Valjean" }] } };
  const { body } = await change(base, request, adminToken), id = body.nodes[0].id;
  const chosen = await post(`${base}/api/sssp`, { source: id }, adminToken);
  assert.deepEqual([chosen.status, (await chosen.json()).source], [200, id]);
  const { path, generation } = await getJson(`${base}/api/path?from=${id}&to=${FIRST}&weighted=false`, adminToken);
  assert.deepEqual([path.hops, generation], [2, 2]);
});

eachTransport("[REST-6] a refused change leaves everything as it was", async ({ base, token, adminToken }) => {
  const before = await getJson(`${base}/api/graph/labels`, adminToken);
  const viewer = await token("viewer");
  assert.equal((await change(base, { remove: { nodes: ["Valjean"] } }, viewer)).status, 403);
  const { status, body } = await change(base, { remove: { nodes: ["Valjean", "Nobody"] } }, adminToken);
  assert.deepEqual([status, body.error], [409, { code: "unknown_node", message: 'There is no node "Nobody".' }]);
  const malformed = await change(base, { add: { edges: [{ source: "Valjean" }] } }, adminToken);
  assert.equal(malformed.status, 400);
  assert.match(malformed.body.error.message, /^add\.edges\.0\.target/);
  assert.deepEqual(await getJson(`${base}/api/graph/labels`, adminToken), before);
});

Deno.test("[REST-10] a thousand changes in a row: each is made or refused with a time to wait, and the layout follows", async () => {
  const server = await startServer([...DEMO]), { base, adminToken } = server;
  try {
    let made = 0;
    const refusals = new Set<number>();
    for (let k = 0; k < 1000; k++) {
      const request = { add: { nodes: [{ key: `k${k}` }], edges: [{ source: `k${k}`, target: "Valjean" }] } };
      const { status, body } = await change(base, request, adminToken);
      if (status === 200) made++;
      else {
        refusals.add(status);
        assert.ok(body.error.retry_after > 0);
      }
    }
    assert.ok([...refusals].every((status) => status === 429 || status === 503), [...refusals].join());
    assert.ok(made >= LIMITS.changesPerUser.value / 2, `${made} changes were made`);
    assert.ok(made < 1000);
    const client = await SocketClient.connect(`${server.ws}?token=${adminToken}&rate=60`, ["orrery.v4"]);
    await client.next((message) => fullGraph(message)?.nodes.count === NODES + made || undefined);
    await client.close();
  } finally {
    await server.close();
  }
});

Deno.test("[REST-9] a change that was answered survives the death of the process", () =>
  withTempFolder(async (data) => {
    const settings = ["--demo", "miserables", "--engine", "cpu", "--port", "0", "--data", data];
    const first = await ServerProcess.start(settings);
    const { origin, hash } = new URL(first.link), token = hash.replace("#token=", "");
    const { status } = await change(
      origin,
      { add: { nodes: [{ key: "kept" }] }, remove: { nodes: ["Javert"] } },
      token,
    );
    assert.equal(status, 200);
    await first.stop("SIGKILL");
    const second = await ServerProcess.start(settings);
    const again = new URL(second.link);
    const { nodes } = await getJson(`${again.origin}/api/graph`, again.hash.replace("#token=", ""));
    const keys = nodes.map(({ key }: { key: string }) => key);
    assert.deepEqual([keys.includes("kept"), keys.includes("Javert"), keys.length], [true, false, NODES]);
    assert.equal(await second.stop("SIGTERM"), 0);
  }));
