import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import type { ServerEvent } from "../../../protocol/graph/events.ts";
import { decodeV4, encodeFullGraph, encodeHeartbeat, positionUpdate } from "../../../protocol/graph/v4.ts";
import type { ConnectionState, ProbeResult } from "../../../web/connection/connection_state.ts";
import { GraphSocket } from "../../../web/connection/graph_socket.ts";
import type { SocketListeners } from "../../../web/connection/raw_socket.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

/** A socket whose other end is the test. */
class FakeRawSocket {
  readonly sent: (string | Uint8Array<ArrayBuffer>)[] = [];
  closed: { code: number; reason: string } | undefined;
  constructor(readonly url: string, readonly subprotocol: string, readonly listeners: SocketListeners) {}
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(data);
  }
  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
  binary(): Uint8Array<ArrayBuffer>[] {
    return this.sent.filter((data) => typeof data !== "string");
  }
}

function setUp({ probe = { kind: "welcome" }, visible = true }: { probe?: ProbeResult; visible?: boolean } = {}) {
  const clock = new FakeClock(), sockets: FakeRawSocket[] = [], states: ConnectionState[] = [];
  const log = { events: [] as ServerEvent[], positions: 0, graphs: 0, signedOut: "", problems: [] as string[] };
  const page = { visible, probe, probes: 0 };
  const socket = new GraphSocket({
    url: () => "ws://127.0.0.1/ws?token=t",
    openSocket: (url, subprotocol, listeners) => {
      const raw = new FakeRawSocket(url, subprotocol, listeners);
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
      positions: () => log.positions++,
      event: (event) => log.events.push(event),
      signedOut: (reason) => log.signedOut = reason,
      problem: (sentence) => log.problems.push(sentence),
    },
  });
  const last = () => sockets[sockets.length - 1];
  const openOne = () => {
    last().listeners.open();
    return last();
  };
  return { clock, sockets, states, log, page, socket, last, openOne, state: () => states[states.length - 1] };
}

/** Lets the promise of a probe be heard. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

Deno.test("opens with its subprotocol, subscribes, and measures the round trip", () => {
  const { socket, last, openOne, clock, state } = setUp();
  socket.connect();
  assert.deepEqual(state(), { kind: "connecting" });
  assert.equal(last().subprotocol, "orrery.v4");
  const raw = openOne();
  assert.equal(raw.sent[0], '{"type":"subscribe","data":{"channels":["status","pins"]}}');
  assert.deepEqual(decodeV4(raw.binary()[0]), { type: "heartbeat", timeMs: 0, reply: false });
  clock.advance(40);
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  assert.deepEqual(state(), { kind: "live", roundTripMs: 40 });
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
  const { listeners } = openOne(), frame = createFrame(2);
  const edges = { count: 0, sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float32Array() };
  listeners.message(encodeFullGraph(frame, edges).buffer);
  listeners.message(positionUpdate.encode(frame).buffer);
  listeners.message('{"type":"pins","data":{"ids":[1]}}');
  listeners.message('{"type":"weather","data":{}}');
  assert.deepEqual([log.graphs, log.positions], [1, 1]);
  assert.deepEqual(log.events, [{ type: "pins", data: { ids: [1] } }]);
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

Deno.test("drags and selections are sent while open, and only then", () => {
  const { socket, last, openOne } = setUp();
  socket.connect();
  socket.select(3);
  assert.equal(last().sent.length, 0);
  const raw = openOne();
  socket.select(undefined);
  socket.drag({ id: 7, phase: "end", x: 1, y: 2, z: 3 });
  const [, select, drag] = raw.binary();
  assert.deepEqual([...select], [4, 3, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  assert.deepEqual(decodeV4(drag), { type: "nodeDrag", id: 7, phase: "end", x: 1, y: 2, z: 3 });
});
