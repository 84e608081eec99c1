/** Several people at one graph, over real sockets, on both transports: who holds what, who is there, who looks where. */
import assert from "node:assert/strict";
import type { EventChannel } from "../../protocol/graph/events.ts";
import { type Camera, encodeCamera, encodeIntroduction } from "../../protocol/graph/presence.ts";
import { encodeHeartbeat, encodeNodeDrag, encodeNodeSelect, V4_TYPE } from "../../protocol/graph/v4.ts";
import { eachTransport, eventOf, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import type { TestServer } from "../helpers/test_server.ts";

/** An editor of an account of its own. */
async function join({ ws, token }: TestServer, channels?: readonly EventChannel[], rateHz = 1): Promise<SocketClient> {
  const url = `${ws}?token=${await token("editor")}&rate=${rateHz}`;
  const client = await SocketClient.connect(url, ["orrery.v4"]);
  if (channels !== undefined) client.send(JSON.stringify({ type: "subscribe", data: { channels } }));
  return client;
}

const drag = (id: number, phase: "start" | "move" | "end", x: number) => encodeNodeDrag({ id, phase, x, y: 0, z: 0 });

/** The holders of each node as soon as they are `wanted`, like `7:2 8:2`. */
const heldAs = (wanted: RegExp) => (message: Uint8Array | string) => {
  const told = eventOf("holds")(message)?.data.holds.map(({ id, participant }) => `${id}:${participant}`).join(" ");
  return told !== undefined && wanted.test(told) ? told : undefined;
};

const pinned = (ids: readonly number[]) => (message: Uint8Array | string) => {
  const event = eventOf("pins")(message);
  return event !== undefined && event.data.ids.join() === ids.join() ? event : undefined;
};

eachTransport("[EV-8] [V4-5] who drags last has the node; who held it is told, and is not refused", async (server) => {
  const ada = await join(server, []), grace = await join(server), watcher = await join(server, ["holds", "pins"]);
  ada.send(drag(7, "start", 1));
  assert.equal(await watcher.next(heldAs(/./)), "7:1");
  grace.send(drag(7, "start", 50));
  const { data } = await ada.next(eventOf("released"));
  assert.equal(data.reason, "taken");
  assert.equal(data.by?.participant, 2);
  assert.match(data.by?.user ?? "", /^editor-/);
  // More than would be refused before a socket is closed.
  for (let move = 0; move < 30; move++) ada.send(drag(7, "move", 1));
  ada.send(drag(7, "end", 1));
  ada.send(encodeHeartbeat(1, { reply: false }));
  const answer = await ada.next((message) => isBeat(message) || typeof message === "string" ? message : undefined);
  assert.ok(isBeat(answer), `${answer}`);
  grace.send(drag(7, "end", 50));
  await watcher.next(pinned([7]));
  for (const client of [ada, grace, watcher]) await client.close();
});

const isBeat = (message: Uint8Array | string) => typeof message !== "string" && message[1] === V4_TYPE.heartbeat;

eachTransport(
  "[EV-9] a node that its holder forgets is pinned and free half a second later, and all are told",
  async (server) => {
    const ada = await join(server, []), grace = await join(server, ["holds", "pins"]);
    ada.send(drag(7, "start", 30));
    assert.equal(await grace.next(heldAs(/./)), "7:1");
    assert.deepEqual((await ada.next(eventOf("released"))).data, { id: 7, reason: "idle" });
    await grace.next(pinned([7]));
    assert.equal((await getJson(`${server.base}/api/nodes/7`, server.adminToken)).pinned, true);
    ada.send(drag(7, "move", 31));
    assert.equal(await grace.next(heldAs(/./)), "7:1");
    for (const client of [ada, grace]) await client.close();
  },
);

eachTransport("[EV-10] a client holds five nodes, and none a moment after it has gone", async (server) => {
  const ada = await join(server, []), grace = await join(server, ["holds", "pins"]);
  for (let id = 0; id < 6; id++) ada.send(drag(id, "start", id));
  assert.equal((await ada.next(eventOf("error"))).data.code, "limit");
  assert.equal(await grace.next(heldAs(/4:1/)), "0:1 1:1 2:1 3:1 4:1");
  await ada.close();
  assert.equal(await grace.next(heldAs(/^$/)), "");
  await grace.close();
});

eachTransport("[EV-11] all are told who is there, under which name, and who has gone", async (server) => {
  const ada = await join(server, ["participants"]);
  const names = (count: number) => (message: Uint8Array | string) => {
    const { data } = eventOf("participants")(message) ?? {};
    return data?.count === count ? data.participants.map(({ name, role, color }) => [name, role, color]) : undefined;
  };
  assert.deepEqual(await ada.next(names(1)), [[undefined, "editor", undefined]]);
  const viewer = await SocketClient.connect(`${server.ws}?token=${await server.token("viewer")}&rate=1`);
  assert.deepEqual((await ada.next(names(2)))?.[1], [undefined, "viewer", undefined]);
  viewer.send(encodeIntroduction({ name: "Grace", color: "#ff7f00" }));
  const named = await ada.next((message) => names(2)(message)?.find(([name]) => name !== undefined));
  assert.deepEqual(named, ["Grace", "viewer", "#ff7f00"]);
  await viewer.close();
  assert.deepEqual(await ada.next(names(1)), [[undefined, "editor", undefined]]);
  await ada.close();
});

eachTransport(
  "[EV-12] where somebody looks is told to the others, the newest alone, and ends with its connection",
  async (server) => {
    const ada = await join(server, ["cameras"]), grace = await join(server, ["cameras"]);
    for (const client of [ada, grace]) assert.deepEqual((await client.next(eventOf("cameras"))).data.cameras, []);
    const at = (x: number): Camera => ({ position: [x, 0, 40], target: [0, 0, 0] });
    for (let x = 1; x <= 200; x++) ada.send(encodeCamera(at(x)));
    let told = 0;
    await grace.next((message) => {
      const cameras = eventOf("cameras")(message)?.data.cameras;
      if (cameras !== undefined) told++;
      return cameras?.[0]?.position[0] === 200 ? cameras : undefined;
    });
    assert.ok(told <= 20, `${told} of 200`);
    grace.send(encodeCamera(at(7)));
    // The first that Ada hears is not her own.
    assert.deepEqual((await ada.next(eventOf("cameras"))).data.cameras, [{ participant: 2, ...at(7) }]);
    await grace.close();
    assert.deepEqual((await ada.next(eventOf("cameras"))).data.cameras, []);
    await ada.close();
  },
);

eachTransport("[V4-18] what somebody selects is told in words, and to nobody who has sent none", async (server) => {
  const silent = await join(server, undefined, 60),
    reader = await join(server, ["selections"]),
    ada = await join(server);
  await reader.next(eventOf("selections"));
  ada.send(encodeNodeSelect(7));
  const { data } = await reader.next(eventOf("selections"));
  assert.deepEqual(data.selections.map(({ participant, id }) => [participant, id]), [[3, 7]]);
  silent.send(encodeHeartbeat(1, { reply: false }));
  const others: unknown[] = [], places: number[] = [V4_TYPE.fullGraph, V4_TYPE.positionUpdate];
  await silent.next((message) => {
    if (isBeat(message)) return message;
    if (typeof message === "string" || !places.includes(message[1])) others.push(message);
  });
  assert.deepEqual(others, []);
  for (const client of [silent, reader, ada]) await client.close();
});
