import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { decodeV4, encodeFullGraph, encodeHeartbeat, positionUpdate } from "../../../protocol/graph/v4.ts";
import type { GraphEvents } from "../../../web/connection/graph_events.ts";
import type { ConnectionState, ProbeResult } from "../../../web/connection/connection_state.ts";
import { GraphSocket } from "../../../web/connection/graph_socket.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeRawSocket } from "../../helpers/fake_raw_socket.ts";

function setUp({ probe = { kind: "welcome" }, on }: { probe?: ProbeResult; on?: Partial<GraphEvents> } = {}) {
  const clock = new FakeClock(), sockets: FakeRawSocket[] = [], states: ConnectionState[] = [];
  const log = { events: [] as unknown[], frames: 0, graphs: 0, signedOut: "", problems: [] as string[] };
  const page = { visible: true, probe, probes: 0 };
  const socket = new GraphSocket({
    url: () => "ws://127.0.0.1/ws?token=t",
    openSocket: (url, subprotocols, listeners) => {
      const raw = new FakeRawSocket(url, subprotocols, listeners);
      sockets.push(raw);
      return raw;
    },
    clock,
    random: () => 1,
    probe: () => {
      page.probes++;
      return Promise.resolve(page.probe);
    },
    isVisible: () => page.visible,
    on: {
      state: (state) => states.push(state),
      graph: () => log.graphs++,
      frame: () => log.frames++,
      status: (status) => log.events.push(status),
      pins: (ids) => log.events.push(ids),
      signedOut: (reason) => log.signedOut = reason,
      problem: (sentence) => log.problems.push(sentence),
      ...on,
    },
  });
  const last = () => sockets[sockets.length - 1];
  const openOne = () => {
    last().listeners.open("orrery.v4");
    return last();
  };
  return { clock, sockets, states, log, page, socket, last, openOne, state: () => states[states.length - 1] };
}

const NO_EDGES = { count: 0, sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float32Array() };
const graphOf = (count: number) => encodeFullGraph(createFrame(count), NO_EDGES).buffer;

