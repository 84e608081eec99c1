/** Q1 over real sockets, on both transports: credit, keyframes, and a reader that follows the layout to its rest. */
import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { encodeAck, peekQ1, Q1Decoder } from "../../protocol/graph/q1.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { encodeNodeDrag } from "../../protocol/graph/v4.ts";
import { eachTransport, eventOf, NODES, post } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";

const subscribe = JSON.stringify({ type: "subscribe", data: { channels: ["status"] } });

/** Shows every frame as it comes and says so. */
async function openReader(ws: string, token: string) {
  const client = await SocketClient.connect(`${ws}?token=${token}&rate=60`, ["orrery.q1"]);
  const decoder = new Q1Decoder(), shown = createFrame(NODES);
  return {
    client,
    decoder,
    shown,
    async frame(): Promise<Uint8Array> {
      const bytes = await client.bytes();
      assert.equal(decoder.decodeInto(bytes, shown), "frame");
      client.send(encodeAck({ sequence: decoder.sequence ?? 0, credit: 2, needsKeyframe: false }));
      return bytes;
    },
  };
}

eachTransport(
  "[Q1-7] [Q1-13] a keyframe first, then deltas, each after an acknowledgement",
  async ({ ws, adminToken }) => {
    const { client, frame } = await openReader(ws, adminToken);
    assert.equal(client.protocol, "orrery.q1");
    const kinds = [];
    for (let k = 0; k < 20; k++) kinds.push(peekQ1(await frame()).kind);
    assert.equal(kinds[0], "keyframe");
    assert.ok(kinds.filter((kind) => kind === "delta").length >= 15, `${kinds}`);
    await client.close();
  },
);

eachTransport("[Q1-5] Q1 and V2 readers come to rest at the same positions", async ({ ws, adminToken }) => {
  const { client, decoder, frame, shown } = await openReader(ws, adminToken);
  const whole = await SocketClient.connect(`${ws}?token=${adminToken}`);
  whole.send(subscribe);
  await whole.next((message) => eventOf("status")(message)?.data.state === "settled" || undefined);
  const { positions } = v2.decode(await whole.bytes());
  const isThere = () => positions.every((value, k) => Math.abs(value - shown.positions[k]) <= 0.51 * decoder.quantum);
  while (!isThere()) await frame();
  await client.close();
  await whole.close();
});

eachTransport("[Q1-13] a reader that acknowledges nothing is sent two frames and no more", async (server) => {
  const silent = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`, ["orrery.q1"]);
  silent.send(subscribe);
  const reader = await openReader(server.ws, server.adminToken);
  for (let k = 0; k < 20; k++) await reader.frame();
  await post(`${server.base}/api/simulation`, { action: "pause" }, server.adminToken);
  let frames = 0;
  await silent.next((message) => {
    if (typeof message !== "string") frames++;
    return eventOf("status")(message)?.data.state === "paused" || undefined;
  });
  assert.equal(frames, 2);
  await silent.close();
  await reader.client.close();
});

eachTransport("[Q1-14] a Q1 client drags with V4's message", async ({ ws, adminToken }) => {
  const { client, decoder, frame, shown } = await openReader(ws, adminToken);
  client.send(encodeNodeDrag({ id: 5, phase: "start", x: 20, y: 30, z: 40 }));
  const isThere = () => [20, 30, 40].every((value, k) => Math.abs(shown.positions[15 + k] - value) <= decoder.quantum);
  while (!isThere()) await frame();
  await client.close();
});
