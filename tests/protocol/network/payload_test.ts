import assert from "node:assert/strict";
import fc from "fast-check";
import { compress, decompress } from "../../../protocol/compression.ts";
import { DecodeError } from "../../../protocol/codec.ts";
import { FieldError } from "../../../protocol/fields.ts";
import { decodeNetworkFrame, encodeNetworkFrame, NETWORK_MAX_PAYLOAD_BYTES } from "../../../protocol/network/frame.ts";
import {
  AGENT_STATES,
  encodeNetworkPayload,
  type JsonFrameType,
  type NetworkPayload,
  parseNetworkPayload,
} from "../../../protocol/network/payload.ts";
import { blake3 } from "../../../protocol/settings/blake3.ts";
import { decodeSettings, SETTINGS_MESSAGE_BYTES } from "../../../protocol/settings/message.ts";
import { SettingsFeed, SettingsMirror } from "../../../protocol/settings/sync.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

const GOLDEN: readonly (readonly [NetworkPayload, string])[] = [
  [
    {
      type: "agentStatus",
      agents: [
        { agent_id: "a1", name: "Ada", state: "busy", task: "reading", node_id: 4_294_967_295 },
        { agent_id: "a2", name: "", state: "offline", task: null, node_id: null },
      ],
    },
    '{"agents":[{"agent_id":"a1","name":"Ada","state":"busy","task":"reading","node_id":4294967295},' +
    '{"agent_id":"a2","name":"","state":"offline","task":null,"node_id":null}]}',
  ],
  [
    { type: "error", code: "limit", message: "Too many messages.", retry_after: 1.5 },
    '{"code":"limit","message":"Too many messages.","retry_after":1.5}',
  ],
];

/** The path that was refused. */
function refused(type: JsonFrameType, value: unknown): string {
  const bytes = value instanceof Uint8Array ? value : utf8(typeof value === "string" ? value : JSON.stringify(value));
  try {
    parseNetworkPayload(type, bytes);
  } catch (error) {
    if (error instanceof FieldError && error.dialect === "network") return error.path;
    throw error;
  }
  assert.fail(`accepted ${JSON.stringify(value)}`);
}

Deno.test("[NF-8] payload: golden text, both ways", () => {
  for (const [payload, text] of GOLDEN) {
    assert.deepEqual(encodeNetworkPayload(payload), utf8(text));
    assert.deepEqual(parseNetworkPayload(payload.type, utf8(text)), payload);
  }
  const bare = parseNetworkPayload("error", utf8('{"code":"forbidden","message":""}'));
  assert.ok(bare.type === "error" && bare.retry_after === undefined);
});

Deno.test("[NF-8] payload: what is not UTF-8 JSON of its type is refused", () => {
  for (const type of ["agentStatus", "error"] as const) {
    for (
      const bad of ["", "{", "[]", "7", Uint8Array.of(0x22, 0xff, 0x22), Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)]
    ) {
      assert.equal(refused(type, bad), "");
    }
    assert.equal(refused(type, `{"a":${"[".repeat(100)}`), "");
  }
  assert.equal(refused("agentStatus", { agents: {} }), "agents");
  const agent = { agent_id: "a", name: "n", state: "idle", task: null, node_id: null };
  const cases: readonly (readonly [object, string])[] = [
    [{ agent_id: "" }, "agent_id"],
    [{ name: 7 }, "name"],
    [{ state: "asleep" }, "state"],
    [{ task: undefined }, "task"],
    [{ node_id: 2 ** 32 }, "node_id"],
    [{ node_id: -1 }, "node_id"],
  ];
  for (const [change, key] of cases) {
    assert.equal(refused("agentStatus", { agents: [agent, { ...agent, ...change }] }), `agents[1].${key}`);
  }
  assert.equal(refused("error", { message: "m" }), "code");
  assert.equal(refused("error", { code: "No Way", message: "m" }), "code");
  assert.equal(refused("error", { code: "limit", message: "m", retry_after: -1 }), "retry_after");
});

