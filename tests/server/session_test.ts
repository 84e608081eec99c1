import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { encodeAck } from "../../protocol/graph/q1.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { encodeHeartbeat, encodeNodeDrag, encodeNodeSelect, V4_FLAG, V4_TYPE } from "../../protocol/graph/v4.ts";
import { applyChange } from "../../server/graph_change.ts";
import { LIMITS } from "../../server/limits.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import { StoreError } from "../../server/store/store_error.ts";
import { storeOf } from "../helpers/graphs.ts";
import { NODES, openSession } from "../helpers/lone_session.ts";

/** Takes nodes out of the graph of a loop. */
function removeNodes({ loop }: { loop: SimulationLoop }, keys: readonly string[]): void {
  const change = { add: { nodes: [], edges: [] }, remove: { nodes: keys, edges: [] } };
  loop.follow(applyChange(storeOf(NODES, []), change, (key) => Number(key.slice(1))));
}

Deno.test("a node that is removed while it is held is let go of, and its holder told, not punished", async () => {
  const { session, calls, errors, socket, loop } = await openSession();
  session.onMessage(JSON.stringify({ type: "subscribe", data: { channels: [] } }));
  session.onMessage(encodeNodeDrag({ id: 1, phase: "start", x: 1, y: 1, z: 1 }));
  session.onMessage(encodeNodeDrag({ id: 2, phase: "start", x: 2, y: 2, z: 2 }));
  removeNodes({ loop }, ["n1"]);
  for (let move = 0; move < 20; move++) session.onMessage(encodeNodeDrag({ id: 1, phase: "move", x: 1, y: 1, z: 1 }));
  assert.deepEqual(errors()[0], { code: "unknown_node", message: "Node 1 has been removed." });
  assert.deepEqual(socket.closes, []);
  session.onClose();
  assert.deepEqual(calls.filter((call) => call.startsWith("pin")), ["pin 1 1 1 1", "pin 2 2 2 2", "pin 1 2 2 2"]);
  assert.deepEqual(loop.pinnedIds(), [2], "the other node is pinned where it was left, under the index it has by now");
});

Deno.test("[V2-7] records of removed nodes are passed over, the others move", async () => {
  const { session, calls, loop } = await openSession({ dialect: "v2" });
  removeNodes({ loop }, ["n0"]);
  const frame = createFrame(2);
  frame.positions.set([1, 1, 1, 2, 2, 2]);
  session.onMessage(v2.encode(frame));
  assert.equal(calls.at(-1), "place 0 2 2 2");
});

const drag = (id: number, phase: "start" | "move" | "end", x = 1) => encodeNodeDrag({ id, phase, x, y: 0, z: 0 });

Deno.test("[EV-1] [V2-6] [V4-8] a client that sent no text is sent none, not even for its errors", async () => {
  const { session, socket } = await openSession();
  session.onMessage(new Uint8Array([9, 9, 9, 9]));
  assert.deepEqual(socket.sent, []);
  assert.ok(socket.isOpen);
});

Deno.test("[EV-3] a client that speaks text learns what was wrong", async () => {
  const { session, errors } = await openSession();
  session.onMessage("not json");
  session.onMessage(new Uint8Array([9, 2, 0, 0]));
  assert.deepEqual(errors().map(({ code }) => code), ["bad_message", "bad_message"]);
  assert.match(errors()[1].message, /version 4 at byte 0, found 9/);
});

Deno.test("[EV-3] [V4-7] ten refused messages in a minute end the session, ten in an hour do not", async () => {
  const patient = await openSession();
  for (let sent = 0; sent < 30; sent++) {
    patient.session.onMessage("nonsense");
    patient.clock.advance(2 * 60_000);
  }
  assert.ok(patient.socket.isOpen);
  const hasty = await openSession();
  for (let sent = 0; sent < 10; sent++) hasty.session.onMessage("nonsense");
  assert.equal(hasty.socket.closes[0].code, 1008);
});

Deno.test("[V4-7] coordinates that are not numbers or far out, and nodes that are not, change nothing", async () => {
  const { session, calls, errors } = await openSession();
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  session.onMessage(drag(3, "move", NaN));
  session.onMessage(drag(3, "move", 10_001));
  session.onMessage(drag(NODES, "move"));
  assert.deepEqual(errors().map(({ code }) => code), ["bad_message", "bad_message", "unknown_node"]);
  assert.deepEqual(calls, []);
});

Deno.test("[V4-5] a node whose dragger vanishes is pinned where it was last put", async () => {
  const { session, loop, calls, closed } = await openSession();
  session.onMessage(drag(3, "start"));
  session.onMessage(drag(3, "move", 7));
  session.onClose();
  assert.deepEqual(calls, ["pin 3 1 0 0", "pin 3 7 0 0", "pin 3 7 0 0"]);
  assert.ok(loop.isPinned(3));
  assert.deepEqual(closed, [session]);
});

