import assert from "node:assert/strict";
import { parseClientMessage } from "../../../protocol/realtime/client_message.ts";
import { checksumOf } from "../../../protocol/realtime/envelope.ts";
import { ERROR_CODES, type ErrorMessage } from "../../../protocol/realtime/message.ts";
import {
  encodeServerMessage,
  parseServerMessage,
  SERVER_TYPES,
  type ServerMessage,
} from "../../../protocol/realtime/server_message.ts";

/** Without the keys that are `undefined`: as it would travel. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function parsed(text: string): ServerMessage {
  const result = parseServerMessage(text);
  assert.ok(result.ok, result.ok ? "" : result.answer.data.message);
  return result.message;
}

function refusedField(type: string, data: unknown): unknown {
  const result = parseServerMessage(JSON.stringify({ type, data }));
  assert.ok(!result.ok, `accepted ${type} ${JSON.stringify(data)}`);
  return result.answer.data.details?.field;
}

const CHECKSUM = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Every message of the source document that a server sends, field by field in its order. */
const DOCUMENT: readonly string[] = [
  '{"type":"Pong","data":{"timestamp":1234567890}}',
  '{"type":"Status","data":{"status":"subscribed","details":{"topics":["notifications","chat.general","updates.*"],' +
  '"active_subscriptions":3}}}',
  '{"type":"Status","data":{"status":"unsubscribed","details":{"topics":["chat.general"],"active_subscriptions":2}}}',
  '{"type":"Ack","data":{"message_id":"msg_123456","status":"delivered","recipients":42}}',
  '{"type":"Ack","data":{"message_id":"dm_789012","status":"delivered",' +
  '"delivered_to":["conn_abc123","conn_def456"]}}',
  '{"type":"Error","data":{"code":404,"message":"User user456 not found or not connected",' +
  '"details":{"message_id":"dm_789012","queued":true}}}',
  '{"type":"Status","data":{"status":"connected","details":{"connection_id":"550e8400-e29b-41d4-a716-446655440000",' +
  '"server_time":1234567890,"protocol_version":"1.0","features":["broadcast","direct_message","presence","history"]}}}',
  '{"type":"Broadcast","data":{"topic":"chat.general","payload":{"message":"Hello everyone!","sender":"user123",' +
  '"metadata":{"mood":"happy"}},"metadata":{"sent_at":1234567890,"message_id":"broadcast_123456"}}}',
  '{"type":"DirectMessage","data":{"from_user":"user123","payload":{"message":"Private message","attachments":[]},' +
  '"metadata":{"sent_at":1234567890,"message_id":"dm_123456"}}}',
  '{"type":"Notification","data":{"level":"info","title":"Maintenance Notice",' +
  '"message":"System will undergo maintenance in 1 hour",' +
  '"actions":[{"label":"Learn More","url":"https://status.example.com"}]}}',
  '{"type":"Presence","data":{"user_id":"user789","status":"online","last_seen":1234567890,' +
  '"metadata":{"device":"web","location":"New York"}}}',
  '{"type":"Error","data":{"code":400,"message":"Human-readable error message",' +
  '"details":{"field":"additional","context":"information"}}}',
  '{"type":"AuthStatus","data":{"status":"token_expiring","expires_at":1234567890,"refresh_required":true}}',
  `{"type":"Status","data":{"status":"binary_received","details":{"size":1024,"type":"file_transfer",` +
  `"checksum":"${CHECKSUM}"}}}`,
  '{"type":"X-CustomAction","data":{"action":"special_operation","parameters":{}}}',
];

Deno.test("[RT-7] server: every message of the document is read, and written as it stands there", () => {
  for (const text of DOCUMENT) {
    assert.deepEqual(travelled(parsed(text)), JSON.parse(text));
    assert.equal(encodeServerMessage(parsed(text)), text);
  }
  const types = new Set(DOCUMENT.map((text) => parsed(text).type));
  for (const type of SERVER_TYPES) assert.ok(type === "Ping" || types.has(type), type);
});

Deno.test("[RT-7] server: a message without one of its fields is refused by that field's name", () => {
  const optional = new Set([
    "Ack.recipients",
    "Ack.delivered_to",
    "Error.details",
    "Notification.actions",
    "Presence.metadata",
  ]);
  for (const text of DOCUMENT) {
    const { type, data } = JSON.parse(text);
    if (type.startsWith("X-")) continue;
    for (const key of Object.keys(data).filter((key) => !optional.has(`${type}.${key}`))) {
      const { [key]: _, ...rest } = data;
      assert.equal(refusedField(type, rest), `data.${key}`, `${type} without ${key}`);
    }
  }
});

Deno.test("[RT-7] server: values outside their list are refused", () => {
  assert.equal(refusedField("Status", { status: "confused", details: {} }), "data.status");
  assert.equal(refusedField("Ack", { message_id: "a", status: "lost" }), "data.status");
  assert.equal(refusedField("Ack", { message_id: "a", status: "delivered", recipients: -1 }), "data.recipients");
  assert.equal(refusedField("Ack", { message_id: "", status: "delivered" }), "data.message_id");
  assert.equal(
    refusedField("Ack", { message_id: "a", status: "delivered", delivered_to: ["c", 1] }),
    "data.delivered_to[1]",
  );
  assert.equal(refusedField("Presence", { user_id: "a", status: "asleep", last_seen: 1 }), "data.status");
  assert.equal(
    refusedField("AuthStatus", { status: "token_expiring", expires_at: 1, refresh_required: "yes" }),
    "data.refresh_required",
  );
  assert.equal(refusedField("Subscribe", { topics: ["a"] }), "type");
  const delivery = { topic: "a", payload: 1, metadata: { sent_at: "now", message_id: "m" } };
  assert.equal(refusedField("Broadcast", delivery), "data.metadata.sent_at");
});

