import assert from "node:assert/strict";
import { createMetrics } from "../../server/metrics.ts";
import { eachTransport, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";

function open() {
  return createMetrics({
    connections: () => new Map([["q1", 3]]),
    simulation: () => ({ step: 7, stepMs: 4, isMoving: true }),
    published: () => 20,
    process: () => ({ rssBytes: 1000, cpuS: 1.5 }),
  });
}

Deno.test("metrics: what the meters count and the sources say is read as text", async () => {
  const metrics = open(), meter = metrics.meter("q1");
  meter.sentFrames = 5;
  meter.refused("bad_message");
  meter.refused("bad_message");
  meter.endedBy("slow");
  meter.measured("wait", 0.002);
  const lines = (await metrics.text()).split("\n");
  for (
    const line of [
      'orrery_sent_frames_total{dialect="q1"} 5',
      'orrery_refused_total{dialect="q1",code="bad_message"} 2',
      'orrery_ended_total{dialect="q1",reason="slow"} 1',
      'orrery_frame_wait_seconds_bucket{le="0.001",dialect="q1"} 0',
      'orrery_frame_wait_seconds_bucket{le="0.0025",dialect="q1"} 1',
      'orrery_connections{dialect="q1"} 3',
      "orrery_step_seconds 0.004",
      "orrery_moving 1",
      "process_resident_memory_bytes 1000",
    ]
  ) assert.ok(lines.includes(line), line);
});

Deno.test("metrics: reading twice counts nothing twice", async () => {
  const metrics = open();
  metrics.meter("v2").sentBytes = 100;
  await metrics.text();
  assert.ok((await metrics.text()).includes('orrery_sent_bytes_total{dialect="v2"} 100'));
});

eachTransport(
  "/metrics tells this machine without a token what was sent, page of another host or not",
  async (server) => {
    const client = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`);
    await client.bytes();
    const response = await fetch(`${server.base}/metrics`), text = await response.text();
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^orrery_connections\{dialect="v2"\} 1$/m);
    assert.ok(Number(/^orrery_sent_frames_total\{dialect="v2"\} (\d+)$/m.exec(text)?.[1]) >= 1);
    assert.ok((await getJson(`${server.base}/metrics.json`)).length > 10);
    const foreign = await fetch(`${server.base}/metrics`, { headers: { Origin: "https://elsewhere.example" } });
    assert.equal(foreign.status, 401);
    await foreign.body?.cancel();
    await client.close();
  },
);