Deno.test("[NF-11] payload: every text and list is as long as it may be, and no longer", () => {
  const of = (length: number) => "x".repeat(length);
  const agents = (change: object) => ({
    agents: [{ agent_id: "a", name: "", state: "idle", task: null, node_id: null, ...change }],
  });
  const cases: readonly (readonly [JsonFrameType, (length: number) => unknown, number, string])[] = [
    ["agentStatus", (length) => ({ ...agents({}), a: JSON.parse("[".repeat(length) + "]".repeat(length)) }), 63, ""],
    ["agentStatus", (length) => ({ agents: Array(length).fill(agents({}).agents[0]) }), 4096, "agents"],
    ["agentStatus", (length) => agents({ agent_id: of(length) }), 128, "agents[0].agent_id"],
    ["agentStatus", (length) => agents({ name: of(length) }), 128, "agents[0].name"],
    ["agentStatus", (length) => agents({ task: of(length) }), 4096, "agents[0].task"],
    ["error", (length) => ({ code: of(length), message: "" }), 64, "code"],
    ["error", (length) => ({ code: "a", message: of(length) }), 4096, "message"],
  ];
  for (const [type, value, most, field] of cases) {
    parseNetworkPayload(type, utf8(JSON.stringify(value(most))));
    assert.equal(refused(type, value(most + 1)), field);
  }
  const now = parseNetworkPayload("error", utf8('{"code":"a","message":"","retry_after":0}'));
  assert.ok(now.type === "error" && now.retry_after === 0);
});

Deno.test("[NF-8] payload: the golden texts cut anywhere are refused", () => {
  for (const [payload, text] of GOLDEN) {
    for (let length = 0; length < text.length; length++) refused(payload.type, text.slice(0, length));
  }
});

Deno.test("[NF-8] payload: what is encoded is parsed", () => {
  const name = fc.string({ minLength: 1, maxLength: 128 }),
    nodeId = fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  const agent = fc.record({
    agent_id: name,
    name,
    state: fc.constantFrom(...AGENT_STATES),
    task: fc.option(fc.string()),
    node_id: nodeId,
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(agent, { maxLength: 8 }), (agents) => {
      const payload: NetworkPayload = { type: "agentStatus", agents };
      assert.deepEqual(parseNetworkPayload("agentStatus", encodeNetworkPayload(payload)), payload);
    }),
    { seed: 8 },
  );
});

Deno.test("[NF-12] settings travel in frames as the binary messages of their page, and as nothing else", () => {
  const feed = new SettingsFeed({ hash: blake3, maxPaths: 4 }),
    mirror = new SettingsMirror({ hash: blake3, maxPaths: 4 });
  const messages = feed.publish([["physics.gravity", { type: "f32", value: 0.5 }]]);
  const arrived = messages.map((payload) => {
    const frame = { type: "settingsUpdate", priority: "medium", packing: "none", timestampMs: 1, payload } as const;
    return mirror.receive(decodeNetworkFrame(encodeNetworkFrame(frame)).payload).type;
  });
  assert.deepEqual(arrived, ["applied", "applied"]);
  assert.deepEqual(mirror.snapshot.hash, feed.snapshot.hash);
  assert.deepEqual(mirror.snapshot.entries.get("physics.gravity")?.value, { type: "f32", value: 0.5 });
  assert.throws(() => decodeSettings(utf8('{"changes":{"physics.gravity":0.5}}')), DecodeError);
  assert.equal(SETTINGS_MESSAGE_BYTES, NETWORK_MAX_PAYLOAD_BYTES);
});

Deno.test("[NF-9] payload: a packed one travels in a frame and is unpacked within the frame's bound", async () => {
  const payload: NetworkPayload = { type: "error", code: "limit", message: "again ".repeat(500) };
  const packed = await compress(encodeNetworkPayload(payload), "gzip");
  const bytes = encodeNetworkFrame({
    type: "error",
    priority: "high",
    packing: "gzip",
    timestampMs: 1,
    payload: packed,
  });
  const frame = decodeNetworkFrame(bytes);
  assert.equal(frame.packing, "gzip");
  const options = { format: "gzip", maxBytes: NETWORK_MAX_PAYLOAD_BYTES, dialect: "network" } as const;
  assert.deepEqual(parseNetworkPayload("error", await decompress(frame.payload, options)), {
    ...payload,
    retry_after: undefined,
  });
  const bomb = await compress(new Uint8Array(NETWORK_MAX_PAYLOAD_BYTES + 1), "gzip");
  await assert.rejects(decompress(bomb, options), DecodeError);
});
