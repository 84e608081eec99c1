/** The graph socket over Q1: against a socket that the test plays, and against a server on loopback. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import { decodeAck, Q1Encoder } from "../../../protocol/graph/q1.ts";
import type { GraphEvents } from "../../../web/connection/graph_events.ts";
import {
  type ClientDialect,
  GraphSocket,
  graphSocketUrl,
  openBrowserSocket,
  systemClock,
} from "../../../web/connection/mod.ts";
import { clusteredGraph } from "../../helpers/fake_graph.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeGraphServer, type FakeServerOptions } from "../../helpers/fake_graph_server.ts";
import { FakeRawSocket } from "../../helpers/fake_raw_socket.ts";

const GRAPH = clusteredGraph(60);
const SUBSCRIBED = '{"type":"subscribe","data":{"channels":["pins","status"]}}';

function setUp() {
  const clock = new FakeClock(), sockets: FakeRawSocket[] = [], frames: NodeFrame[] = [], problems: string[] = [];
  const socket = new GraphSocket({
    url: () => "ws://127.0.0.1/ws",
    openSocket: (url, subprotocols, listeners) => {
      const raw = new FakeRawSocket(url, subprotocols, listeners);
      sockets.push(raw);
      return raw;
    },
    clock,
    random: () => 1,
    probe: () => Promise.resolve({ kind: "welcome" }),
    isVisible: () => true,
    dialects: ["q1", "v4"],
    on: { pins() {}, positions: (frame) => frames.push(frame), problem: (sentence) => problems.push(sentence) },
  });
  socket.connect();
  sockets[0].listeners.open("orrery.q1");
  return { clock, sockets, raw: sockets[0], frames, problems, socket };
}

function keyframe(sequence: number): ArrayBuffer {
  const encoder = new Q1Encoder();
  encoder.push({ ...createFrame(2), sequence }, 0);
  return encoder.encode(undefined).slice().buffer;
}

Deno.test("over Q1: both dialects are offered, the status is the heartbeat, nothing else is sent unasked", () => {
  const { clock, raw, socket, frames } = setUp();
  assert.deepEqual(raw.subprotocols, ["orrery.q1", "orrery.v4"]);
  assert.deepEqual(raw.sent, [SUBSCRIBED]);
  raw.listeners.message('{"type":"pins","data":{"ids":[]}}');
  clock.advance(29_999);
  raw.listeners.message(keyframe(1));
  clock.advance(30_000);
  assert.deepEqual(raw.sent, [SUBSCRIBED], "frames are signs of life");
  socket.drag({ id: 0, phase: "move", x: 0, y: 0, z: 0 });
  socket.select(1);
  assert.deepEqual(raw.sent, [SUBSCRIBED], "Q1 has neither drags nor selections");
  clock.advance(1);
  assert.deepEqual(raw.sent, [SUBSCRIBED, SUBSCRIBED], "half a minute of silence is asked about");
  assert.equal(frames.length, 1);
});

Deno.test("over Q1: a peer that does not answer is left, and joined again", () => {
  const { clock, raw, sockets } = setUp();
  clock.advance(10_000);
  assert.equal(raw.closed?.code, 4000);
  clock.advance(500);
  assert.equal(sockets.length, 2);
});

Deno.test("over Q1: what is shown is acknowledged, and damage is a sentence and a new keyframe", () => {
  const { raw, socket, problems } = setUp();
  raw.listeners.message(keyframe(5));
  socket.shown();
  raw.listeners.message(Uint8Array.of(9, 9).buffer);
  const acks = raw.binary().map((bytes) => decodeAck(bytes));
  assert.deepEqual(acks, [
    { sequence: 5, credit: 2, needsKeyframe: false },
    { sequence: 5, credit: 2, needsKeyframe: true },
  ]);
  assert.match(problems[0], /could not be read: q1: expected a header/);
});

interface Meeting {
  readonly server?: Partial<FakeServerOptions>;
  readonly dialects: readonly ClientDialect[];
  readonly on: Partial<GraphEvents>;
}

/** A server and a client that comes back at once. */
function meet({ server: options, dialects, on }: Meeting) {
  const server = new FakeGraphServer({ graph: GRAPH, page: ".", spoken: ["v4", "q1"], frames: 300, ...options });
  const socket = new GraphSocket({
    url: () => graphSocketUrl(server.url, { token: server.token }),
    openSocket: openBrowserSocket,
    clock: systemClock,
    random: () => 0,
    probe: () => Promise.resolve({ kind: "welcome" }),
    isVisible: () => true,
    dialects,
    on,
  });
  const close = async () => {
    socket.close();
    await server.until(() => server.watchers === 0);
    await server.close();
  };
  socket.connect();
  return { server, socket, close };
}

