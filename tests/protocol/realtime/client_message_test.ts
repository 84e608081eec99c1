import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CLIENT_TYPES,
  type ClientMessage,
  encodeClientMessage,
  parseClientMessage,
} from "../../../protocol/realtime/client_message.ts";
import type { ErrorMessage } from "../../../protocol/realtime/message.ts";

/** Without the keys that are `undefined`: as it would travel. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function parsed(text: string): ClientMessage {
  const result = parseClientMessage(text);
  assert.ok(result.ok, result.ok ? "" : result.answer.data.message);
  return result.message;
}

function refused(value: unknown): ErrorMessage {
  const result = parseClientMessage(typeof value === "string" ? value : JSON.stringify(value));
  assert.ok(!result.ok, `accepted ${JSON.stringify(value)}`);
  return result.answer;
}

const field = (answer: ErrorMessage) => answer.data.details?.field;

/** Every message of the source document that a client sends, as its text. */
const DOCUMENT: readonly string[] = [
  '{"type":"Ping","data":{"timestamp":1234567890}}',
  '{"type":"Pong","data":{"timestamp":1234567890}}',
  '{"type":"Subscribe","data":{"topics":["notifications","chat.general","updates.*"]}}',
  '{"type":"Unsubscribe","data":{"topics":["chat.general"]}}',
  '{"type":"Broadcast","data":{"topic":"chat.general","payload":{"message":"Hello everyone!","sender":"user123",' +
  '"metadata":{"mood":"happy"}}},"id":"msg_123456"}',
  '{"type":"DirectMessage","data":{"target_user":"user456","payload":{"message":"Private message","attachments":[]}},' +
  '"id":"dm_789012"}',
  '{"type":"X-CustomAction","data":{"action":"special_operation","parameters":{}}}',
  '{"type":"Broadcast","data":{"topic":"a","payload":0},"metadata":{"priority":"high","ttl":3600,' +
  '"encryption":"aes256","compression":"gzip"}}',
];

Deno.test("[RT-6] client: every message of the document is read, and written as it stands there", () => {
  for (const text of DOCUMENT) {
    assert.deepEqual(travelled(parsed(text)), JSON.parse(text));
    assert.equal(encodeClientMessage(parsed(text)), text);
  }
});

Deno.test("[RT-6] client: a token for this connection", () => {
  const text = '{"type":"AuthStatus","data":{"status":"refresh","token":"a.b.c"},"id":"1"}';
  assert.deepEqual(travelled(parsed(text)), JSON.parse(text));
  assert.equal(field(refused({ type: "AuthStatus", data: { status: "renew", token: "a" } })), "data.status");
  assert.equal(field(refused({ type: "AuthStatus", data: { status: "refresh", token: "" } })), "data.token");
  assert.equal(field(refused({ type: "AuthStatus", data: { status: "refresh" } })), "data.token");
});

Deno.test("[RT-1] client: keys are written in one order, and what is absent is left out", () => {
  const message: ClientMessage = {
    metadata: { ttl: 1 },
    timestamp: 5,
    id: "7",
    data: { topics: ["a"] },
    type: "Subscribe",
  };
  assert.equal(
    encodeClientMessage(message),
    '{"type":"Subscribe","data":{"topics":["a"]},"id":"7","timestamp":5,"metadata":{"ttl":1}}',
  );
  const bare: ClientMessage = { type: "X-a", data: null, id: undefined, timestamp: undefined };
  assert.equal(encodeClientMessage(bare), '{"type":"X-a","data":null}');
});

Deno.test("[RT-1] client: what is no object with a type is refused", () => {
  for (const text of ["", "{", "[]", "null", '"Ping"', "7", "{}", '{"data":{}}', '{"type":7,"data":{}}']) {
    assert.equal(refused(text).data.code, 400, text);
  }
  assert.equal(field(refused('{"type":"","data":{}}')), "type");
  assert.equal(field(refused('{"type":"Subscribe"}')), "data");
  assert.equal(field(refused('{"type":"Subscribe","data":["a"]}')), "data");
});

Deno.test("[RT-2] client: null is absent where a field may be, and unknown fields are ignored", () => {
  const text = '{"type":"Ping","data":{"timestamp":1,"more":[]},"id":null,"timestamp":null,"metadata":null,"more":{}}';
  assert.deepEqual(travelled(parsed(text)), { type: "Ping", data: { timestamp: 1 } });
  assert.equal(field(refused('{"type":"Ping","data":{"timestamp":null}}')), "data.timestamp");
});

