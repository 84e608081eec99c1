/** Who is away, and what comes of it, with the time in the test's hand. */
import assert from "node:assert/strict";
import type { ServerEvent } from "../../../protocol/graph/events.ts";
import { decodeV4, encodeNodeDrag, encodeNodeSelect } from "../../../protocol/graph/v4.ts";
import { parseRoomState } from "../../../protocol/network/voice_room.ts";
import { LIMITS } from "../../../server/limits.ts";
import { openGraphEndpoint } from "../../helpers/graph_endpoint.ts";
import { V4_BYTES, voiceOf } from "../../helpers/voice.ts";

/** What events say, in short. */
function short(events: readonly ServerEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case "resume":
        return "token" in event.data ? `resumed ${event.data.resumed}` : event.data.reason;
      case "participants":
        return `participants ${event.data.participants.map(({ participant }) => participant).join()}`;
      case "released":
        return `released ${event.data.id} ${event.data.reason} ${event.seq}`;
      case "holds":
        return `holds ${event.data.holds.map(({ id, participant }) => `${id}:${participant}`).join()}`;
      default:
        return event.type;
    }
  });
}

const drag = (id: number, phase: "start" | "move" | "end") => encodeNodeDrag({ id, phase, x: 3, y: 0, z: 0 });

Deno.test("[RES-3] nobody is told that somebody is away, until it does not come back in time; what it did is over then", async () => {
  const { clock, hub, endpoint, connect, close } = await openGraphEndpoint();
  const ada = await connect(), token = ada.subscribe([]), grace = await connect();
  grace.subscribe(["participants", "selections"]);
  clock.advance(100);
  ada.listener.onMessage(encodeNodeSelect(4));
  clock.advance(100);
  grace.events();
  ada.lose();
  clock.advance(LIMITS.absenceMs.value - 1);
  assert.deepEqual([short(grace.events()), hub.size, endpoint.returns.away], [[], 2, 1]);
  clock.advance(101);
  assert.deepEqual(short(grace.events()).sort(), ["participants 2", "selections", "status"].slice(0, 2));
  assert.deepEqual([hub.size, endpoint.returns.away], [1, 0]);
  const late = await connect({ resume: { token, sequence: 0 } });
  assert.deepEqual(short(late.events()), ["expired"]);
  await close();
  assert.equal(clock.pending, 0);
});

Deno.test("[RES-3] [EV-9] a hand that is away holds on as long as one that rests, and hears of it when it is back", async () => {
  const { clock, connect, calls, close } = await openGraphEndpoint();
  const ada = await connect(), token = ada.subscribe([]);
  ada.listener.onMessage(drag(7, "start"));
  clock.advance(100);
  ada.lose();
  const soon = await connect({ resume: { token, sequence: 0 } });
  clock.advance(300);
  soon.listener.onMessage(drag(7, "move"));
  assert.deepEqual(calls.filter((call) => call.startsWith("pin")), ["pin 7 3 0 0", "pin 7 3 0 0"]);
  const [told] = soon.events();
  assert.ok(told.type === "resume" && "token" in told.data);
  soon.lose();
  clock.advance(500);
  const later = await connect({ resume: { token: told.data.token, sequence: 0 } });
  assert.deepEqual(short(later.events()), ["resumed true", "released 7 idle 1"]);
  later.lose();
  await close();
});

