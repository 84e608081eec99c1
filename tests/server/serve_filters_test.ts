/** Filters of single connections, over real sockets, on both transports. */
import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { encodeAck, peekQ1, Q1Decoder } from "../../protocol/graph/q1.ts";
import { sssp } from "../../protocol/graph/sssp.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import {
  decodeV4,
  deflateV4,
  encodeFilterUpdate,
  encodeHeartbeat,
  fragmentV4,
  type NodeFilter,
} from "../../protocol/graph/v4.ts";
import { eachTransport, eventOf, getJson, NODES, post } from "../helpers/each_transport.ts";
import { LIMITS } from "../../server/limits.ts";
import { openGraph } from "../../web/connection/mod.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import type { TestServer } from "../helpers/test_server.ts";

type Message = Uint8Array | string;

const v4Message = (message: Message) => typeof message === "string" ? undefined : decodeV4(message);
const fullGraph = (message: Message) => {
  const decoded = v4Message(message);
  return decoded?.type === "fullGraph" ? decoded : undefined;
};
const positions = (message: Message) => {
  const decoded = v4Message(message);
  return decoded?.type === "positionUpdate" ? decoded : undefined;
};

const textOf = (filter: NodeFilter) => JSON.stringify({ type: "filter", data: filter });

async function connect({ ws, adminToken }: TestServer, dialect: string): Promise<SocketClient> {
  return await SocketClient.connect(`${ws}?token=${adminToken}&rate=60`, [`orrery.${dialect}`]);
}

/** Ids of the nodes of a type, and of a node and its neighbours, as REST tells them. */
async function expected({ base, adminToken }: TestServer) {
  const labels = await getJson(`${base}/api/graph/labels`, adminToken);
  const typed = (name: string): number[] =>
    labels.ids.filter((_: number, index: number) => labels.typeNames[labels.types[index]] === name);
  const { id, neighbours } = await getJson(`${base}/api/nodes/11`, adminToken);
  const around: number[] = [id, ...neighbours.map((neighbour: { id: number }) => neighbour.id)];
  return { typed, around: around.sort((a, b) => a - b) };
}

eachTransport("[V4-16] a filter in deflated pieces is answered, and a heartbeat passes them", async (server) => {
  const { typed } = await expected(server), ids = typed("Digne"), client = await connect(server, "v4");
  const filter = { types: ["Digne", "a".repeat(128)] }, deflated = await deflateV4(encodeFilterUpdate(filter));
  const [first, ...rest] = fragmentV4(deflated, { fragmentBytes: 16 });
  assert.ok(deflated.byteLength < encodeFilterUpdate(filter).byteLength && rest.length > 1);
  client.send(first);
  client.send(encodeHeartbeat(7, { reply: false }));
  await client.next((message) => v4Message(message)?.type === "heartbeat" || undefined);
  for (const piece of rest) client.send(piece);
  await client.next((message) => fullGraph(message)?.nodes.ids.join() === ids.join() || undefined);
  await client.close();
});

eachTransport(
  "[V4-20] two sockets with different filters see their nodes and no others, a third sees all",
  async (server) => {
    const { typed, around } = await expected(server);
    const [one, other, plain] = await Promise.all(["v4", "v4", "v4"].map((dialect) => connect(server, dialect)));
    one.send(encodeFilterUpdate({ types: ["Digne"] }));
    other.send(encodeFilterUpdate({ rootId: 11, maxDepth: 1 }));
    const wanted = [[one, typed("Digne")], [other, around]] as const;
    assert.ok(typed("Digne").length > 2 && around.length > 10 && around.length < NODES);
    for (const [client, ids] of wanted) {
      const graph = await client.next((message) => {
        const graph = fullGraph(message);
        return graph?.nodes.count === ids.length ? graph : undefined;
      });
      assert.deepEqual([...graph.nodes.ids], ids);
      const inside = new Set(ids), { sources, targets, count } = graph.edges;
      assert.ok(count > 0 && [...sources, ...targets].every((id) => inside.has(id)));
    }
    await post(`${server.base}/api/simulation`, { action: "reset" }, server.adminToken);
    for (const [client, ids] of wanted) {
      for (let frame = 0; frame < 3; frame++) {
        const { nodes } = await client.next(positions);
        assert.deepEqual([...nodes.ids], ids);
        assert.ok(nodes.positions.some((value) => value !== 0) && nodes.positions.every(Number.isFinite));
      }
    }
    assert.equal((await plain.next(positions)).nodes.count, NODES);
    one.send(encodeFilterUpdate({}));
    assert.equal((await one.next((message) => fullGraph(message))).nodes.count, NODES);
    for (const client of [one, other, plain]) await client.close();
  },
);

