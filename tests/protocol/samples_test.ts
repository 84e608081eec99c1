/**
 * What our encoders write is read by the clients of the five protocol documents, copied into `tests/samples/`. Where a
 * document has no client of a message, the message is read here by the document's own table, without our decoders.
 */
import assert from "node:assert/strict";
import { createRandom } from "../../gpu/random.ts";
import { type ControlStatus, encodeControlMessage } from "../../protocol/control/status.ts";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { decodeV1Client, encodeV1 } from "../../protocol/graph/v1.ts";
import { createShortestPathFrame, sssp } from "../../protocol/graph/sssp.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { encodeFullGraph, encodeHeartbeat, positionUpdate } from "../../protocol/graph/v4.ts";
import { encodeRpc } from "../../protocol/mcp/json_rpc.ts";
import { NETWORK_TYPE } from "../../protocol/network/frame.ts";
import { encodeHeartbeat as encodeHeartbeatText } from "../../protocol/network/heartbeat.ts";
import { parseClientMessage } from "../../protocol/realtime/client_message.ts";
import { encodeServerMessage, type ServerMessage } from "../../protocol/realtime/server_message.ts";
import { edgeColumns } from "../helpers/fake_graph.ts";
import { inBrowser } from "../helpers/document_browser.ts";
import {
  connectFromPage,
  connectWithRetries,
  ControlCenterClient,
  readGuarded,
} from "../samples/control_document_clients.ts";
import { HeartbeatMonitor, MessageType } from "../samples/networking_document.ts";
import { RealtimeProtocolClient } from "../samples/realtime_document_client.ts";
import { readBeforeMigration, subscribeToProject } from "../samples/v1_document_clients.ts";
import { BinaryProtocolParser } from "../samples/v2_document_client.ts";

/** Nodes with values of their own in every column, all of them exact in JSON and f32. */
function frameOf(count: number): NodeFrame {
  const random = createRandom(5), frame = createFrame(count);
  for (const column of [frame.positions, frame.velocities, frame.masses, frame.charges]) {
    column.forEach((_, k) => column[k] = random() * 100 - 50);
  }
  return frame;
}

/** As the V2 document's `NodeUpdate`. */
const updatesOf = ({ count, ids, positions, velocities, masses, charges }: NodeFrame) =>
  Array.from({ length: count }, (_, i) => ({
    id: ids[i],
    position: [...positions.subarray(3 * i, 3 * i + 3)],
    velocity: [...velocities.subarray(3 * i, 3 * i + 3)],
    mass: masses[i],
    charge: charges[i],
  }));

Deno.test("samples, V2: the document's parser reads every field of every record", () => {
  for (const count of [0, 1, 1000]) {
    const frame = frameOf(count);
    assert.deepEqual(new BinaryProtocolParser(v2.encode(frame).buffer).parseNodeUpdates(), updatesOf(frame));
  }
});

Deno.test("samples, V1: the document's clients read the nodes, and subscribe as it is decoded", async () => {
  const frame = frameOf(50), text = encodeV1({ type: "nodes.update", nodes: frame });
  const ws: { onmessage?: (event: { data: string }) => void } = {};
  let nodes: unknown;
  readBeforeMigration(ws, (all: unknown) => nodes = all);
  ws.onmessage?.({ data: text });
  assert.deepEqual(nodes, updatesOf(frame));
  await inBrowser(({ sockets }) => {
    const said: unknown[] = [];
    subscribeToProject(globalThis.WebSocket, { log: (_: string, message: unknown) => said.push(message) });
    sockets[0].onopen?.();
    assert.equal(new URL(sockets[0].url).searchParams.get("protocol"), "json");
    assert.deepEqual(decodeV1Client(sockets[0].sent[0]), { type: "subscribe", channels: ["projects.123"] });
    sockets[0].onmessage?.({ data: encodeV1({ type: "notification", id: "n", title: "t", message: "m" }) });
    assert.deepEqual(said, [{ type: "notification", data: { id: "n", title: "t", message: "m" } }]);
  });
});

