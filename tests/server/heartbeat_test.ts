import assert from "node:assert/strict";
import { Heartbeat } from "../../server/heartbeat.ts";
import { eachTransport } from "../helpers/each_transport.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { FakeSocket } from "../helpers/fake_socket.ts";
import { SocketClient } from "../helpers/socket_client.ts";

interface SetUp {
  readonly pongs?: "peer" | "runtime";
  readonly asks?: true;
}

function setUp({ pongs = "peer", asks }: SetUp = {}) {
  const clock = new FakeClock(), socket = new FakeSocket(), stamps: number[] = [], measured: number[] = [];
  socket.pongs = pongs;
  clock.advance(5000);
  const heartbeat = new Heartbeat({
    socket,
    clock,
    ask: asks && ((stampMs) => stamps.push(stampMs)),
    onMeasured: (latencyMs) => measured.push(latencyMs),
  });
  return { clock, socket, heartbeat, stamps, measured };
}

Deno.test("heartbeat: the peer's pong is the latency, once for each ping", () => {
  const { clock, heartbeat, socket, measured } = setUp();
  assert.deepEqual([heartbeat.beat(), socket.pings, heartbeat.latencyMs], ["asked", 1, undefined]);
  clock.advance(12);
  heartbeat.onPong();
  clock.advance(1);
  heartbeat.onPong();
  assert.deepEqual([measured, heartbeat.latencyMs], [[12], 12]);
});

Deno.test("heartbeat: what the runtime answers by itself is no latency, but a sign of life", () => {
  const { heartbeat, measured } = setUp({ pongs: "runtime" });
  heartbeat.beat();
  heartbeat.onPong();
  assert.deepEqual([heartbeat.beat(), measured], ["asked", []]);
});

Deno.test("heartbeat: where the dialect has an answer, that is measured and the pong is not", () => {
  const { clock, heartbeat, stamps, measured } = setUp({ asks: true });
  heartbeat.beat();
  assert.deepEqual(stamps, [5000]);
  clock.advance(3);
  heartbeat.onPong();
  clock.advance(4);
  for (const stampMs of [4999, NaN]) heartbeat.onAnswer(stampMs);
  assert.deepEqual(measured, [], "an answer to nothing we asked");
  heartbeat.onAnswer(5000);
  heartbeat.onAnswer(5000);
  assert.deepEqual([measured, heartbeat.latencyMs], [[7], 7]);
});

Deno.test("heartbeat: a peer of which nothing was heard since the last one is silent", () => {
  const { heartbeat } = setUp();
  assert.equal(heartbeat.beat(), "asked");
  heartbeat.heard();
  assert.equal(heartbeat.beat(), "asked");
  assert.equal(heartbeat.beat(), "silent");
});

eachTransport(
  "[NF-10] a text ping on a graph socket is answered with its own timestamp",
  async ({ ws, adminToken }) => {
    for (const dialect of ["v2", "v4", "q1", "sssp"]) {
      const client = await SocketClient.connect(`${ws}?token=${adminToken}&protocol=${dialect}`);
      client.send('{"type":"ping","timestamp":1760677200000.5}');
      assert.equal(await client.text(), '{"type":"pong","timestamp":1760677200000.5}', dialect);
      client.send('{"type":"ping","timestamp":"soon"}');
      assert.match(await client.text(), /"bad_message".*ping needs timestamp, a number\./);
      await client.close();
    }
  },
);
