import assert from "node:assert/strict";
import { FieldError } from "../../../protocol/fields.ts";
import { encodeHeartbeat, parseHeartbeat } from "../../../protocol/network/heartbeat.ts";

Deno.test("[NF-10] heartbeat: golden text, both ways", () => {
  const text = '{"type":"ping","timestamp":1760677200000}';
  assert.equal(encodeHeartbeat({ type: "ping", timestamp: 1_760_677_200_000 }), text);
  assert.deepEqual(parseHeartbeat(text), { type: "ping", timestamp: 1_760_677_200_000 });
  assert.deepEqual(parseHeartbeat('{ "timestamp": 0.5, "type": "pong" }'), { type: "pong", timestamp: 0.5 });
});

Deno.test("[NF-10] heartbeat: any other text is refused", () => {
  const texts = [
    "",
    "ping",
    "[]",
    '{"type":"ping"}',
    '{"type":"Ping","timestamp":1}',
    '{"type":"pong","timestamp":"1"}',
    '{"type":"pong","timestamp":null}',
    `{"type":"ping","timestamp":1,"more":"${"x".repeat(256)}"}`,
  ];
  for (const text of texts) assert.throws(() => parseHeartbeat(text), FieldError);
});