Deno.test("[RES-3] whoever closes on purpose, is closed for what it did, or never asked, is gone at once", async () => {
  const { clock, hub, endpoint, connect, close } = await openGraphEndpoint();
  for (const code of [1000, 1001, 1005, 1008, 1009, 1011, 4001]) {
    const client = await connect();
    client.subscribe([]);
    client.listener.onClose(code, "");
    assert.deepEqual([hub.size, endpoint.returns.away], [0, 0], `${code}`);
  }
  const never = await connect();
  never.say("subscribe", { channels: [] });
  never.lose();
  const refused = await connect();
  refused.subscribe([]);
  for (let bad = 0; bad < LIMITS.badMessages.value; bad++) refused.listener.onMessage("nonsense");
  assert.equal(refused.socket.closes[0].code, 1008);
  refused.lose();
  const flooding = await connect();
  flooding.subscribe([]);
  flooding.listener.onFlood?.();
  flooding.lose();
  assert.deepEqual([hub.size, endpoint.returns.away], [0, 0]);
  const slow = await connect();
  slow.subscribe([]);
  slow.socket.peer = "stuck";
  for (let event = 0; event < 2 * LIMITS.queuedEvents.value; event++) {
    slow.listener.onMessage('{"type":"ping","timestamp":0}');
  }
  assert.match(slow.socket.closes[0].reason, /Slow consumer/);
  slow.lose();
  assert.deepEqual([hub.size, endpoint.returns.away], [0, 0]);
  const silent = await connect();
  silent.subscribe([]);
  silent.listener.onClose(4000, "no answer");
  assert.deepEqual([hub.size, endpoint.returns.away], [1, 1], "its client heard nothing any more");
  await close();
  assert.deepEqual([hub.size, clock.pending], [0, 0]);
});

Deno.test("[RES-7] whoever comes before the server has noticed takes over; the older socket is closed and not listened to", async () => {
  const { hub, loop, connect, close } = await openGraphEndpoint();
  const ada = await connect(), token = ada.subscribe(["holds"]);
  ada.listener.onMessage(drag(7, "start"));
  const back = await connect({ resume: { token, sequence: 0 } });
  assert.deepEqual(ada.socket.closes.map(({ code }) => code), [1000]);
  assert.deepEqual(short(back.events()), ["resumed true", "holds 7:1"]);
  ada.listener.onMessage(drag(7, "end"));
  ada.lose();
  assert.deepEqual([hub.size, loop.isPinned(7)], [1, false]);
  back.listener.onMessage(drag(7, "end"));
  assert.ok(loop.isPinned(7));
  back.listener.onClose(1000, "");
  assert.equal(hub.size, 0);
  await close();
});

Deno.test("[RES-6] whoever cannot go on is told why, is somebody new, and may come back as that", async () => {
  const { hub, connect, close } = await openGraphEndpoint();
  const ada = await connect(), token = ada.subscribe([]), resume = { token, sequence: 0 };
  const reason = async (options: Parameters<typeof connect>[0]) => {
    const client = await connect({ resume, ...options }), told = short(client.events());
    client.subscribe([]);
    client.listener.onClose(1000, "");
    return told;
  };
  assert.deepEqual(await reason({ resume: { token: "x", sequence: 0 } }), ["unknown"]);
  assert.deepEqual(await reason({ account: 2 }), ["account"]);
  const back = await connect({ resume });
  assert.deepEqual(await reason({}), ["used"]);
  const [told] = back.events();
  assert.ok(told.type === "resume" && "token" in told.data);
  const next = told.data.token;
  assert.deepEqual(await reason({ resume: { token: next, sequence: 1 } }), ["sequence"]);
  assert.deepEqual([back.socket.closes.map(({ code }) => code), back.socket.isOpen], [[1000], false]);
  back.listener.onClose(1000, "");
  assert.deepEqual(await reason({ resume: { token: next, sequence: 0 } }), ["expired"]);
  const grace = await connect(), hers = { token: grace.subscribe([]), sequence: 0 };
  grace.lose();
  assert.deepEqual(await reason({ resume: hers, dialect: "v2" }), ["dialect"]);
  assert.equal(hub.size, 0, "nobody is waited for who has begun anew");
  await close();
});

