import assert from "node:assert/strict";
import { STEP_BOUNDS_MS } from "../../gpu/mod.ts";
import { createMetrics } from "../../server/metrics.ts";
import { eachTransport, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";

/** One step of up to 0.1 ms, two of up to 16 ms, one of more than 10 s. */
const STEPS = {
  counts: Float64Array.from(STEP_BOUNDS_MS.concat(Infinity), (_, k) => k === 7 ? 2 : Number(k === 0 || k === 16)),
  sumMs: 20_032,
};
const ENGINE = { name: "webgpu", detail: "a card", readBack: "early" } as const;

function open() {
  return createMetrics({
    clients: () => [],
    simulation: () => ({ step: 7, stepTimes: STEPS, isMoving: true, engine: ENGINE, bytesReadBack: 96 }),
    published: () => 20,
    overRequests: () => new Map(),
    overLimit: () => new Map([["/ws/voice", 2]]),
    filters: () => 2,
    returns: () => ({ resumed: 4, refused: new Map([["used", 3]]), away: 6 }),
    process: () => ({ rssBytes: 1000, cpuS: 1.5 }),
  });
}

Deno.test("metrics: what the meters count and the sources say is read as text", () => {
  const metrics = open(), meter = metrics.meter("q1");
  meter.sentFrames = 5;
  meter.open = 3;
  meter.refused("bad_message");
  meter.refused("bad_message");
  meter.endedBy("slow");
  meter.measured("wait", 0.002);
  meter.measured("wait", 20);
  const lines = metrics.text().split("\n");
  for (
    const line of [
      'orrery_sent_frames_total{dialect="q1"} 5',
      'orrery_refused_total{dialect="q1",code="bad_message"} 2',
      'orrery_ended_total{dialect="q1",reason="slow"} 1',
      'orrery_frame_wait_seconds_bucket{dialect="q1",le="0.001"} 0',
      'orrery_frame_wait_seconds_bucket{dialect="q1",le="0.0025"} 1',
      'orrery_connections{dialect="q1"} 3',
      'orrery_step_seconds_bucket{le="0.0001"} 1',
      'orrery_step_seconds_bucket{le="0.01"} 1',
      'orrery_step_seconds_bucket{le="0.016"} 3',
      'orrery_step_seconds_bucket{le="10"} 3',
      'orrery_step_seconds_bucket{le="+Inf"} 4',
      "orrery_step_seconds_sum 20.032",
      "orrery_step_seconds_count 4",
      "# TYPE orrery_step_seconds histogram",
      'orrery_over_limit_total{endpoint="/ws/voice"} 2',
      "orrery_moving 1",
      "orrery_filters 2",
      "orrery_resumed_total 4",
      'orrery_resume_refused_total{reason="used"} 3',
      "orrery_away 6",
      'orrery_engine_info{engine="webgpu",detail="a card",read_back="early"} 1',
      "orrery_read_back_bytes_total 96",
      "process_resident_memory_bytes 1000",
      'orrery_frame_wait_seconds_bucket{dialect="q1",le="+Inf"} 2',
      'orrery_frame_wait_seconds_sum{dialect="q1"} 20.002',
      'orrery_frame_wait_seconds_count{dialect="q1"} 2',
      "# TYPE orrery_frame_wait_seconds histogram",
      "# TYPE orrery_sent_frames_total counter",
    ]
  ) assert.ok(lines.includes(line), line);
});

Deno.test("metrics: each address has its own counts; what they share has no address", () => {
  const metrics = open();
  metrics.meter("v4", "/ws").sentFrames = 2;
  metrics.meter("v4", "/ws/positions").sentFrames = 3;
  metrics.meter("v4").measured("ratio", 0.5);
  const lines = metrics.text().split("\n"),
    frames = lines.filter((line) => line.startsWith("orrery_sent_frames_total"));
  assert.deepEqual(frames, [
    'orrery_sent_frames_total{dialect="v4",endpoint="/ws"} 2',
    'orrery_sent_frames_total{dialect="v4",endpoint="/ws/positions"} 3',
  ]);
  assert.deepEqual(lines.filter((line) => line.includes("ratio_count")), ['orrery_size_ratio_count{dialect="v4"} 1']);
});

Deno.test("metrics: requests are counted by the pattern of their route, and timed", () => {
  const { http, text } = open();
  http.answered("GET", "/api/nodes/:id", { status: 200, seconds: 0.002 });
  http.answered("GET", "/api/nodes/:id", { status: 404, seconds: 0.3 });
  const lines = text().split("\n");
  for (
    const line of [
      'orrery_http_requests_total{method="GET",route="/api/nodes/:id",status="404"} 1',
      'orrery_http_seconds_bucket{method="GET",route="/api/nodes/:id",le="0.0025"} 1',
      'orrery_http_seconds_count{method="GET",route="/api/nodes/:id"} 2',
    ]
  ) assert.ok(lines.includes(line), line);
});

Deno.test("metrics: labels are escaped as the format asks", () => {
  const metrics = open();
  metrics.meter('a"b\\c\nd').sentFrames = 1;
  assert.ok(metrics.text().includes('orrery_sent_frames_total{dialect="a\\"b\\\\c\\nd"} 1'));
});

Deno.test("metrics: reading twice counts nothing twice", () => {
  const metrics = open();
  metrics.meter("v2").sentBytes = 100;
  metrics.text();
  assert.ok(metrics.text().includes('orrery_sent_bytes_total{dialect="v2"} 100'));
});

eachTransport(
  "/metrics tells this machine without a token what was sent, page of another host or not",
  async (server) => {
    const client = await SocketClient.connect(`${server.ws}?token=${server.adminToken}`);
    await client.bytes();
    const response = await fetch(`${server.base}/metrics`), text = await response.text();
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/plain; version=0\.0\.4/);
    const openNow = (endpoint: string) =>
      new RegExp(`^orrery_connections\\{dialect="v2",endpoint="${endpoint}"\\} 1$`, "m");
    assert.match(text, openNow("/ws"));
    assert.doesNotMatch(text, openNow("/ws/positions"));
    assert.ok(Number(/^orrery_step_seconds_count (\d+)$/m.exec(text)?.[1]) >= 1);
    assert.ok(Number(/^orrery_sent_frames_total\{dialect="v2",endpoint="\/ws"\} (\d+)$/m.exec(text)?.[1]) >= 1);
    assert.match(text, /^orrery_engine_info\{engine="cpu",detail="[^"]+",read_back="none"\} 1$/m);
    const { metrics, clients } = await getJson(`${server.base}/metrics.json`);
    assert.ok(metrics.length > 10);
    const [{ latencyMs, rateHz, ...asked }, ...others] = clients;
    assert.deepEqual([asked, others], [{ participant: 1, dialect: "v2", askedHz: 60 }, []]);
    // On a busy machine it may have been pinged, or be too slow, by now.
    assert.ok((latencyMs === null || latencyMs >= 0) && rateHz >= 5 && rateHz <= 60, `${latencyMs} ms, ${rateHz} Hz`);
    assert.match(text, /^orrery_encode_seconds_count\{dialect="v2"\} \d+$/m);
    const ratio = (what: string) => Number(new RegExp(`^orrery_size_ratio_${what} (\\d+)$`, "m").exec(text)?.[1]);
    const made = ratio('count\\{dialect="v2"\\}');
    assert.ok(made >= 1);
    assert.equal(ratio('sum\\{dialect="v2"\\}'), made, "V2 is what others are compared with");
    assert.equal(ratio('bucket\\{dialect="v2",le="0.5"\\}'), 0);
    const again = await (await fetch(`${server.base}/metrics`)).text();
    assert.match(again, /^orrery_http_requests_total\{method="GET",route="\/metrics",status="200"\} 1$/m);
    const foreign = await fetch(`${server.base}/metrics`, { headers: { Origin: "https://elsewhere.example" } });
    assert.equal(foreign.status, 401);
    await foreign.body?.cancel();
    await client.close();
    const other = await SocketClient.connect(`${server.ws}/positions?token=${server.adminToken}&protocol=v2`);
    await other.bytes();
    const later = await (await fetch(`${server.base}/metrics`)).text();
    assert.match(later, /^orrery_connections\{dialect="v2",endpoint="\/ws"\} 0$/m);
    assert.match(later, openNow("/ws/positions"));
    await other.close();
  },
);