Deno.test("[RT-3] client: 65,536 bytes of UTF-8 and 64 levels, to the byte", () => {
  const sized = (bytes: number, filler: string) => {
    const frame = '{"type":"X-a","data":""}', size = new TextEncoder().encode(filler).length;
    const room = bytes - frame.length, count = Math.floor(room / size);
    return `{"type":"X-a","data":"${filler.repeat(count)}${"a".repeat(room - count * size)}"}`;
  };
  for (const filler of ["a", "é", "日", "😀"]) {
    const text = sized(65_536, filler);
    assert.equal(new TextEncoder().encode(text).length, 65_536);
    assert.equal(encodeClientMessage(parsed(text)), text);
    const longer = sized(65_537, filler);
    assert.equal(refused(longer).data.message, "Expected at most 65536 bytes, found more.");
  }
  const data = "é".repeat(40_000);
  assert.throws(() => encodeClientMessage({ type: "X-a", data }), RangeError);
  const nested = (levels: number) => `{"type":"X-a","data":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  parsed(nested(64));
  assert.match(refused(nested(65)).data.message, /at most 64 levels/);
  assert.match(refused("[".repeat(60_000)).data.message, /at most 64 levels/);
  parsed(`{"type":"X-a","data":"${'[{\\"'.repeat(1000)}"}`);
});

Deno.test("[RT-4] client: an id is a text of 1 to 128 characters", () => {
  const withId = (id: unknown) => ({ type: "Ping", data: { timestamp: 1 }, id });
  assert.equal(parsed(JSON.stringify(withId("x".repeat(128)))).id?.length, 128);
  for (const id of ["", "x".repeat(129), 7, {}, [], true]) assert.equal(field(refused(withId(id))), "id");
  assert.equal(field(refused({ type: "Ping", data: { timestamp: 1 }, timestamp: "1" })), "timestamp");
});

Deno.test("[RT-5] client: what is refused is answered by Error 400 under the same id", () => {
  assert.deepEqual(refused({ type: "Broadcast", data: { topic: "a.*", payload: 1 }, id: "m1" }), {
    type: "Error",
    id: "m1",
    data: {
      code: 400,
      message: 'Expected data.topic to be a topic such as chat.general, found "a.*".',
      details: { field: "data.topic", message_id: "m1" },
    },
  });
  assert.deepEqual(refused("hello"), {
    type: "Error",
    data: { code: 400, message: "Expected JSON, found text that is not JSON.", details: { field: "" } },
  });
  assert.equal(refused({ type: "Ping", data: {}, id: 5 }).id, undefined);
});

Deno.test("[RT-5] client: an id that is none is not echoed", () => {
  const longest = "x".repeat(128);
  assert.equal(refused({ type: "?", data: {}, id: longest }).id, longest);
  for (const id of ["", `${longest}x`, 7, null]) {
    const answer = refused({ type: "?", data: {}, id });
    assert.deepEqual([answer.id, answer.data.details], [undefined, { field: "type" }]);
  }
  assert.equal(field(refused('{"type":"Ping","data":{"timestamp":1e400}}')), "data.timestamp");
});

Deno.test("[RT-19] client: tokens of 8,192 characters, users of 128", () => {
  const refresh = (length: number) => ({ type: "AuthStatus", data: { status: "refresh", token: "x".repeat(length) } });
  const message = (length: number) => ({
    type: "DirectMessage",
    data: { target_user: "x".repeat(length), payload: 0 },
  });
  parsed(JSON.stringify(refresh(8192)));
  assert.equal(field(refused(refresh(8193))), "data.token");
  parsed(JSON.stringify(message(128)));
  for (const length of [0, 129]) assert.equal(field(refused(message(length))), "data.target_user");
});

Deno.test("[RT-5] client: an unknown type is named, and so are the known ones", () => {
  for (const type of ["ping", "Status", "Hello", "x-a", "X-", "toString", "__proto__"]) {
    const answer = refused(JSON.stringify({ type, data: {}, id: "a" }));
    assert.equal(answer.id, "a");
    assert.equal(field(answer), "type");
    for (const known of CLIENT_TYPES) assert.ok(answer.data.message.includes(known));
    assert.ok(answer.data.message.includes(JSON.stringify(type)));
  }
  assert.ok(refused({ type: "y".repeat(100), data: {} }).data.message.endsWith("found a text of 100 characters."));
});

Deno.test("[RT-8] client: X- types of 1 to 64 letters, digits, _ and -, with any data", () => {
  for (const data of [null, 0, "", [], {}, { a: [1, { b: null }] }]) {
    assert.deepEqual(parsed(JSON.stringify({ type: "X-My_type-2", data })), { type: "X-My_type-2", data, ...ABSENT });
  }
  parsed(`{"type":"X-${"a".repeat(64)}","data":0}`);
  for (const type of [`X-${"a".repeat(65)}`, "X-a b", "X-é", "X-a\n"]) {
    assert.equal(field(refused({ type, data: 0 })), "type");
  }
  assert.equal(field(refused('{"type":"X-a"}')), "data");
});

const ABSENT = { id: undefined, timestamp: undefined, metadata: undefined };

Deno.test("[RT-9] client: known headers are checked, the others pass", () => {
  const withMetadata = (metadata: unknown) => ({ type: "X-a", data: 0, metadata });
  const metadata = { priority: "high", ttl: 0, encryption: "aes256", compression: "gzip", trace: { id: [1] }, x: null };
  assert.deepEqual(parsed(JSON.stringify(withMetadata(metadata))).metadata, metadata);
  for (const key of ["priority", "encryption", "compression"]) {
    for (const value of ["", 7, null, "x".repeat(65)]) {
      assert.equal(field(refused(withMetadata({ [key]: value }))), `metadata.${key}`);
    }
  }
  for (const ttl of [-1, 0.5, "3600", null]) assert.equal(field(refused(withMetadata({ ttl }))), "metadata.ttl");
  for (const other of ["x", 7, []]) assert.equal(field(refused(withMetadata(other))), "metadata");
});

Deno.test("[RT-12] client: 1 to 100 patterns; a broadcast goes to one topic", () => {
  const subscribe = (topics: unknown) => ({ type: "Subscribe", data: { topics } });
  parsed(JSON.stringify(subscribe(Array(100).fill("a.**"))));
  for (const topics of [[], Array(101).fill("a"), "a", null, {}]) {
    assert.equal(field(refused(subscribe(topics))), "data.topics");
  }
  assert.equal(field(refused(subscribe(["a", "b..c"]))), "data.topics[1]");
  assert.equal(field(refused(subscribe(["a", 7]))), "data.topics[1]");
  for (const topic of ["a.*", "**", "", 7, null]) {
    assert.equal(field(refused({ type: "Broadcast", data: { topic, payload: 1 } })), "data.topic");
  }
  assert.equal(field(refused({ type: "Broadcast", data: { topic: "a" } })), "data.payload");
  assert.equal(field(refused({ type: "DirectMessage", data: { payload: 1 } })), "data.target_user");
  assert.deepEqual(parsed('{"type":"Broadcast","data":{"topic":"a","payload":null}}').data, {
    topic: "a",
    payload: null,
  });
});

Deno.test("[RT-8] client: a payload named __proto__ stays a payload", () => {
  const message = parsed('{"type":"X-a","data":{"__proto__":{"admin":true}},"metadata":{"__proto__":{"ttl":1}}}');
  assert.equal(
    encodeClientMessage(message),
    '{"type":"X-a","data":{"__proto__":{"admin":true}},"metadata":{"__proto__":{"ttl":1}}}',
  );
  assert.equal(message.metadata?.ttl, undefined);
});

const names = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const topics = fc.array(fc.constantFrom("a", "b-1", "日本"), { minLength: 1, maxLength: 4 }).map((list) =>
  list.join(".")
);
const json = fc.jsonValue({ maxDepth: 3 }).map((value): null | boolean | number | string => JSON.stringify(value));
const bodies = fc.oneof(
  fc.record({ type: fc.constantFrom("Ping" as const, "Pong" as const), data: fc.record({ timestamp: fc.nat() }) }),
  fc.record({
    type: fc.constantFrom("Subscribe" as const, "Unsubscribe" as const),
    data: fc.record({ topics: fc.array(topics, { minLength: 1, maxLength: 5 }) }),
  }),
  fc.record({ type: fc.constant("Broadcast" as const), data: fc.record({ topic: topics, payload: json }) }),
  fc.record({ type: fc.constant("DirectMessage" as const), data: fc.record({ target_user: names, payload: json }) }),
  fc.record({ type: fc.constant("X-a" as const), data: json }),
);
const extras = fc.record(
  { id: names, timestamp: fc.nat(), metadata: fc.record({ priority: names, ttl: fc.nat() }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);

Deno.test("[RT-6] client: what is encoded is parsed", () => {
  fc.assert(
    fc.property(bodies, extras, (body, extra) => {
      const message: ClientMessage = { ...body, ...extra };
      assert.deepEqual(travelled(parsed(encodeClientMessage(message))), travelled(message));
    }),
    { seed: 6, numRuns: 500 },
  );
});

Deno.test("[RT-5] client: any text is a message or an answer", () => {
  const near = fc.tuple(fc.constantFrom(...DOCUMENT), fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, change]) =>
    text.slice(0, at % text.length) + change + text.slice(at % text.length + change.length)
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), near), (text) => {
      const result = parseClientMessage(text);
      if (!result.ok) assert.equal(result.answer.data.code, 400);
    }),
    { seed: 5, numRuns: 2000 },
  );
});
