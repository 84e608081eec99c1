/** Connections that are lost and come back as who they were, over real sockets, on both transports. */
import assert from "node:assert/strict";
import type { EventChannel, ServerEvent } from "../../protocol/graph/events.ts";
import { encodeIntroduction, type ParticipantsData } from "../../protocol/graph/presence.ts";
import { withResume } from "../../protocol/graph/resume.ts";
import { decodeV4, encodeFilterUpdate, encodeNodeSelect } from "../../protocol/graph/v4.ts";
import { CutLink } from "../helpers/cut_link.ts";
import { DEMO, eachTransport, eventOf, getJson } from "../helpers/each_transport.ts";
import { drag, lossy, named, outcomeOf, subscribe, ticketOf } from "../helpers/lossy.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";
import { LIMITS } from "../../server/limits.ts";

const ALL: readonly EventChannel[] = ["status", "pins", "selections", "participants", "holds"];

async function isLostAndBack(server: TestServer): Promise<void> {
  const token = await server.token("editor"), { link, url, client: ada } = await lossy(server, token);
  const grace = await SocketClient.connect(`${server.ws}?token=${await server.token("editor")}&rate=1`, [
    "orrery.v4",
  ]);
  subscribe(ada, ALL, true);
  const ticket = await ticketOf(ada);
  ada.send(encodeIntroduction({ name: "Ada", color: "#ff7f00" }));
  ada.send(encodeNodeSelect(5));
  ada.send(drag(7, "start", 1));
  ada.send(drag(999_999, "start", 1));
  const refused = await ada.next(eventOf("error"));
  assert.equal(refused.seq, 1);
  subscribe(grace, ["participants", "holds"]);
  assert.equal((await grace.next(named("Ada"))).count, 2);
  link.cut();
  await ada.closed;
  grace.send(drag(7, "start", 50));
  await grace.next((message) =>
    eventOf("holds")(message)?.data.holds.some(({ id, participant }) => id === 7 && participant === 2) || undefined
  );
  const back = await SocketClient.connect(withResume(url, { token: ticket, sequence: 1 }), ["orrery.v4"]);
  const heard: ServerEvent[] = [];
  const status = await back.next((message) => {
    if (typeof message === "string") heard.push(JSON.parse(message));
    return eventOf("status")(message);
  });
  const [first, second, ...rest] = heard;
  assert.equal(first.type === "resume" && first.data.resumed, true);
  assert.deepEqual([second.type, second.seq], ["released", 2]);
  assert.ok(rest.every(({ seq }) => seq === undefined));
  assert.equal(status.data.participant, 1);
  const { selections } = (await back.next(eventOf("selections"))).data;
  assert.deepEqual(selections.map(({ participant, id }) => [participant, id]), [[1, 5]]);
  const { participants } = (await back.next(named("Ada"))) satisfies ParticipantsData;
  assert.deepEqual(participants.map(({ participant, name, color }) => [participant, name, color]), [
    [1, "Ada", "#ff7f00"],
    [2, undefined, undefined],
  ]);
  assert.equal(decodeV4(await back.bytes()).type, "fullGraph");
  grace.send(encodeIntroduction({ name: "Grace" }));
  const told = (await grace.next(named("Grace"))).participants.map(({ participant }) => participant);
  assert.deepEqual(told, [1, 2]);
  await back.close();
  const left = await grace.next((message) => {
    const data = eventOf("participants")(message)?.data;
    return data?.count === 1 ? data : undefined;
  });
  assert.deepEqual(left.participants.map(({ participant }) => participant), [2]);
  await grace.close();
  await link.close();
}

const MAIN =
  "[RES-1] [RES-2] [RES-3] [RES-4] whoever is lost comes back as who it was, hears once what it missed, and nobody else notices";

eachTransport(MAIN, isLostAndBack);

Deno.test(`${MAIN} [io workers]`, async () => {
  const server = await startServer([...DEMO, "--io-workers", "2"]);
  try {
    await isLostAndBack(server);
  } finally {
    await server.close();
  }
});