Deno.test("one client holds a bounded number of nodes", async () => {
  const { session, errors } = await openSession();
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  for (let id = 0; id <= LIMITS.heldNodesPerSession.value; id++) session.onMessage(drag(id, "start"));
  assert.deepEqual(errors().map(({ code }) => code), ["limit"]);
});

Deno.test("[V4-5] a viewer's role counts as it is now, not as it was at the handshake", async () => {
  const { session, calls } = await openSession({ role: "viewer" });
  session.onMessage(drag(3, "end"));
  assert.deepEqual(calls, []);
  session.role = "editor";
  session.onMessage(drag(3, "end"));
  assert.deepEqual(calls, ["pin 3 1 0 0"]);
});

Deno.test("a pin that cannot be stored is refused with the store's sentence, and costs the client nothing", async () => {
  const save = () => {
    throw new StoreError("full", "The disk is full.");
  };
  const { session, socket, errors } = await openSession({ save });
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  for (let sent = 0; sent < 20; sent++) session.onMessage(drag(3, "end"));
  assert.deepEqual(errors()[0], { code: "unavailable", message: "The disk is full." });
  assert.ok(socket.isOpen);
});

Deno.test("a peer that is silent between two heartbeats is dropped; a pong or a message keeps it", async () => {
  const { session, socket } = await openSession();
  session.line.beat();
  session.onPong();
  session.line.beat();
  session.onMessage(drag(3, "end"));
  session.line.beat();
  assert.equal(socket.pings, 3);
  assert.deepEqual(socket.sent.map((data) => typeof data === "string" ? 0 : data[1]), Array(3).fill(V4_TYPE.heartbeat));
  session.line.beat();
  assert.ok(socket.isTerminated);
});

Deno.test("[V4-6] the time between a heartbeat and its answer is the latency of a V4 client, a pong that of the others", async () => {
  const { session, socket, clock, measured } = await openSession();
  clock.advance(1000);
  session.line.beat();
  clock.advance(30);
  session.onPong();
  assert.equal(session.latencyMs, undefined);
  const [asked] = socket.sent;
  assert.deepEqual(asked, encodeHeartbeat(1000, { reply: false }));
  session.onMessage(encodeHeartbeat(1000, { reply: true }));
  assert.deepEqual([session.latencyMs, measured], [30, [["roundTrip", 0.03]]]);

  const other = await openSession({ dialect: "q1" });
  other.session.line.beat();
  other.clock.advance(20);
  other.session.onPong();
  assert.deepEqual([other.session.latencyMs, other.socket.sent], [20, []]);
});

Deno.test("a client that pours is refused until the bucket has filled again", async () => {
  const { session, clock, errors, calls } = await openSession();
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  session.onMessage(new Uint8Array(99_999));
  const malformed = errors().length;
  session.onMessage(drag(3, "end"));
  assert.deepEqual(errors().slice(malformed).map(({ code }) => code), ["limit"]);
  clock.advance(1000);
  session.onMessage(drag(3, "end"));
  assert.deepEqual(calls, ["pin 3 1 0 0"]);
});

Deno.test("selecting the same node again tells nobody", async () => {
  const { session, selects } = await openSession();
  for (const id of [5, 5, 5, 6]) session.onMessage(encodeNodeSelect(id));
  assert.equal(selects(), 2);
});

Deno.test("messages that only the server sends are refused", async () => {
  const { session, errors } = await openSession();
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  session.onMessage(new Uint8Array([4, 2, 0, 0, 0, 0, 0, 0]));
  assert.match(errors()[0].message, /positionUpdate travels from the server/);
});

Deno.test("[V4-16] messages that are no filter are refused where they are deflated or cut, and change nothing", async () => {
  const { session, errors, calls, selects } = await openSession();
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  for (const flag of [V4_FLAG.deflated, V4_FLAG.moreFragments]) {
    for (const type of [V4_TYPE.fullGraph, V4_TYPE.positionUpdate, V4_TYPE.nodeSelect]) {
      session.onMessage(Uint8Array.of(4, type, flag, 0, 1, 0, 0, 0));
    }
  }
  assert.deepEqual(errors().map(({ code }) => code), Array(6).fill("bad_message"));
  for (const { message } of errors()) assert.match(message, /a whole message, not deflated at byte 2/);
  assert.deepEqual([calls, selects()], [[], 0]);
});

Deno.test("[EV-21] sixty subscriptions a minute are answered, further ones are refused", async () => {
  let answered = 0;
  const { session, clock, errors, socket } = await openSession({ onSubscribe: () => answered++ });
  const subscribe = () => session.onMessage('{"type":"subscribe","data":{"channels":["status"]}}');
  for (let time = 0; time < 60; time++) subscribe();
  assert.deepEqual([answered, errors()], [60, []]);
  subscribe();
  assert.deepEqual(errors(), [{ code: "limit", message: "At most 60 subscriptions a minute are taken." }]);
  clock.advance(60_000);
  subscribe();
  assert.deepEqual([answered, socket.isOpen], [61, true]);
});

