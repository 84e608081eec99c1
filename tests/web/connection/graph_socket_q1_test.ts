/** The graph socket over Q1: against a socket that the test plays, and against a server on loopback. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import { decodeAck, Q1Encoder } from "../../../protocol/graph/q1.ts";
import { decodeV4, encodeHeartbeat } from "../../../protocol/graph/v4.ts";
import type { ConnectionState } from "../../../web/connection/connection_state.ts";
import type { GraphEvents } from "../../../web/connection/graph_events.ts";
import {
  type ClientDialect,
  GraphSocket,
  graphSocketUrl,
  openBrowserSocket,
  systemClock,
} from "../../../web/connection/mod.ts";
import { clusteredGraph } from "../../helpers/fake_graph.ts";
import { FakeGraphServer, type FakeServerOptions } from "../../helpers/fake_graph_server.ts";
import { openLone } from "../../helpers/lone_graph_socket.ts";

const GRAPH = clusteredGraph(60);
const SUBSCRIBED = '{"type":"subscribe","data":{"channels":["pins"],"resume":true}}';

function setUp() {
  const frames: NodeFrame[] = [], problems: string[] = [], states: ConnectionState[] = [];
  const { clock, sockets, socket } = openLone({
    dialects: ["q1", "v4"],
    on: {
      pins() {},
      positions: (frame) => frames.push(frame),
      problem: (sentence) => problems.push(sentence),
      state: (state) => states.push(state),
    },
  });
  socket.connect();
  sockets[0].listeners.open("orrery.q1");
  return { clock, sockets, raw: sockets[0], frames, problems, states, socket };
}

function keyframe(sequence: number): ArrayBuffer {
  const encoder = new Q1Encoder();
  encoder.push({ ...createFrame(2), sequence }, 0);
  return encoder.encode(undefined).slice().buffer;
}

Deno.test("[Q1-14] over Q1: both dialects are offered, heartbeats are V4's and give the round trip", () => {
  const { clock, raw, states, frames } = setUp();
  assert.deepEqual(raw.subprotocols, ["orrery.q1", "orrery.v4"]);
  assert.equal(raw.sent[0], SUBSCRIBED);
  assert.deepEqual(raw.binary().map(decodeV4), [{ type: "heartbeat", timeMs: 0, reply: false }]);
  clock.advance(40);
  raw.listeners.message(encodeHeartbeat(0, { reply: true }).buffer);
  assert.deepEqual(states.at(-1), { kind: "live", dialect: "q1", roundTripMs: 40 });
  raw.listeners.message(keyframe(1));
  clock.advance(30_000);
  assert.deepEqual(decodeV4(raw.binary()[1]), { type: "heartbeat", timeMs: 30_000, reply: false });
  assert.equal(frames.length, 1);
  assert.equal(raw.sent.length, 3, "nothing else is sent unasked");
});

Deno.test("[Q1-14] over Q1: drags and selections are V4's; a selection is said again when the new graph is known", () => {
  const { clock, raw, socket, sockets } = setUp(), drag = { id: 0, phase: "move", x: 1, y: 2, z: 3 } as const;
  socket.drag(drag);
  socket.select(1);
  assert.deepEqual(raw.binary().slice(1).map(decodeV4), [
    { type: "nodeDrag", ...drag },
    { type: "nodeSelect", id: 1 },
  ]);
  raw.listeners.close(1006, "");
  socket.drag(drag);
  clock.advance(500);
  sockets[1].listeners.open("orrery.q1");
  socket.known(Uint32Array.of(0, 2));
  assert.equal(sockets[1].binary().length, 1, "another graph, without that node");
  sockets[1].listeners.close(1006, "");
  clock.advance(1_000);
  sockets[2].listeners.open("orrery.q1");
  socket.known(Uint32Array.of(0, 1));
  socket.known(Uint32Array.of(0, 1));
  assert.deepEqual(sockets[2].binary().slice(1).map(decodeV4), [{ type: "nodeSelect", id: 1 }]);
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
  const acks = raw.binary().slice(1).map(decodeAck);
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
