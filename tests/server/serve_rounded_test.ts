/** Frames that are rounded on the GPU, over real sockets: what is read back, what Q1 shows, and who joins in between. */
import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { encodeAck, Q1Decoder } from "../../protocol/graph/q1.ts";
import { decodeV4 } from "../../protocol/graph/v4.ts";
import { eventOf, post } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";
import { foundAdapter } from "../gpu/device.ts";

const NODES = 1000;

async function withGpuServer(test: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer(["--demo", `scale-free:${NODES}`, "--engine", "webgpu"]);
  try {
    // However long the test takes, the layout still moves.
    const answer = await fetch(`${server.base}/api/layout`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${server.adminToken}` },
      body: JSON.stringify({ coolingSteps: 100_000 }),
    });
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    await test(server);
  } finally {
    await server.close();
  }
}

async function openReader({ ws, adminToken }: TestServer) {
  const client = await SocketClient.connect(`${ws}?token=${adminToken}&rate=60`, ["orrery.q1"]);
  const decoder = new Q1Decoder(), shown = createFrame(NODES);
  return {
    client,
    decoder,
    shown,
    async frame(): Promise<void> {
      assert.equal(decoder.decodeInto(await client.bytes(), shown), "frame");
      client.send(encodeAck({ sequence: decoder.sequence ?? 0, credit: 2, needsKeyframe: false }));
    },
  };
}

/** Bytes read back per frame published, over so many frames. */
async function bytesPerFrame({ base }: TestServer, frame: () => Promise<unknown>, frames: number): Promise<number> {
  const figures = async () => {
    const text = await (await fetch(`${base}/metrics`)).text();
    return ["orrery_read_back_bytes_total", "orrery_published_frames_total"].map((name) =>
      Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1])
    );
  };
  const before = await figures();
  for (let k = 0; k < frames; k++) await frame();
  const after = await figures();
  return (after[0] - before[0]) / (after[1] - before[1]);
}

Deno.test({
  name: "rounded frames: Q1 alone reads back a third at most of what a V4 client needs",
  ignore: foundAdapter === undefined,
  fn: () =>
    withGpuServer(async (server) => {
      const reader = await openReader(server);
      for (let k = 0; k < 5; k++) await reader.frame();
      const rounded = await bytesPerFrame(server, reader.frame, 20);
      const whole = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`, ["orrery.v4"]);
      await whole.bytes();
      const full = await bytesPerFrame(server, reader.frame, 20);
      assert.ok(full > 25 * NODES && rounded < full / 3, `${rounded} ${full}`);
      await whole.close();
      await reader.client.close();
    }),
});

Deno.test({
  name: "rounded frames: who joins with V4 while things move is sent velocities, in half a second",
  ignore: foundAdapter === undefined,
  fn: () =>
    withGpuServer(async (server) => {
      const reader = await openReader(server);
      for (let k = 0; k < 10; k++) await reader.frame();
      const begin = performance.now();
      const whole = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`, ["orrery.v4"]);
      const graph = decodeV4(await whole.bytes()), waitedMs = performance.now() - begin;
      if (graph.type !== "fullGraph") throw new TypeError(`Expected a full graph, found ${graph.type}.`);
      const moving = graph.nodes.velocities.filter((value) => value !== 0).length;
      assert.ok(moving > 2.5 * NODES, `${moving} coordinates move`);
      assert.ok(waitedMs < 500, `${waitedMs} ms`);
      await whole.close();
      await reader.client.close();
    }),
});

Deno.test({
  name: "rounded frames: at rest the last frame is full, for whoever comes then",
  ignore: foundAdapter === undefined,
  fn: () =>
    withGpuServer(async (server) => {
      const reader = await openReader(server);
      for (let k = 0; k < 10; k++) await reader.frame();
      reader.client.send(JSON.stringify({ type: "subscribe", data: { channels: ["status"] } }));
      await post(`${server.base}/api/simulation`, { action: "pause" }, server.adminToken);
      await reader.client.next((message) => eventOf("status")(message)?.data.state === "paused" || undefined);
      const whole = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`, ["orrery.v4"]);
      const graph = decodeV4(await whole.bytes());
      if (graph.type !== "fullGraph") throw new TypeError(`Expected a full graph, found ${graph.type}.`);
      assert.ok(graph.nodes.velocities.some((value) => value !== 0));
      await whole.close();
      await reader.client.close();
    }),
});