eachTransport("[EV-14] whoever reads records filters by text, and is told how many nodes pass", async (server) => {
  const { typed } = await expected(server), ids = typed("Digne");
  const records = await connect(server, "v2"), paths = await connect(server, "sssp");
  for (const client of [records, paths]) {
    client.send(textOf({ types: ["Digne", "Digne"] }));
    const { data } = await client.next(eventOf("filter"));
    assert.deepEqual(data, { filter: { types: ["Digne"] }, nodes: ids.length });
  }
  const bytes = (message: Message) => typeof message === "string" ? undefined : message;
  const few = (recordBytes: number) => (message: Message) =>
    bytes(message)?.length === ids.length * recordBytes ? bytes(message) : undefined;
  assert.deepEqual([...v2.decode(await records.next(few(36))).ids], ids);
  assert.deepEqual([...sssp.decode(await paths.next(few(34))).ids], ids);
  records.send(textOf({ types: ["nobody"] }));
  assert.equal((await records.next(eventOf("filter"))).data.nodes, 0);
  assert.equal((await records.next((message) => bytes(message)?.length === 0 ? message : undefined)).length, 0);
  records.send(textOf({}));
  assert.deepEqual((await records.next(eventOf("filter"))).data, { filter: {}, nodes: NODES });
  for (const client of [records, paths]) await client.close();
});

eachTransport("[Q1-15] a Q1 reader that filters is told its nodes, then reads their places", async (server) => {
  const client = await connect(server, "q1"), decoder = new Q1Decoder();
  client.send(encodeFilterUpdate({ maxNodes: 9 }));
  const { nodes } = await client.next((message) => {
    if (typeof message !== "string" && message[0] === 4) return fullGraph(message);
    if (typeof message !== "string") {
      client.send(encodeAck({ sequence: peekQ1(message).sequence, credit: 2, needsKeyframe: false }));
    }
  });
  const frame = await client.bytes(), out = createFrame(9);
  assert.deepEqual([peekQ1(frame).kind, peekQ1(frame).count], ["keyframe", 9]);
  decoder.decodeInto(frame, out);
  out.positions.forEach((value, k) => assert.ok(Math.abs(value - nodes.positions[k]) <= 0.51 * decoder.quantum));
  await client.close();
});

eachTransport("[Q1-15] the client library filters over Q1: its graph, then positions in its order", async (server) => {
  const seen: string[] = [], done = Promise.withResolvers<void>();
  const { socket } = openGraph(server.link, {
    graph: ({ count }) => seen.push(`graph ${count}`),
    positions({ count, generation }) {
      seen.push(`positions ${count} ${generation > 1 ? "of a subset" : "of the graph"}`);
      socket.shown();
      if (seen.length === 1) socket.filter({ maxNodes: 9 });
      if (count === 9) socket.filter({});
      if (count === NODES && seen.includes(`graph ${NODES}`)) done.resolve();
    },
  }, { dialects: ["q1"] });
  await done.promise;
  socket.close();
  const firstOfEach = seen.filter((what, at) => what !== seen[at - 1]);
  assert.deepEqual(firstOfEach.filter((_, at) => at < 5), [
    ...[`positions ${NODES} of the graph`, "graph 9", "positions 9 of a subset", `graph ${NODES}`],
    `positions ${NODES} of the graph`,
  ]);
});