Deno.test("[RES-8] who is away takes no place of those who are there, and nobody can make them many", async () => {
  const { clock, hub, endpoint, ask, connect, close } = await openGraphEndpoint();
  const { connectionsPerUser, absencesPerUser } = LIMITS;
  for (let come = 0; come < 1000; come++) {
    const client = await connect();
    client.subscribe([]);
    client.lose();
    assert.ok(hub.size <= absencesPerUser.value);
  }
  assert.equal(endpoint.returns.away, absencesPerUser.value);
  const tokens: string[] = [];
  const open = [];
  for (let count = 0; count < connectionsPerUser.value; count++) {
    const client = await connect();
    tokens.push(client.subscribe([]));
    open.push(client);
  }
  assert.equal((await ask({})).accept, false, "the account has all its sockets open");
  for (const client of open) client.lose();
  const back = [];
  for (const token of tokens) back.push(await connect({ resume: { token, sequence: 0 } }));
  assert.ok(back.every((client) => short(client.events())[0] === "resumed true"));
  assert.equal((await ask({})).accept, false, "and again");
  for (const client of back) client.listener.onClose(1000, "");
  assert.deepEqual([hub.size, endpoint.returns.away], [0, 0]);
  assert.equal((await ask({})).accept, true);
  clock.advance(60_000);
  await close();
  assert.equal(clock.pending, 0);
});

Deno.test("[RES-8] what is missed is kept to its bound, and a client that misses more begins anew", async () => {
  const { connect, hub, close } = await openGraphEndpoint(), most = LIMITS.keptEvents.value;
  const lost = async (events: number) => {
    const client = await connect({ account: events }), token = client.subscribe([]);
    const line = hub.members().at(-1)?.line;
    client.lose();
    for (let missed = 0; missed < events; missed++) line?.say({ type: "released", data: { id: 1, reason: "idle" } });
    return short((await connect({ account: events, resume: { token, sequence: 0 } })).events());
  };
  const all = await lost(most);
  assert.deepEqual([all.length, all[1], all.at(-1)], [most + 1, "released 1 idle 1", `released 1 idle ${most}`]);
  assert.deepEqual(await lost(most + 1), ["sequence"]);
  await close();
});

Deno.test("[RES-3] [RES-4] a place in a room of voice is kept, and what is said meanwhile is not", async () => {
  const { clock, connect, close } = await openGraphEndpoint();
  const ada = await connect(), resume = { token: ada.subscribe([]), sequence: 0 }, grace = await connect();
  for (const { say } of [ada, grace]) say("voice", {});
  const rooms = ({ socket }: typeof ada) =>
    socket.sent.splice(0).flatMap((data) => typeof data === "string" ? parseRoomState(data) ?? [] : [])
      .map(({ members }) => members.map(({ participant }) => participant).join());
  clock.advance(100);
  assert.deepEqual(rooms(grace), ["1,2"]);
  ada.lose();
  grace.listener.onMessage(V4_BYTES);
  clock.advance(1000);
  const back = await connect({ resume });
  clock.advance(100);
  assert.equal(back.socket.sent.some((data) => voiceOf(data) !== undefined), false);
  assert.deepEqual([rooms(back), new Set(rooms(grace))], [["1,2"], new Set(["1,2"])]);
  grace.listener.onMessage(V4_BYTES);
  assert.deepEqual(back.socket.sent.map(voiceOf), [V4_BYTES]);
  back.lose();
  clock.advance(LIMITS.absenceMs.value + 100);
  assert.deepEqual(rooms(grace).at(-1), "2");
  await close();
  assert.equal(clock.pending, 0);
});

Deno.test("[RES-4] a filter that is answered while nobody listens is in force, and told, for whoever comes back", async () => {
  const { connect, close } = await openGraphEndpoint();
  const ada = await connect(), resume = { token: ada.subscribe([]), sequence: 0 };
  ada.say("filter", { maxNodes: 5 });
  ada.lose();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  const back = await connect({ resume }), [graph] = back.socket.sent.filter((data) => typeof data !== "string");
  const message = decodeV4(graph);
  assert.ok(message.type === "fullGraph");
  assert.equal(message.nodes.count, 5);
  assert.deepEqual(back.events().map(({ type, seq }) => [type, seq]), [["resume", undefined], ["filter", 1]]);
  back.lose();
  await close();
});