/** Lets the promise of a probe be heard. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

Deno.test("opens with its subprotocol, subscribes, and measures the round trip", () => {
  const { socket, last, openOne, clock, state } = setUp();
  socket.connect();
  assert.deepEqual(state(), { kind: "connecting" });
  assert.deepEqual(last().subprotocols, ["orrery.v4"]);
  const raw = openOne();
  assert.equal(raw.sent[0], '{"type":"subscribe","data":{"channels":["status","pins"],"resume":true}}');
  assert.deepEqual(decodeV4(raw.binary()[0]), { type: "heartbeat", timeMs: 0, reply: false });
  clock.advance(40);
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  assert.deepEqual(state(), { kind: "live", dialect: "v4", roundTripMs: 40 });
});

Deno.test("[V4-6] the server's own heartbeat is answered with the same time", () => {
  const { socket, openOne } = setUp();
  socket.connect();
  const raw = openOne();
  raw.listeners.message(encodeHeartbeat(1234.5, { reply: false }).buffer);
  assert.deepEqual(raw.binary().at(-1), encodeHeartbeat(1234.5, { reply: true }));
});

Deno.test("a heartbeat every 30 s; a silent peer is gone after 10 s", () => {
  const { socket, openOne, clock, state, sockets } = setUp();
  socket.connect();
  const raw = openOne();
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  clock.advance(29_999);
  assert.equal(raw.binary().length, 1);
  clock.advance(1);
  assert.equal(raw.binary().length, 2);
  clock.advance(10_000);
  assert.equal(raw.closed?.code, 4000);
  assert.equal(state().kind, "waiting");
  clock.advance(500);
  assert.equal(sockets.length, 2);
});

Deno.test("hands on graphs, undecoded positions and events; ignores texts it does not know", () => {
  const { socket, openOne, log } = setUp();
  socket.connect();
  const { listeners } = openOne();
  listeners.message(graphOf(2));
  listeners.message(positionUpdate.encode(createFrame(2)).buffer);
  listeners.message('{"type":"pins","data":{"ids":[1]}}');
  listeners.message('{"type":"weather","data":{}}');
  assert.deepEqual([log.graphs, log.frames], [1, 1]);
  assert.deepEqual(log.events, [[1]]);
});

Deno.test("a filter is asked for at once, and again over a new connection until everything is wanted", () => {
  const told: unknown[] = [];
  const { socket, openOne, clock, last } = setUp({ on: { filter: (filter, nodes) => told.push(filter, nodes) } });
  const filters = () =>
    last().binary().map((bytes) => decodeV4(bytes)).flatMap((sent) =>
      sent.type === "filterUpdate" ? [sent.filter] : []
    );
  socket.filter({ maxNodes: 3 });
  socket.connect();
  const raw = openOne();
  assert.deepEqual(filters(), [{ maxNodes: 3 }]);
  socket.filter({ types: ["a"], maxNodes: undefined });
  assert.deepEqual(filters()[1], { types: ["a"] });
  assert.throws(() => socket.filter({ maxNodes: 0 }), RangeError);
  raw.listeners.message('{"type":"filter","data":{"filter":{"types":["a"]},"nodes":2}}');
  assert.deepEqual(told, [{ types: ["a"] }, 2]);
  raw.listeners.close(1006, "");
  clock.advance(500);
  openOne().listeners.close(1006, "");
  assert.deepEqual(filters(), [{ types: ["a"] }]);
  clock.advance(1_000);
  socket.filter({});
  openOne();
  assert.deepEqual(filters(), [], "a new connection sees everything anyway");
});

Deno.test("bytes that are no message are a sentence, not the end", () => {
  const { socket, openOne, log, state } = setUp();
  socket.connect();
  openOne().listeners.message(new Uint8Array([9, 1, 0, 0]).buffer);
  assert.match(log.problems[0], /could not be read: v4: expected version 4 at byte 0/);
  assert.equal(state().kind, "live");
});

Deno.test("1006 and 1001 reconnect after a growing delay; a stable connection starts over", () => {
  const { socket, openOne, clock, state, sockets } = setUp();
  socket.connect();
  openOne().listeners.close(1006, "");
  assert.deepEqual(state(), { kind: "waiting", reason: "The connection was lost.", retryAtMs: 500 });
  clock.advance(500);
  openOne().listeners.close(1001, "restart");
  assert.deepEqual(state(), { kind: "waiting", reason: "The server is going away. restart.", retryAtMs: 1_500 });
  clock.advance(1_000);
  const third = openOne();
  third.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  clock.advance(5_000);
  third.listeners.close(1006, "");
  assert.deepEqual(state(), { kind: "waiting", reason: "The connection was lost.", retryAtMs: 7_000 });
  assert.equal(sockets.length, 3);
});

Deno.test("1011 and unknown codes back off for at least 2 s", () => {
  for (const code of [1011, 4500]) {
    const { socket, openOne, state } = setUp();
    socket.connect();
    openOne().listeners.close(code, "");
    const waiting = state();
    assert.equal(waiting.kind === "waiting" && waiting.retryAtMs, 2_000);
  }
});

Deno.test("1000 ends it", () => {
  const { socket, openOne, clock, state, sockets } = setUp();
  socket.connect();
  openOne().listeners.close(1000, "bye");
  assert.deepEqual(state(), { kind: "ended", reason: "The server closed the connection. bye." });
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
});

Deno.test("1008 says why and does not come back; an expired token leads to the login", async () => {
  const refused = setUp();
  refused.socket.connect();
  refused.openOne().listeners.close(1008, "Too many bad messages.");
  await settle();
  assert.deepEqual(refused.state(), { kind: "refused", reason: "Too many bad messages." });
  refused.clock.advance(60_000);
  assert.equal(refused.sockets.length, 1);

  const expired = setUp({ probe: { kind: "signedOut", reason: "Your session has expired." } });
  expired.socket.connect();
  expired.openOne().listeners.close(1008, "token expired");
  await settle();
  assert.equal(expired.log.signedOut, "Your session has expired.");
});

Deno.test("an upgrade that fails without a word is asked about", async () => {
  const out = setUp({ probe: { kind: "signedOut", reason: "Sign in again." } });
  out.socket.connect();
  out.last().listeners.close(1006, "");
  await settle();
  assert.equal(out.log.signedOut, "Sign in again.");

  const busy = setUp({ probe: { kind: "unavailable", reason: "The server is busy.", retryAfterMs: 4_000 } });
  busy.socket.connect();
  busy.last().listeners.close(1006, "");
  await settle();
  assert.deepEqual(busy.state(), { kind: "waiting", reason: "The server is busy.", retryAtMs: 4_000 });

  const fine = setUp();
  fine.socket.connect();
  fine.last().listeners.close(1006, "");
  await settle();
  assert.deepEqual(fine.state(), { kind: "waiting", reason: "The connection was lost.", retryAtMs: 500 });
});

Deno.test("an open that hangs is given up after 10 s", async () => {
  const { socket, last, clock, page } = setUp();
  socket.connect();
  clock.advance(10_000);
  await settle();
  assert.equal(last().closed?.code, 4000);
  assert.equal(page.probes, 1);
});

Deno.test("a hidden page does not try; being seen again tries at once", () => {
  const { socket, openOne, clock, state, sockets, page } = setUp();
  socket.connect();
  const raw = openOne();
  page.visible = false;
  raw.listeners.close(1006, "");
  assert.deepEqual(state(), { kind: "waiting", reason: "The connection was lost." });
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
  page.visible = true;
  socket.wake();
  assert.equal(sockets.length, 2);
});

Deno.test("waking a live connection checks that the peer still answers", () => {
  const { socket, openOne } = setUp();
  socket.connect();
  const raw = openOne();
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  socket.wake();
  assert.equal(raw.binary().length, 2);
});

Deno.test("whatever an older socket says is ignored", async () => {
  const { socket, openOne, log, state, sockets } = setUp();
  socket.connect();
  const old = openOne();
  socket.connect();
  old.listeners.message('{"type":"pins","data":{"ids":[1]}}');
  old.listeners.close(1006, "");
  await settle();
  assert.deepEqual(log.events, []);
  assert.deepEqual(state(), { kind: "connecting" });
  assert.equal(sockets.length, 2);
});

Deno.test("closing the page leaves no timer behind", () => {
  const { socket, openOne, clock, state } = setUp();
  socket.connect();
  const raw = openOne();
  socket.close();
  assert.equal(raw.closed?.code, 1000);
  assert.deepEqual(state(), { kind: "idle" });
  assert.equal(clock.pending, 0);
});

Deno.test("drags and selections are sent while the graph is there, and only then", () => {
  const { socket, last, openOne } = setUp();
  socket.connect();
  socket.drag({ id: 7, phase: "start", x: 0, y: 0, z: 0 });
  assert.equal(last().sent.length, 0);
  const raw = openOne();
  raw.listeners.message(graphOf(8));
  socket.select(undefined);
  socket.drag({ id: 7, phase: "end", x: 1, y: 2, z: 3 });
  const [, select, drag] = raw.binary();
  assert.deepEqual([...select], [4, 3, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  assert.deepEqual(decodeV4(drag), { type: "nodeDrag", id: 7, phase: "end", x: 1, y: 2, z: 3 });
});

Deno.test("a reconnect resumes: the channels are subscribed and the selection is said again", () => {
  const { socket, openOne, clock } = setUp();
  socket.connect();
  socket.select(3); // before there is anybody to tell
  const first = openOne();
  first.listeners.message(graphOf(4));
  first.listeners.message(graphOf(4)); // the same connection needs to hear it once
  assert.deepEqual(first.binary().slice(1).map((bytes) => [...bytes]), [[4, 3, 0, 0, 3, 0, 0, 0]]);
  first.listeners.close(1006, "");
  socket.select(2);
  clock.advance(500);
  const second = openOne();
  assert.equal(second.sent[0], '{"type":"subscribe","data":{"channels":["status","pins"],"resume":true}}');
  second.listeners.message(graphOf(4));
  assert.deepEqual([...second.binary()[1]], [4, 3, 0, 0, 2, 0, 0, 0]);
});

Deno.test("a selection that the new graph does not have, or from before a close, is not said again", () => {
  const smaller = setUp();
  smaller.socket.connect();
  smaller.socket.select(3);
  const raw = smaller.openOne();
  raw.listeners.message(graphOf(3));
  assert.equal(raw.binary().length, 1);

  const closed = setUp();
  closed.socket.connect();
  closed.socket.select(1);
  closed.socket.close();
  closed.socket.connect();
  const again = closed.openOne();
  again.listeners.message(graphOf(3));
  assert.equal(again.binary().length, 1);
});

Deno.test("every text event has its listener, and only what is listened to is subscribed", () => {
  const heard: unknown[] = [];
  const selections = [{ participant: 2, user: "ada", id: 5 }];
  const { socket, openOne } = setUp({
    on: {
      ...{ status: undefined, pins: undefined },
      selections: (all) => heard.push(all),
      layout: ({ values }) => heard.push(values),
      participants: ({ count }) => heard.push(count),
      cameras: (all) => heard.push(all.length),
      holds: (all) => heard.push(all),
      released: ({ reason }) => heard.push(reason),
      error: ({ code, message }) => heard.push([code, message]),
    },
  });
  socket.connect();
  const raw = openOne();
  assert.equal(
    raw.sent[0],
    '{"type":"subscribe","data":{"channels":["selections","layout","participants","cameras","holds"],"resume":true}}',
  );
  raw.listeners.message(JSON.stringify({ type: "selections", data: { selections } }));
  raw.listeners.message('{"type":"layout","data":{"values":{"theta":1}}}');
  raw.listeners.message('{"type":"participants","data":{"participants":[],"count":9}}');
  raw.listeners.message('{"type":"cameras","data":{"cameras":[]}}');
  raw.listeners.message(JSON.stringify({ type: "holds", data: { holds: selections } }));
  raw.listeners.message('{"type":"released","data":{"id":5,"reason":"idle"}}');
  raw.listeners.message('{"type":"error","data":{"code":"limit","message":"Slower."}}');
  raw.listeners.message('{"type":"pins","data":{"ids":[1]}}'); // nobody listens, nothing happens
  assert.deepEqual(heard, [selections, { theta: 1 }, 9, 0, selections, "idle", ["limit", "Slower."]]);
});

Deno.test("a close that names a wait is waited out, whatever its code, up to an hour", () => {
  const waits: [number, string, number][] = [
    [1008, "Too many messages; retry_after=7", 7_000],
    [1013, "retry_after=2.5", 2_500],
    [1006, "retry_after=999999", 3_600_000],
  ];
  for (const [code, reason, retryAtMs] of waits) {
    const { socket, openOne, clock, state, sockets, page } = setUp();
    socket.connect();
    openOne().listeners.close(code, reason);
    const waiting = state();
    assert.equal(waiting.kind === "waiting" && waiting.retryAtMs, retryAtMs);
    assert.equal(page.probes, 0);
    clock.advance(retryAtMs);
    assert.equal(sockets.length, 2);
  }
});

Deno.test("[EV-24] a stop that was told in words is waited out once, and the close has the last word", () => {
  const told = '{"type":"shutdown","data":{"message":"The server is stopping.","retry_after":2.5}}';
  for (const [reason, retryAtMs] of [["", 2_500], ["The server is stopping; retry_after=3.100.", 3_100]] as const) {
    const { socket, openOne, clock, state, sockets } = setUp();
    socket.connect();
    const first = openOne();
    first.listeners.message(told);
    first.listeners.close(1001, reason);
    const waiting = state();
    assert.equal(waiting.kind === "waiting" && waiting.retryAtMs, retryAtMs);
    clock.advance(retryAtMs);
    assert.equal(sockets.length, 2);
    openOne().listeners.close(1006, "");
    const again = state();
    assert.ok(again.kind === "waiting" && (again.retryAtMs ?? Infinity) < retryAtMs + 2_500);
  }
});

Deno.test("being seen again does not shorten a wait that the server named", () => {
  const { socket, openOne, clock, state, sockets, page } = setUp();
  socket.connect();
  page.visible = false;
  openOne().listeners.close(1013, "retry_after=7");
  clock.advance(3_000);
  page.visible = true;
  socket.wake();
  socket.wake();
  assert.equal(sockets.length, 1);
  const waiting = state();
  assert.equal(waiting.kind === "waiting" && waiting.retryAtMs, 7_000);
  assert.equal(clock.pending, 1);
  clock.advance(4_000);
  assert.equal(sockets.length, 2);
});

Deno.test("the round trip is the average of the last ten, and starts over with a connection", () => {
  const { socket, openOne, clock, state } = setUp();
  socket.connect();
  assert.equal(socket.roundTrips(), undefined);
  const raw = openOne();
  const answer = (afterMs: number) => {
    const sentAtMs = clock.now();
    clock.advance(afterMs);
    raw.listeners.message(encodeHeartbeat(sentAtMs, { reply: true }).buffer);
  };
  for (let reply = 0; reply < 5; reply++) answer(900);
  for (let reply = 0; reply < 8; reply++) answer(10);
  answer(30);
  answer(50);
  assert.deepEqual(state(), { kind: "live", dialect: "v4", roundTripMs: 16 });
  assert.deepEqual(socket.roundTrips(), { count: 10, avg: 16, min: 10, max: 50, p95: 50, p99: 50 });
  raw.listeners.message(encodeHeartbeat(NaN, { reply: true }).buffer); // a time that we did not send
  assert.equal(socket.roundTrips()?.avg, 16);
  raw.listeners.close(1006, "");
  assert.equal(socket.roundTrips(), undefined);
});