/** The largest distance of a coordinate from what the server pushed. */
function missOf({ sequence, positions }: NodeFrame, pushed: ReadonlyMap<number, Float32Array>): number {
  const meant = pushed.get(sequence);
  assert.ok(meant !== undefined && meant.length === positions.length);
  return meant.reduce((most, value, k) => Math.max(most, Math.abs(value - positions[k])), 0);
}

Deno.test("over Q1 with a server: two frames without an acknowledgement, then as many as are shown, all true", async () => {
  const paused = Promise.withResolvers<void>(), enough = Promise.withResolvers<void>(), misses: number[] = [];
  let shows = false;
  const { server, socket, close } = meet({
    dialects: ["q1"],
    on: {
      positions(frame) {
        misses.push(missOf(frame, server.q1.pushed));
        if (shows) socket.shown();
        if (misses.length === 30) enough.resolve();
      },
      status: ({ step }) => step >= 20 && paused.resolve(),
    },
  });
  await paused.promise;
  assert.equal(misses.length, 2);
  shows = true;
  socket.shown();
  await enough.promise;
  assert.equal(server.q1.mostOnTheirWay, 2);
  assert.ok(server.q1.deltas >= 29 && server.q1.keyframes === 1);
  const most = server.q1.quantum / 2 + 1e-5; // and the rounding to f32
  assert.ok(misses.every((miss) => miss <= most), `${Math.max(...misses)} of ${most}`);
  await close();
});

Deno.test("over Q1 with a server: damage and a lost connection are made good by a keyframe", async () => {
  const steps: string[] = [], recovered = Promise.withResolvers<void>(), rejoined = Promise.withResolvers<void>();
  const { server, socket, close } = meet({
    dialects: ["q1"],
    on: {
      positions(frame) {
        socket.shown();
        const { keyframes } = server.q1;
        if (keyframes === 1 && steps.length === 0) {
          steps.push("joined");
          server.q1.sendDamage();
        } else if (keyframes === 2 && steps.at(-1) === "damaged") {
          steps.push("recovered");
          recovered.resolve();
        } else if (keyframes === 3) rejoined.resolve();
        assert.ok(missOf(frame, server.q1.pushed) <= server.q1.quantum / 2 + 1e-5);
      },
      problem: () => steps.push("damaged"),
    },
  });
  await recovered.promise;
  assert.deepEqual(steps, ["joined", "damaged", "recovered"]);
  server.drop(1001, "restart");
  await rejoined.promise;
  await close();
});

Deno.test("over Q1 with a server: one that speaks V4 alone is spoken to in V4", async () => {
  const graph = Promise.withResolvers<number>(), frame = Promise.withResolvers<number>();
  const { close } = meet({
    server: { spoken: ["v4"] },
    dialects: ["q1", "v4"],
    on: { graph: ({ count }) => graph.resolve(count), frame: ({ length }) => frame.resolve(length) },
  });
  assert.deepEqual(await Promise.all([graph.promise, frame.promise]), [60, 8 + 28 * 60]);
  await close();
});