Deno.test("[RT-13] server: the seven codes of the document, and no others", () => {
  assert.deepEqual(ERROR_CODES, [400, 401, 403, 404, 429, 500, 503]);
  for (const code of ERROR_CODES) {
    const message: ErrorMessage = { type: "Error", data: { code, message: "m" } };
    assert.deepEqual(travelled(parsed(encodeServerMessage(message))), message);
  }
  for (const code of [0, 402, 418, 502, "400", null]) {
    assert.equal(refusedField("Error", { code, message: "m" }), "data.code");
  }
  assert.equal(refusedField("Error", { code: 400, message: "m", details: "d" }), "data.details");
});

Deno.test("[RT-14] server: an action leads to http or https", () => {
  const withUrl = (url: unknown) => ({ level: "info", title: "t", message: "m", actions: [{ label: "l", url }] });
  for (const url of ["http://a", "https://a.example/b?c#d"]) {
    parsed(JSON.stringify({ type: "Notification", data: withUrl(url) }));
  }
  for (
    const url of ["javascript:alert(1)", "data:text/html,x", "/a", "https://", "https://a b", " https://a", 7, null]
  ) {
    assert.equal(refusedField("Notification", withUrl(url)), "data.actions[0].url");
  }
  const crowded = { level: "info", title: "t", message: "m", actions: Array(9).fill({ label: "l", url: "http://a" }) };
  assert.equal(refusedField("Notification", crowded), "data.actions");
  assert.equal(refusedField("Notification", { level: "loud", title: "t", message: "m" }), "data.level");
});

Deno.test("[RT-19] server: every text and list is as long as it may be, and no longer", () => {
  const of = (length: number) => "x".repeat(length);
  const notification = { level: "info", title: "", message: "" }, ack = { message_id: "m", status: "delivered" };
  const action = (label: string, url = "http://a") => ({ ...notification, actions: [{ label, url }] });
  const cases: readonly (readonly [string, (length: number) => unknown, number, string])[] = [
    ["Notification", (length) => ({ ...notification, title: of(length) }), 200, "data.title"],
    ["Notification", (length) => ({ ...notification, message: of(length) }), 4096, "data.message"],
    ["Notification", (length) => action(of(length)), 200, "data.actions[0].label"],
    ["Notification", (length) => action("l", `http://${of(length - 7)}`), 2048, "data.actions[0].url"],
    ["Error", (length) => ({ code: 400, message: of(length) }), 4096, "data.message"],
    ["Ack", (length) => ({ ...ack, message_id: of(length) }), 128, "data.message_id"],
    ["Ack", (length) => ({ ...ack, delivered_to: Array(length).fill("c") }), 1000, "data.delivered_to"],
    ["Presence", (length) => ({ user_id: of(length), status: "online", last_seen: 1 }), 128, "data.user_id"],
  ];
  for (const [type, data, most, field] of cases) {
    parsed(JSON.stringify({ type, data: data(most) }));
    assert.equal(refusedField(type, data(most + 1)), field);
  }
  assert.equal(refusedField("Notification", action("")), "data.actions[0].label");
});

Deno.test("[RT-17] server: binary_received names size, type and checksum of the payload", async () => {
  const checksum = await checksumOf(Uint8Array.of(0x61, 0x62, 0x63));
  const message: ServerMessage = {
    type: "Status",
    data: { status: "binary_received", details: { size: 3, type: "file_transfer", checksum } },
  };
  assert.equal(
    encodeServerMessage(message),
    '{"type":"Status","data":{"status":"binary_received","details":{"size":3,"type":"file_transfer",' +
      '"checksum":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}}',
  );
  assert.deepEqual(travelled(parsed(encodeServerMessage(message))), message);
  const received = (details: unknown) => refusedField("Status", { status: "binary_received", details });
  assert.equal(received({ size: 1, type: "stream_data", checksum: "sha256:abc" }), "data.details.checksum");
  assert.equal(received({ size: 1, type: "picture", checksum }), "data.details.type");
  assert.equal(received({ size: 1.5, type: "stream_data", checksum }), "data.details.size");
});

Deno.test("[RT-4] server: an answer carries the id of what it answers", () => {
  const text =
    '{"type":"Status","data":{"status":"subscribed","details":{"topics":["a"],"active_subscriptions":1}},"id":"7"}';
  assert.equal(parsed(text).id, "7");
  assert.equal(encodeServerMessage(parsed(text)), text);
  const refusal = parseClientMessage('{"type":"Nothing","data":{},"id":"8"}');
  assert.ok(!refusal.ok);
  const answer = parsed(encodeServerMessage(refusal.answer));
  assert.ok(answer.type === "Error" && answer.id === "8" && answer.data.details?.message_id === "8");
});

Deno.test("[RT-3] server: what a client may send can be relayed, though it grows", () => {
  const numbers = `[${Array(13_000).fill("1e20").join(",")}]`;
  const request = parseClientMessage(`{"type":"Broadcast","data":{"topic":"a","payload":${numbers}}}`);
  assert.ok(request.ok && request.message.type === "Broadcast" && "topic" in request.message.data);
  const { topic, payload } = request.message.data;
  const text = encodeServerMessage({
    type: "Broadcast",
    data: { topic, payload, metadata: { sent_at: 1, message_id: "m" } },
  });
  assert.ok(text.length > 4 * 65_000 && text.length < 524_288);
  assert.deepEqual(parsed(text).data, { topic, payload, metadata: { sent_at: 1, message_id: "m" } });
  assert.throws(() => encodeServerMessage({ type: "X-a", data: "x".repeat(524_288) }), RangeError);
  assert.ok(!parseServerMessage(`"${"x".repeat(524_288)}"`).ok);
});
