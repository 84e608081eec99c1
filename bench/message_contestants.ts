/** One message of each dialect that is not the graph's, written and read, for `codec_bench.ts` and `codec_table.ts`. */
import { type ControlStatus, encodeControlMessage, parseControlMessage } from "../protocol/control/status.ts";
import { encodeRpc, parseRpc, type RpcRequest } from "../protocol/mcp/json_rpc.ts";
import { decodeNetworkFrame, encodeNetworkFrameInto, type NetworkFrame } from "../protocol/network/frame.ts";
import { type BroadcastRequest, encodeClientMessage, parseClientMessage } from "../protocol/realtime/client_message.ts";
import { decodeEnvelope, encodeEnvelopeInto, type Envelope } from "../protocol/realtime/envelope.ts";
import { blake3 } from "../protocol/settings/blake3.ts";
import { SettingsFeed, SettingsMirror } from "../protocol/settings/sync.ts";
import type { BinaryValue } from "../protocol/settings/value.ts";
import type { Contestant, Group } from "./codec_contestants.ts";

const PAYLOAD = new Uint8Array(1_024).fill(7), SETTINGS = 1_000, MESSAGES = 64;

const BROADCAST: BroadcastRequest = {
  type: "Broadcast",
  id: "msg_1",
  data: { topic: "chat.general", payload: { message: "Hello everyone!", sender: "user123" } },
};
const REQUEST: RpcRequest = { type: "request", id: 1, method: "tools/call", params: { name: "neighbours", id: 7 } };
const ENVELOPE: Envelope = { type: "file_transfer", payload: PAYLOAD };
const FRAME: NetworkFrame = {
  type: "voiceFrame",
  priority: "critical",
  packing: "none",
  timestampMs: 1,
  payload: PAYLOAD,
};

const COMPONENT = { pid: 7, uptime: 5.5, cpu_percent: 2.5, memory_mb: 45.5, error: null };
const STATUS: ControlStatus = {
  components: Object.fromEntries(["physics", "graph", "realtime", "store", "mcp", "voice"].map((name) => [
    name,
    { name, state: "running", ...COMPONENT, last_updated: "2026-01-02T03:04:05.000Z" },
  ])),
  metrics: {
    ...{ timestamp: "2026-01-02T03:04:05.000Z", total_concepts: 1_000, total_associations: 5_000 },
    ...{ storage_size_mb: 12.5, queries_per_second: 1, avg_latency_ms: 2, cpu_percent: 5.5, memory_percent: 45.5 },
  },
};

/** One of a thousand settings changes. */
function settings(): readonly [write: Contestant, read: Contestant] {
  const values = new Map<string, BinaryValue>();
  for (let at = 0; at < SETTINGS; at++) values.set(`group.setting${at}`, { type: "f64", value: at });
  const options = { hash: blake3, maxPaths: SETTINGS };
  const feed = new SettingsFeed(options), mirror = new SettingsMirror(options);
  feed.publish(values);
  mirror.receive(feed.full);
  let turn = 0;
  const change = () => feed.publish(values.set("group.setting7", { type: "f64", value: -++turn }));
  const messages = Array.from({ length: MESSAGES }, () => change()[0]), bytes = messages[0].length;
  let next = 0;
  return [
    { name: "settings, one of 1,000 changes", isSlow: true, bytes, run: () => change().length },
    {
      name: "settings, one of 1,000 changes",
      isSlow: true,
      bytes,
      run: () => mirror.receive(messages[next++ % MESSAGES]).type.length,
    },
  ];
}

/** Two groups: what writing takes, and reading with all checks. */
export function messageGroups(): Group[] {
  const out = new Uint8Array(2_048), [writeSettings, readSettings] = settings();
  const said = encodeClientMessage(BROADCAST), status = encodeControlMessage({ type: "status", status: STATUS });
  const asked = encodeRpc(REQUEST);
  const enveloped = out.slice(0, encodeEnvelopeInto(ENVELOPE, out));
  const framed = out.slice(0, encodeNetworkFrameInto(FRAME, out));
  const lines = [
    [
      "realtime, a broadcast",
      said.length,
      () => encodeClientMessage(BROADCAST).length,
      () => Number(parseClientMessage(said).ok),
    ],
    [
      "binary envelope, 1 KiB",
      enveloped.length,
      () => encodeEnvelopeInto(ENVELOPE, out),
      () => decodeEnvelope(enveloped).payload.length,
    ],
    [
      "typed frame, 1 KiB",
      framed.length,
      () => encodeNetworkFrameInto(FRAME, out),
      () => decodeNetworkFrame(framed).payload.length,
    ],
    [
      ...["control center, six components", status.length] as const,
      () => encodeControlMessage({ type: "status", status: STATUS }).length,
      () => parseControlMessage(status).type.length,
    ],
    ["JSON-RPC, a request", asked.length, () => encodeRpc(REQUEST).length, () => parseRpc(asked).type.length],
  ] as const;
  return [
    {
      name: "write one message",
      contestants: [...lines.map(([name, bytes, run]) => ({ name, bytes, run })), writeSettings],
    },
    {
      name: "read one message",
      contestants: [...lines.map(([name, bytes, , run]) => ({ name, bytes, run })), readSettings],
    },
  ];
}