eachTransport("[V4-21] names and clusters are looked up, and AND-ed with the rest", async (server) => {
  const { base, adminToken } = server, client = await connect(server, "v4");
  const { generation, ids, clusters } = await getJson(`${base}/api/graph/clusters`, adminToken);
  const members: number[] = ids.filter((_: number, index: number) => clusters[index] === clusters[11]);
  assert.ok(generation === 1 && ids.length === NODES && members.length > 2 && members.length < NODES);
  client.send(encodeFilterUpdate({ clusters: [clusters[11]] }));
  const answer = (count: number) => (message: Message) => {
    const graph = fullGraph(message);
    return graph?.nodes.count === count ? [...graph.nodes.ids] : undefined;
  };
  assert.deepEqual(await client.next(answer(members.length)), members);
  client.send(encodeFilterUpdate({ clusters: [clusters[11]], search: "valjean" }));
  assert.deepEqual(await client.next(answer(1)), [11]);
  client.send(encodeFilterUpdate({ clusters: [clusters[11] + 1], search: "valjean" }));
  assert.deepEqual(await client.next(answer(0)), []);
  await client.close();
});

eachTransport("[V4-22] a filter goes on over a change of the graph", async (server) => {
  const { base, adminToken } = server, client = await connect(server, "v4");
  client.send(encodeFilterUpdate({ rootId: 11, maxDepth: 1, types: ["brand new"] }));
  await client.next((message) => fullGraph(message)?.nodes.count === 0 || undefined);
  const { key } = await getJson(`${base}/api/nodes/11`, adminToken);
  const change = {
    add: { nodes: [{ key: "a", type: "brand new" }], edges: [{ source: "a", target: key }] },
  };
  assert.equal((await post(`${base}/api/graph/changes`, change, adminToken)).status, 200);
  const { nodes } = await client.next((message) => {
    const graph = fullGraph(message);
    return graph !== undefined && graph.nodes.count > 0 ? graph : undefined;
  });
  assert.deepEqual([...nodes.ids], [NODES]);
  assert.deepEqual([...(await client.next(positions)).nodes.ids], [NODES]);
  await client.close();
});

eachTransport("[V4-23] a filter that cannot be is refused with a reason, and changes nothing", async (server) => {
  const client = await connect(server, "v4");
  client.send(textOf({ maxNodes: 5 }));
  await client.next(eventOf("filter"));
  client.send(encodeFilterUpdate({ rootId: 4000 }));
  assert.deepEqual((await client.next(eventOf("error"))).data, {
    code: "unknown_node",
    message: "There is no node 4000.",
  });
  client.send('{"type":"filter","data":{"maxNode":5}}');
  assert.match((await client.next(eventOf("error"))).data.message, /^filter: expected no fields but types,/);
  await post(`${server.base}/api/simulation`, { action: "reset" }, server.adminToken);
  for (let frame = 0; frame < 3; frame++) assert.equal((await client.next(positions)).nodes.count, 5);
  await client.close();
});

eachTransport("[V4-23] one account cannot take every place for a filter from the others", async (server) => {
  const most = LIMITS.filtersPerUser.value, guest = await server.token("viewer");
  const mine = await Promise.all(Array.from({ length: most + 1 }, () => connect(server, "v2")));
  const [extra, ...served] = mine;
  for (const [k, client] of served.entries()) {
    client.send(textOf({ maxNodes: k + 1 }));
    assert.equal((await client.next(eventOf("filter"))).data.nodes, k + 1);
  }
  extra.send(textOf({ maxNodes: 60 }));
  const answer = await extra.next((message) => eventOf("error")(message) ?? eventOf("filter")(message));
  assert.ok(answer.type === "error");
  const { code, message, retry_after } = answer.data;
  assert.deepEqual([code, message], [
    "limit",
    `One account watches through at most ${most} different filters at once.`,
  ]);
  assert.ok((retry_after ?? 0) > 0);
  served[0].send(textOf({ maxNodes: 61 }));
  assert.equal((await served[0].next(eventOf("filter"))).data.nodes, 61, "one instead of another");
  const other = await connect({ ...server, adminToken: guest }, "v2");
  other.send(textOf({ maxNodes: 62 }));
  assert.equal((await other.next(eventOf("filter"))).data.nodes, 62, "another account");
  for (const client of [extra, other, ...served]) await client.close();
});
