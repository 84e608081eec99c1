import assert from "node:assert/strict";
import { Meter } from "../../server/meter.ts";
import { Outbox } from "../../server/outbox.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { FakeSocket } from "../helpers/fake_socket.ts";

function setUp(peer: "reading" | "stuck") {
  const socket = new FakeSocket(peer), clock = new FakeClock(), meter = new Meter();
  const limits = { maxEventBytes: 100, maxEvents: 4, eventWindowBytes: 20, noProgressMs: 10_000 };
  return { socket, clock, meter, outbox: new Outbox(socket, { now: clock.now, meter, ...limits }) };
}

const frame = (id: number, length = 50): Uint8Array => new Uint8Array(length).fill(id);

Deno.test("outbox: frames and events go straight to a socket that takes them", () => {
  const { socket, outbox, meter } = setUp("reading");
  outbox.sendFrame(frame(1));
  outbox.sendEvent("a");
  outbox.sendFrame(frame(2));
  outbox.sendEvent(Uint8Array.of(9));
  assert.deepEqual(socket.sent, [frame(1), "a", frame(2), Uint8Array.of(9)]);
  assert.equal(outbox.flush(), false);
  assert.deepEqual([meter.sentFrames, meter.sentEvents, meter.sentBytes], [2, 2, 102]);
  assert.equal(meter.ended.size, 0);
});

Deno.test("outbox: it is clear when nothing is on its way and nothing waits", () => {
  const { socket, outbox } = setUp("stuck");
  assert.equal(outbox.isClear, true);
  outbox.sendFrame(frame(1));
  assert.equal(outbox.isClear, false);
  socket.drain(49);
  assert.equal(outbox.isClear, false);
  socket.drain();
  assert.equal(outbox.isClear, true);
  outbox.sendEvent("x".repeat(30));
  outbox.sendEvent("waits");
  socket.drain();
  assert.equal(outbox.isClear, false, "an event goes before a frame");
  outbox.flush();
  socket.drain();
  assert.equal(outbox.isClear, true);
});

Deno.test("outbox: events go in order, up to the window", () => {
  const { socket, outbox } = setUp("stuck");
  outbox.sendFrame(frame(1));
  for (const event of ["first 8b", "second 9", "third 10"]) outbox.sendEvent(event);
  assert.deepEqual(socket.sent, [frame(1)]);
  socket.drain(40); // 10 left, below the window of 20
  assert.equal(outbox.flush(), true);
  assert.deepEqual(socket.sent.slice(1), ["first 8b", "second 9"]); // 26 buffered, above it
  socket.drain();
  assert.equal(outbox.flush(), false);
  assert.deepEqual(socket.sent.slice(3), ["third 10"]);
});

Deno.test("outbox: a frame that cannot wait goes at once", () => {
  const { socket, outbox } = setUp("stuck");
  outbox.sendFrame(frame(1));
  outbox.sendFrame(frame(3, 500));
  assert.deepEqual(socket.sent, [frame(1), frame(3, 500)]);
});

Deno.test("outbox: too many events waiting close the socket as a slow consumer", () => {
  const { socket, outbox, meter } = setUp("stuck");
  outbox.sendFrame(frame(1));
  for (const event of ["1", "2", "3", "4"]) outbox.sendEvent(event);
  assert.deepEqual(socket.closes, []);
  outbox.sendEvent("5");
  assert.deepEqual(socket.closes, [{ code: 1008, reason: "Slow consumer: too many events are waiting." }]);
  assert.equal(meter.ended.get("slow"), 1);
  outbox.sendEvent("6");
  outbox.sendFrame(frame(2));
  assert.equal(outbox.isClear, false);
  assert.equal(outbox.flush(), false);
  assert.deepEqual(socket.sent, [frame(1)]);
  assert.equal(socket.closes.length, 1);
});

Deno.test("outbox: too many bytes of events waiting close it too, counted in UTF-8", () => {
  const { socket, outbox } = setUp("stuck");
  outbox.sendFrame(frame(1));
  outbox.sendEvent("é".repeat(50));
  assert.equal(socket.closes.length, 0);
  outbox.sendEvent("!");
  assert.equal(socket.closes.length, 1);
});

Deno.test("outbox: one event larger than the queue passes where nothing waits", () => {
  const { socket, outbox } = setUp("stuck");
  outbox.sendEvent(frame(1, 5000));
  assert.equal(socket.sent.length, 1);
  assert.equal(socket.closes.length, 0);
});

Deno.test("outbox: a client that takes nothing for 10 s is dropped, one that takes a little is not", () => {
  const { socket, clock, outbox, meter } = setUp("stuck");
  outbox.sendFrame(frame(1, 1000));
  for (let second = 0; second < 60; second++) {
    clock.advance(1000);
    if (second % 9 === 8) socket.drain(10);
    outbox.flush();
  }
  assert.equal(socket.isTerminated, false);
  for (let second = 0; second < 10; second++) {
    clock.advance(1000);
    outbox.flush();
  }
  assert.equal(socket.isTerminated, true);
  assert.equal(meter.ended.get("stalled"), 1);
  assert.equal(outbox.flush(), false);
});

Deno.test("outbox: the 10 s count from when bytes began to wait, however long it was quiet before", () => {
  const { socket, clock, outbox } = setUp("stuck");
  clock.advance(3_600_000);
  outbox.sendEvent("hello");
  outbox.flush();
  clock.advance(9_999);
  outbox.flush();
  assert.equal(socket.isTerminated, false);
  clock.advance(1);
  outbox.flush();
  assert.equal(socket.isTerminated, true);
});

Deno.test("outbox: sending more to a stuck client is not progress", () => {
  const { socket, clock, outbox } = setUp("stuck");
  outbox.sendFrame(frame(1));
  for (let second = 0; second < 10; second++) {
    clock.advance(1000);
    outbox.sendFrame(frame(2));
    outbox.flush();
  }
  assert.equal(socket.isTerminated, true);
});

Deno.test("outbox: 4096 events leave in order after a long wait", () => {
  const socket = new FakeSocket("stuck"), clock = new FakeClock();
  const outbox = new Outbox(socket, { now: clock.now, meter: new Meter() });
  outbox.sendFrame(frame(1, 70_000));
  for (let event = 0; event < 4096; event++) outbox.sendEvent(String(event));
  assert.equal(socket.sent.length, 1);
  socket.drain();
  assert.equal(outbox.flush(), false);
  assert.deepEqual(socket.sent.slice(1), Array.from({ length: 4096 }, (_, event) => String(event)));
});

Deno.test("[EV-4] of the words of one channel the newest goes out, after events", () => {
  const { socket, outbox } = setUp("stuck");
  outbox.sendFrame(frame(1));
  for (let told = 0; told < 1000; told++) {
    outbox.offerState("pins", `pins ${told}`);
    outbox.offerState("status", `status ${told}`);
  }
  outbox.sendEvent("event");
  assert.ok(socket.isOpen, "state is never too much");
  assert.equal(outbox.flush(), true);
  assert.deepEqual(socket.sent, [frame(1)]);
  socket.peer = "reading";
  socket.drain();
  assert.equal(outbox.flush(), false);
  assert.deepEqual(socket.sent.slice(1), ["event", "pins 999", "status 999"]);
});