Deno.test("samples, V4: the document has no client; its tables of bytes read what is written", () => {
  const count = 10_000, frame = frameOf(count), bytes = positionUpdate.encode(frame);
  assert.equal(bytes.length, 4 + 4 + 28 * count, "the document's message size");
  const view = new DataView(bytes.buffer);
  // Version: u8 = 4, Type: u8, Flags: u8, Reserved: u8, Node Count: u32
  assert.deepEqual([view.getUint8(0), view.getUint8(1), view.getUint8(2), view.getUint8(3)], [4, 0x02, 0, 0]);
  assert.equal(view.getUint32(4, true), count);
  // node_id: u32, x, y, z, vx, vy, vz: f32
  for (let node = 0; node < count; node++) {
    const at = 8 + 28 * node, floats = [4, 8, 12, 16, 20, 24].map((offset) => view.getFloat32(at + offset, true));
    assert.equal(view.getUint32(at, true), node);
    const meant = [
      ...frame.positions.subarray(3 * node, 3 * node + 3),
      ...frame.velocities.subarray(3 * node, 3 * node + 3),
    ];
    assert.deepEqual(floats, meant);
  }
  const whole = encodeFullGraph(frameOf(3), edgeColumns([[0, 1], [1, 2]]));
  assert.deepEqual([...whole.subarray(0, 8)], [4, 0x01, 0, 0, 3, 0, 0, 0]);
  assert.deepEqual([...encodeHeartbeat(5, { reply: false }).subarray(0, 4)], [4, 0x05, 0, 0]);
});

Deno.test("samples, shortest paths: the document's Rust structure, read field after field", () => {
  const count = 100, frame = createShortestPathFrame(count), random = createRandom(6);
  for (const column of [frame.positions, frame.velocities]) column.forEach((_, k) => column[k] = random());
  for (let node = 0; node < count; node++) {
    frame.distances[node] = node / 4;
    frame.parents[node] = node - 1;
  }
  frame.kinds.fill(0);
  const bytes = sssp.encode(frame), view = new DataView(bytes.buffer);
  assert.equal(bytes.length, 34 * count);
  let at = 0;
  const u16 = () => view.getUint16((at += 2) - 2, true), f32 = () => view.getFloat32((at += 4) - 4, true);
  const i32 = () => view.getInt32((at += 4) - 4, true), vec3 = () => [f32(), f32(), f32()];
  for (let node = 0; node < count; node++) {
    // id: u16, position: Vec3Data, velocity: Vec3Data, sssp_distance: f32, sssp_parent: i32
    assert.deepEqual([u16(), vec3(), vec3(), f32(), i32()], [
      node,
      [...frame.positions.subarray(3 * node, 3 * node + 3)],
      [...frame.velocities.subarray(3 * node, 3 * node + 3)],
      node / 4,
      node - 1,
    ]);
  }
});

Deno.test("samples, typed frames: the document's numbers are ours, and its monitor reads our pongs", () => {
  const { NODE_UPDATE, VOICE_FRAME, SSSP_UPDATE, SETTINGS_UPDATE, AGENT_STATUS, ERROR, PING, PONG, CLOSE } =
    MessageType;
  assert.deepEqual(Object.values(NETWORK_TYPE), [
    ...[NODE_UPDATE, VOICE_FRAME, SSSP_UPDATE, SETTINGS_UPDATE, AGENT_STATUS, ERROR, PING, PONG, CLOSE],
  ]);
  const latencies: number[] = [];
  let receive = (_text: string) => {};
  const ws = { send() {}, on: (_event: string, listener: (text: string) => void) => receive = listener };
  const monitor = Object.assign(Object.create(HeartbeatMonitor.prototype), {
    recordLatency: (timestamp: number) => latencies.push(timestamp),
  });
  monitor.ws = ws;
  monitor.pingInterval = 15_000;
  monitor.startMonitoring();
  clearInterval(monitor.pingTimer);
  receive(encodeHeartbeatText({ type: "ping", timestamp: 3 }));
  receive(encodeHeartbeatText({ type: "pong", timestamp: 4 }));
  assert.deepEqual(latencies, [4]);
});

Deno.test("samples, JSON-RPC: the document's Rust structures, read field by field", () => {
  const line = encodeRpc({ type: "success", id: 7, result: { nodes: 77 } });
  assert.deepEqual(JSON.parse(line), { jsonrpc: "2.0", id: 7, result: { nodes: 77 } });
  const refused = JSON.parse(encodeRpc({ type: "failure", id: 7, error: { code: -32601, message: "Unknown." } }));
  assert.deepEqual([refused.jsonrpc, refused.id, refused.result, refused.error.code], ["2.0", 7, undefined, -32601]);
  assert.ok(!line.includes("\n"), "one object per line");
});

const COMPONENT = { pid: null, uptime: null, cpu_percent: null, memory_mb: null, error: null };
const STATUS: ControlStatus = {
  components: {
    api: { name: "API", state: "running", ...COMPONENT, uptime: 5.5, last_updated: "2026-01-02T03:04:05.000Z" },
  },
  metrics: {
    timestamp: "2026-01-02T03:04:05.000Z",
    total_concepts: 77,
    total_associations: 254,
    storage_size_mb: null,
    queries_per_second: 0,
    avg_latency_ms: null,
    cpu_percent: 5.5,
    memory_percent: 45,
  },
};