eachTransport("[RES-4] [RES-5] in every dialect, at both addresses, and in the same one only", async (server) => {
  const token = await server.token("viewer"), link = new CutLink(server.ports.graph);
  let participant = 0;
  for (const path of ["/ws", "/ws/positions"]) {
    for (const dialect of ["v2", "v4", "q1", "sssp"]) {
      const url = link.by(`ws://127.0.0.1:${server.ports.graph}${path}?token=${token}&protocol=${dialect}&rate=1`);
      const client = await SocketClient.connect(url);
      subscribe(client, ["participants"], true);
      const ticket = await ticketOf(client);
      participant++;
      link.cut();
      await client.closed;
      const back = await SocketClient.connect(withResume(url, { token: ticket, sequence: 0 }));
      assert.equal(await outcomeOf(back), true, `${path} ${dialect}`);
      const { data } = await back.next(eventOf("participants"));
      assert.deepEqual(data.participants.map((one) => one.participant), [participant], `${path} ${dialect}`);
      assert.ok((await back.bytes()).length > 0, "and frames come");
      subscribe(back, [], true);
      const next = await ticketOf(back);
      link.cut();
      await back.closed;
      const other = url.replace(`protocol=${dialect}`, `protocol=${dialect === "v2" ? "v4" : "v2"}`);
      const anew = await SocketClient.connect(withResume(other, { token: next, sequence: 0 }));
      assert.equal(await outcomeOf(anew), "dialect");
      await anew.close();
      participant += 2;
    }
  }
  await link.close();
});

eachTransport("[RES-4] a filter stays in force, and not one frame comes without it", async (server) => {
  const { link, url, client } = await lossy(server, await server.token("viewer"));
  subscribe(client, [], true);
  const ticket = await ticketOf(client);
  client.send(encodeFilterUpdate({ maxNodes: 5 }));
  await client.next(eventOf("filter"));
  link.cut();
  await client.closed;
  const back = await SocketClient.connect(withResume(url, { token: ticket, sequence: 1 }), ["orrery.v4"]);
  // Its turn of heartbeats may have come.
  const message = await back.next((data) => {
    const message = typeof data === "string" ? undefined : decodeV4(data);
    return message?.type === "heartbeat" ? undefined : message;
  });
  assert.ok(message.type === "fullGraph");
  assert.equal(message.nodes.count, 5);
  await back.close();
  await link.close();
});

eachTransport("[RES-7] a client that changes networks goes on before the server has noticed", async (server) => {
  const { link, plain, client } = await lossy(server, await server.token("editor")),
    token = await server.token("viewer");
  const watcher = await SocketClient.connect(`${server.ws}?token=${token}&rate=1`);
  subscribe(watcher, ["participants"]);
  subscribe(client, [], true);
  const ticket = await ticketOf(client);
  client.send(encodeIntroduction({ name: "Ada" }));
  await watcher.next(named("Ada"));
  link.die();
  const back = await SocketClient.connect(withResume(plain, { token: ticket, sequence: 0 }), ["orrery.v4"]);
  assert.equal(await outcomeOf(back), true);
  back.send(encodeIntroduction({ name: "Countess" }));
  const { participants, count } = await watcher.next(named("Countess"));
  assert.deepEqual([count, participants[0].participant], [2, 1]);
  await back.close();
  await watcher.close();
  await link.close();
});

eachTransport("[RES-8] metrics count who is away, who went on, and who could not", async (server) => {
  const { link, url, client } = await lossy(server, await server.token("viewer"));
  subscribe(client, [], true);
  const ticket = await ticketOf(client);
  link.cut();
  await client.closed;
  const read = async () => {
    const { metrics } = await getJson(`${server.base}/metrics.json`);
    const samples = (name: string) =>
      metrics.find((metric: { name: string }) => metric.name === `orrery_${name}`).samples
        .map(({ labels, value }: { labels: { reason?: string }; value: number }) => [labels.reason, value]);
    return [samples("away"), samples("resumed_total"), samples("resume_refused_total")];
  };
  // The server may hear of the loss after its client has.
  let away = await read();
  while (away[0][0][1] === 0) away = await read();
  assert.deepEqual(away, [[[undefined, 1]], [[undefined, 0]], []]);
  const back = await SocketClient.connect(withResume(url, { token: ticket, sequence: 0 }), ["orrery.v4"]);
  const stale = await SocketClient.connect(withResume(url, { token: ticket, sequence: 0 }), ["orrery.v4"]);
  assert.equal(await outcomeOf(stale), "used");
  assert.deepEqual(await read(), [[[undefined, 0]], [[undefined, 1]], [["used", 1]]]);
  for (const one of [back, stale]) await one.close();
  await link.close();
});

eachTransport("[RES-8] clients that come, and are cut off at once, do not become many", async (server) => {
  const token = await server.token("viewer"), link = new CutLink(server.ports.graph);
  const url = link.by(`${server.ws}?token=${token}&rate=1&protocol=v4`), most = LIMITS.absencesPerUser.value;
  for (let come = 0; come < 2 * most; come++) {
    const client = await SocketClient.connect(url);
    subscribe(client, [], true);
    await ticketOf(client);
    link.cut();
    await client.closed;
  }
  const watcher = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`);
  subscribe(watcher, ["participants"]);
  const { count } = await watcher.next((message) => {
    const data = eventOf("participants")(message)?.data;
    return data !== undefined && data.count <= most + 1 ? data : undefined;
  });
  assert.equal(count, most + 1);
  await watcher.close();
  await link.close();
});
