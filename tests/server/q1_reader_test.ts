import assert from "node:assert/strict";
import { createFrame } from "../../protocol/frame.ts";
import { Q1Encoder } from "../../protocol/graph/q1.ts";
import { Q1Reader } from "../../server/q1_reader.ts";

function messages(count: number): Uint8Array[] {
  const encoder = new Q1Encoder();
  return Array.from({ length: count }, (_, k) => {
    encoder.push({ ...createFrame(1), sequence: 10 + k }, 0);
    return encoder.encode(undefined).slice();
  });
}

const ack = (sequence: number, credit = 2) => ({ sequence, credit, needsKeyframe: false });

Deno.test("[Q1-14] two frames may be on their way; showing the second frees both places", () => {
  const reader = new Q1Reader(), [first, second] = messages(2);
  assert.ok(reader.canTake);
  reader.sent(first);
  assert.ok(reader.canTake);
  reader.sent(second);
  assert.equal(reader.canTake, false);
  reader.acknowledge(ack(11));
  reader.sent(first);
  assert.ok(reader.canTake);
});

Deno.test("[Q1-14] an acknowledgement of what was never sent, or of the same twice, frees nothing", () => {
  const reader = new Q1Reader(), [first, second, third] = messages(3);
  reader.sent(first);
  reader.sent(second);
  reader.acknowledge(ack(99));
  assert.equal(reader.canTake, false);
  reader.acknowledge(ack(10));
  reader.sent(third);
  reader.acknowledge(ack(10));
  assert.equal(reader.canTake, false);
});

Deno.test("[Q1-14] credit bounds what is on its way: 0 pauses, more than 2 counts as 2", () => {
  const reader = new Q1Reader(), [first, second] = messages(2);
  reader.acknowledge(ack(0, 0));
  assert.equal(reader.canTake, false);
  assert.ok(reader.isPaused);
  reader.acknowledge(ack(0, 255));
  reader.sent(first);
  reader.sent(second);
  assert.equal(reader.canTake, false);
  assert.equal(reader.isPaused, false);
});

Deno.test("[Q1-8] a reader that needs a keyframe holds nothing", () => {
  const reader = new Q1Reader(), [first] = messages(1);
  reader.sent(first);
  assert.deepEqual(reader.held, { generation: 0, base: 10, earlier: 10 });
  reader.acknowledge({ sequence: 10, credit: 2, needsKeyframe: true });
  assert.equal(reader.held, undefined);
});