Deno.test("samples, control center: all four clients of the document read the status", async () => {
  const text = encodeControlMessage({ type: "status", status: STATUS });
  await inBrowser(({ sockets, timers, status }) => {
    const client = new ControlCenterClient("ws://127.0.0.1/ws"), shown: unknown[] = [], alerts: string[] = [];
    client.updateDashboard = (data: unknown) => shown.push(data);
    client.connect();
    sockets[0].onopen?.();
    assert.equal(status.className, "status-dot connected");
    sockets[0].onmessage?.({ data: text });
    sockets[0].close();
    assert.deepEqual([status.className, timers[0].delayMs], ["status-dot disconnected", 3000]);
    timers[0].run();
    assert.equal(sockets.length, 2);

    readGuarded(sockets[1], (data: unknown) => shown.push(data));
    sockets[1].onmessage?.({ data: text });
    sockets[1].onmessage?.({ data: "no JSON" });
    assert.deepEqual(shown, [STATUS, STATUS]);

    const up: boolean[] = [];
    connectWithRetries("ws://127.0.0.1/ws", (is: boolean) => up.push(is), globalThis.setTimeout, alerts.push);
    sockets[2].onopen?.();
    sockets[2].close();
    assert.deepEqual([up, timers[1].delayMs], [[true, false], 3000]);

    connectFromPage({ location: { protocol: "http:", host: "127.0.0.1:9000" } });
    sockets[3].onmessage?.({ data: text });
    assert.equal(sockets[3].url, "ws://127.0.0.1:9000/ws");
  });
});

Deno.test("[RT-18] samples, realtime: the document's client is told what it waits for, and is understood", async () => {
  await inBrowser(async ({ sockets, timers }) => {
    const client = new RealtimeProtocolClient("ws://127.0.0.1/ws", "jwt"), heard: unknown[] = [];
    const connecting = client.connect(), [socket] = sockets;
    socket.onopen?.();
    await connecting;
    assert.equal(socket.url, "ws://127.0.0.1/ws?token=jwt");
    const tell = (message: ServerMessage) => socket.onmessage?.({ data: encodeServerMessage(message) });
    /** What the client said last, as the server understands it. */
    const said = () => {
      const parsed = parseClientMessage(socket.sent[socket.sent.length - 1]);
      return parsed.ok ? parsed.message : assert.fail(JSON.stringify(parsed.answer));
    };
    const answerTo = async (
      asked: Promise<unknown>,
      data: Omit<Extract<ServerMessage, { type: "Ack" }>["data"], "message_id">,
    ) => {
      const { id = "" } = said();
      tell({ type: "Ack", id, data: { message_id: id, ...data } });
      return await asked;
    };
    const subscribed = client.subscribe(["chat.general", "notifications"]);
    assert.deepEqual([said().type, said().id], ["Subscribe", "msg_1"]);
    assert.deepEqual(await answerTo(subscribed, { status: "subscribed" }), {
      message_id: "msg_1",
      status: "subscribed",
    });
    const told = client.broadcast("chat.general", { message: "Hello from TypeScript client!" });
    assert.deepEqual(await answerTo(told, { status: "delivered", recipients: 42 }), {
      ...{ message_id: "msg_2", status: "delivered", recipients: 42 },
    });
    const direct = client.sendDirectMessage("user456", "hi");
    assert.deepEqual(await answerTo(direct, { status: "delivered", delivered_to: ["c1"] }), {
      ...{ message_id: "msg_3", status: "delivered", delivered_to: ["c1"] },
    });
    assert.deepEqual(timers.map(({ delayMs }) => delayMs), [30_000, 30_000, 30_000]);

    for (
      const type of ["Broadcast", "DirectMessage", "Presence", "Notification", "AuthStatus", "Status", "Error", "X-Own"]
    ) {
      client.on(type, (data: unknown) => heard.push([type, data]));
    }
    const metadata = { sent_at: 1, message_id: "m" },
      messages: readonly ServerMessage[] = [
        { type: "Broadcast", data: { topic: "chat.general", payload: 1, metadata } },
        { type: "DirectMessage", data: { from_user: "ada", payload: 2, metadata } },
        { type: "Presence", data: { user_id: "ada", status: "online", last_seen: 3 } },
        { type: "Notification", data: { level: "info", title: "t", message: "m" } },
        { type: "AuthStatus", data: { status: "token_expiring", expires_at: 4, refresh_required: true } },
        { type: "Status", data: { status: "subscribed", details: { topics: ["a.*"], active_subscriptions: 1 } } },
        { type: "Error", data: { code: 404, message: "User is not connected", details: { queued: true } } },
        { type: "X-Own", data: { any: "thing" } },
      ];
    messages.forEach(tell);
    assert.deepEqual(heard, messages.map(({ type, data }) => [type, data]));
    tell({ type: "Ping", data: { timestamp: 9 } });
    assert.deepEqual([said().type, said().data], ["Pong", { timestamp: 9 }]);
  });
});
