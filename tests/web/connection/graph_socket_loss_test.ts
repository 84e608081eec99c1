/** A graph socket whose connection is lost, refused or given up. */
import assert from "node:assert/strict";
import { encodeHeartbeat } from "../../../protocol/graph/v4.ts";
import { graphOf, settle, setUpSocket } from "../../helpers/lone_graph_socket.ts";

Deno.test("1006 and 1001 reconnect after a growing delay; a stable connection starts over", () => {
  const { socket, openOne, clock, state, sockets } = setUpSocket();
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
    const { socket, openOne, state } = setUpSocket();
    socket.connect();
    openOne().listeners.close(code, "");
    const waiting = state();
    assert.equal(waiting.kind === "waiting" && waiting.retryAtMs, 2_000);
  }
});

Deno.test("1000 ends it", () => {
  const { socket, openOne, clock, state, sockets } = setUpSocket();
  socket.connect();
  openOne().listeners.close(1000, "bye");
  assert.deepEqual(state(), { kind: "ended", reason: "The server closed the connection. bye." });
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
});

Deno.test("1008 says why and does not come back; an expired token leads to the login", async () => {
  const refused = setUpSocket();
  refused.socket.connect();
  refused.openOne().listeners.close(1008, "Too many bad messages.");
  await settle();
  assert.deepEqual(refused.state(), { kind: "refused", reason: "Too many bad messages." });
  refused.clock.advance(60_000);
  assert.equal(refused.sockets.length, 1);

  const expired = setUpSocket({ probe: { kind: "signedOut", reason: "Your session has expired." } });
  expired.socket.connect();
  expired.openOne().listeners.close(1008, "token expired");
  await settle();
  assert.equal(expired.log.signedOut, "Your session has expired.");
});

Deno.test("an upgrade that fails without a word is asked about", async () => {
  const out = setUpSocket({ probe: { kind: "signedOut", reason: "Sign in again." } });
  out.socket.connect();
  out.last().listeners.close(1006, "");
  await settle();
  assert.equal(out.log.signedOut, "Sign in again.");

  const busy = setUpSocket({ probe: { kind: "unavailable", reason: "The server is busy.", retryAfterMs: 4_000 } });
  busy.socket.connect();
  busy.last().listeners.close(1006, "");
  await settle();
  assert.deepEqual(busy.state(), { kind: "waiting", reason: "The server is busy.", retryAtMs: 4_000 });

  const fine = setUpSocket();
  fine.socket.connect();
  fine.last().listeners.close(1006, "");
  await settle();
  assert.deepEqual(fine.state(), { kind: "waiting", reason: "The connection was lost.", retryAtMs: 500 });
});

Deno.test("an open that hangs is given up after 10 s", async () => {
  const { socket, last, clock, page } = setUpSocket();
  socket.connect();
  clock.advance(10_000);
  await settle();
  assert.equal(last().closed?.code, 4000);
  assert.equal(page.probes, 1);
});

Deno.test("a hidden page does not try; being seen again tries at once", () => {
  const { socket, openOne, clock, state, sockets, page } = setUpSocket();
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
  const { socket, openOne } = setUpSocket();
  socket.connect();
  const raw = openOne();
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  socket.wake();
  assert.equal(raw.binary().length, 2);
});

Deno.test("whatever an older socket says is ignored", async () => {
  const { socket, openOne, log, state, sockets } = setUpSocket();
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

Deno.test("a reconnect resumes: the channels are subscribed and the selection is said again", () => {
  const { socket, openOne, clock } = setUpSocket();
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
  const smaller = setUpSocket();
  smaller.socket.connect();
  smaller.socket.select(3);
  const raw = smaller.openOne();
  raw.listeners.message(graphOf(3));
  assert.equal(raw.binary().length, 1);

  const closed = setUpSocket();
  closed.socket.connect();
  closed.socket.select(1);
  closed.socket.close();
  closed.socket.connect();
  const again = closed.openOne();
  again.listeners.message(graphOf(3));
  assert.equal(again.binary().length, 1);
});

Deno.test("a close that names a wait is waited out, whatever its code, up to an hour", () => {
  const waits: [number, string, number][] = [
    [1008, "Too many messages; retry_after=7", 7_000],
    [1013, "retry_after=2.5", 2_500],
    [1006, "retry_after=999999", 3_600_000],
  ];
  for (const [code, reason, retryAtMs] of waits) {
    const { socket, openOne, clock, state, sockets, page } = setUpSocket();
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
    const { socket, openOne, clock, state, sockets } = setUpSocket();
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
  const { socket, openOne, clock, state, sockets, page } = setUpSocket();
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