Deno.test("[EV-2] a subscription replaces the one before", async () => {
  const { session } = await openSession();
  const subscribe = (channels: readonly string[]) =>
    session.onMessage(JSON.stringify({ type: "subscribe", data: { channels } }));
  subscribe(["status", "pins"]);
  assert.deepEqual([...session.channels], ["status", "pins"]);
  subscribe(["selections"]);
  assert.deepEqual([...session.channels], ["selections"]);
});

Deno.test("[V2-4] [V2-5] of V2 records that are not all sound not one is applied", async () => {
  const { session, errors, calls } = await openSession({ dialect: "v2" });
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  const records = (second: { id?: number; x?: number }) => {
    const frame = createFrame(2);
    frame.ids.set([3, second.id ?? 4]);
    frame.positions.set([1, 0, 0, second.x ?? 2, 0, 0]);
    return v2.encode(frame);
  };
  for (const bad of [{ id: NODES }, { x: NaN }, { x: 10_001 }]) session.onMessage(records(bad));
  session.onMessage(records({}).subarray(0, 71));
  assert.deepEqual(errors().map(({ code }) => code), ["unknown_node", "bad_message", "bad_message", "bad_message"]);
  assert.deepEqual(calls, []);
  session.onMessage(records({}));
  assert.equal(errors().length, 4);
  assert.notDeepEqual(calls, []);
});

Deno.test("a node whose dragger vanishes while nothing can be stored is let go, and the session still ends", async () => {
  const save = () => {
    throw new StoreError("full", "The disk is full.");
  };
  const { session, calls, closed } = await openSession({ save });
  session.onMessage(drag(3, "start"));
  session.onClose();
  assert.deepEqual(calls, ["pin 3 1 0 0", "unpin 3"]);
  assert.deepEqual(closed, [session]);
});

Deno.test("[Q1-14] a Q1 client acknowledges in Q1 and drags and selects as in V4", async () => {
  const { session, acks, calls, selects, errors } = await openSession({ dialect: "q1" });
  session.onMessage('{"type":"subscribe","data":{"channels":[]}}');
  const ack = { sequence: 7, credit: 2, needsKeyframe: true };
  session.onMessage(encodeAck(ack));
  session.onMessage(encodeNodeSelect(4));
  session.onMessage(drag(5, "end", 3));
  assert.deepEqual(acks, [ack]);
  assert.equal(selects(), 1);
  assert.deepEqual(calls, ["pin 5 3 0 0"]);
  session.onMessage(Uint8Array.of(1, 3, 0, 2));
  assert.deepEqual(errors().map(({ code }) => code), ["bad_message"]);
});

Deno.test("[EV-6] a session tells which rate it is offered, and that it has changed", async () => {
  const { session, rateChanges } = await openSession({ dialect: "q1" });
  assert.equal(session.rateHz, 20);
  session.watcher.onRate?.(10);
  assert.deepEqual([session.rateHz, rateChanges()], [10, 1]);
});

Deno.test("[EV-11] [EV-12] who one is and where one looks is told when it changes, and else not", async () => {
  const { session, shown, errors } = await openSession({ role: "viewer" });
  const say = (type: string, data: unknown) => session.onMessage(JSON.stringify({ type, data }));
  for (const name of ["Ada", " Ada ", "Grace"]) say("introduce", { name, color: "#00ff7f" });
  for (const x of [1, 1.004, 1.006]) say("camera", { position: [x, 0, -0.001], target: [0, 0, 0] });
  assert.deepEqual(shown, ["introduced", "introduced", "looked", "looked"]);
  assert.deepEqual(session.introduction, { name: "Grace", color: "#00ff7f" });
  assert.deepEqual(session.camera, { position: [1.01, 0, 0], target: [0, 0, 0] });
  say("camera", { position: [1_000_001, 0, 0], target: [0, 0, 0] });
  say("camera", {});
  say("introduce", {});
  assert.deepEqual(shown.slice(4), ["looked", "introduced"]);
  assert.deepEqual([session.introduction, session.camera], [{}, undefined]);
  say("introduce", { name: "x".repeat(65) });
  say("introduce", { name: "up\u202edown" });
  assert.deepEqual(errors().map(({ code }) => code), ["bad_message", "bad_message"]);
  assert.equal(shown.length, 6);
});

Deno.test("a session counts what it hears, what it refuses, and how long an answer takes", async () => {
  const { session, clock, meter } = await openSession();
  session.onMessage(encodeNodeSelect(4));
  session.onMessage(Uint8Array.of(9));
  assert.deepEqual([meter.receivedMessages, meter.receivedBytes], [2, 9]);
  assert.deepEqual([...meter.refusals], [["bad_message", 1]]);
  session.line.beat();
  clock.advance(40);
  session.onPong();
  session.line.beat();
  session.line.beat();
  assert.deepEqual([...meter.ended], [["silent", 1]]);
});
