import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { decodeV4, encodeHeartbeat, positionUpdate } from "../../../protocol/graph/v4.ts";
import { graphOf, setUpSocket } from "../../helpers/lone_graph_socket.ts";

Deno.test("opens with its subprotocol, subscribes, and measures the round trip", () => {
  const { socket, last, openOne, clock, state } = setUpSocket();
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
  const { socket, openOne } = setUpSocket();
  socket.connect();
  const raw = openOne();
  raw.listeners.message(encodeHeartbeat(1234.5, { reply: false }).buffer);
  assert.deepEqual(raw.binary().at(-1), encodeHeartbeat(1234.5, { reply: true }));
});

Deno.test("a heartbeat every 30 s; a silent peer is gone after 10 s", () => {
  const { socket, openOne, clock, state, sockets } = setUpSocket();
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
  const { socket, openOne, log } = setUpSocket();
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
  const { socket, openOne, clock, last } = setUpSocket({ on: { filter: (filter, nodes) => told.push(filter, nodes) } });
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
  const { socket, openOne, log, state } = setUpSocket();
  socket.connect();
  openOne().listeners.message(new Uint8Array([9, 1, 0, 0]).buffer);
  assert.match(log.problems[0], /could not be read: v4: expected version 4 at byte 0/);
  assert.equal(state().kind, "live");
});

Deno.test("closing the page leaves no timer behind", () => {
  const { socket, openOne, clock, state } = setUpSocket();
  socket.connect();
  const raw = openOne();
  socket.close();
  assert.equal(raw.closed?.code, 1000);
  assert.deepEqual(state(), { kind: "idle" });
  assert.equal(clock.pending, 0);
});

Deno.test("drags and selections are sent while the graph is there, and only then", () => {
  const { socket, last, openOne } = setUpSocket();
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

Deno.test("every text event has its listener, and only what is listened to is subscribed", () => {
  const heard: unknown[] = [];
  const selections = [{ participant: 2, user: "ada", id: 5 }];
  const { socket, openOne } = setUpSocket({
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

Deno.test("the round trip is the average of the last ten, and starts over with a connection", () => {
  const { socket, openOne, clock, state } = setUpSocket();
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
