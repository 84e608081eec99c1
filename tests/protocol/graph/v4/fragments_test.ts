import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../../gpu/random.ts";
import { DecodeError } from "../../../../protocol/codec.ts";
import { encodeHeartbeat, FragmentAssembler, fragmentV4, positionUpdate } from "../../../../protocol/graph/v4.ts";
import { bytesOf, decodeOrError, randomFrame } from "../../../helpers/codec_suite.ts";
import { seededBytes } from "../../../helpers/random_bytes.ts";

const BOUNDS = { maxFragments: 64, maxBytes: 1_000 };
const MORE = 0x08;
const fragment = (type: number, flags: number, payload: readonly number[]) => bytesOf([4, type, flags, 0], payload);

/** Bytes that a push refuses, and where. */
function refusal(assembler: FragmentAssembler, bytes: Uint8Array): DecodeError {
  const error = decodeOrError((message) => assembler.push(message), bytes);
  assert.ok(error instanceof DecodeError, "expected a refusal");
  return error;
}

Deno.test("[V4-15] golden fragments: the header again, bit 3 on all but the last", () => {
  const message = fragment(0x06, 0, [1, 2, 3, 4, 5]);
  assert.deepEqual(fragmentV4(message, { fragmentBytes: 6 }), [
    bytesOf([4, 0x06, MORE, 0], [1, 2]),
    bytesOf([4, 0x06, MORE, 0], [3, 4]),
    bytesOf([4, 0x06, 0, 0], [5]),
  ]);
  assert.deepEqual(fragmentV4(message, { fragmentBytes: 9 }), [message]);
  assert.throws(() => fragmentV4(message, { fragmentBytes: 4 }), RangeError);
});

Deno.test("[V4-15] whatever is cut is put together again, and nothing waits", () => {
  const settings = [fc.integer({ min: 0, max: 60 }), fc.integer({ min: 5, max: 3_000 }), fc.integer()] as const;
  fc.assert(
    fc.property(...settings, (count, fragmentBytes, seed) => {
      const message = positionUpdate.encode(randomFrame(count, createRandom(seed)));
      const assembler = new FragmentAssembler({ maxFragments: 2_000, maxBytes: 2_000 });
      const fragments = fragmentV4(message, { fragmentBytes });
      const pushed = fragments.map((bytes) => assembler.push(bytes));
      assert.ok(fragments.every(({ length }) => length <= fragmentBytes));
      assert.deepEqual(pushed.slice(0, -1), Array(fragments.length - 1).fill(undefined));
      assert.deepEqual(pushed.at(-1), message);
      assert.equal(assembler.waitingBytes, 0);
    }),
    { seed: 3, numRuns: 100 },
  );
});

Deno.test("[V4-15] messages of other types come between fragments", () => {
  const assembler = new FragmentAssembler(BOUNDS), beat = encodeHeartbeat(1, { reply: false });
  assert.equal(assembler.push(fragment(0x01, MORE, [1])), undefined);
  assert.equal(assembler.push(beat), beat);
  assert.equal(assembler.push(fragment(0x02, MORE, [7])), undefined);
  assert.deepEqual(assembler.push(fragment(0x01, 0, [2])), fragment(0x01, 0, [1, 2]));
  assert.equal(assembler.waitingBytes, 1);
  assert.deepEqual(assembler.push(fragment(0x02, 0, [8])), fragment(0x02, 0, [7, 8]));
});

Deno.test("[V4-15] fragments that wait are copies", () => {
  const assembler = new FragmentAssembler(BOUNDS), first = fragment(0x06, MORE, [1, 2]);
  assembler.push(first);
  first.fill(0xff);
  assert.deepEqual(assembler.push(fragment(0x06, 0, [3])), fragment(0x06, 0, [1, 2, 3]));
});

Deno.test("[V4-15] flags that change, and empty fragments, drop the unfinished message", () => {
  const assembler = new FragmentAssembler(BOUNDS);
  for (const [bytes, offset] of [[fragment(0x02, 0x04, [2]), 2], [fragment(0x02, MORE, []), 4]] as const) {
    assembler.push(fragment(0x02, MORE, [1]));
    assert.equal(refusal(assembler, bytes).offset, offset);
    assert.equal(assembler.waitingBytes, 0);
    const whole = fragment(0x02, 0, [9]);
    assert.equal(assembler.push(whole), whole);
  }
});

Deno.test("[V4-15] types of fixed length, voice and heartbeats are never cut", () => {
  for (const type of [0x00, 0x03, 0x04, 0x05, 0x07, 0x08]) {
    assert.equal(refusal(new FragmentAssembler(BOUNDS), fragment(type, MORE, [1])).offset, 1);
    assert.throws(() => fragmentV4(fragment(type, 0, [1, 2, 3]), { fragmentBytes: 5 }), DecodeError);
  }
  assert.throws(() => fragmentV4(fragment(0x06, MORE, [1, 2, 3]), { fragmentBytes: 5 }), DecodeError);
});

Deno.test("[V4-15] what waits never exceeds its bounds, in count and in bytes, over all types", () => {
  const counted = new FragmentAssembler({ maxFragments: 3, maxBytes: 1_000 });
  for (let sent = 0; sent < 3; sent++) counted.push(fragment(0x06, MORE, [sent]));
  assert.match(refusal(counted, fragment(0x06, 0, [3])).message, /at most 3 fragments/);
  assert.equal(counted.waitingBytes, 0);

  const weighed = new FragmentAssembler({ maxFragments: 1_000, maxBytes: 10 });
  weighed.push(fragment(0x01, MORE, [1, 2, 3, 4, 5, 6]));
  weighed.push(fragment(0x02, MORE, [1, 2, 3]));
  assert.match(refusal(weighed, fragment(0x02, MORE, [4, 5])).message, /at most 10 bytes in unfinished messages/);
  assert.equal(weighed.waitingBytes, 6);
  assert.deepEqual(weighed.push(fragment(0x01, 0, [7])), fragment(0x01, 0, [1, 2, 3, 4, 5, 6, 7]));
});

Deno.test("[V4-15] ten thousand random messages: a message, nothing or a DecodeError, within the bounds", () => {
  const random = createRandom(8),
    bytesFor = seededBytes(9),
    assembler = new FragmentAssembler({ maxFragments: 20, maxBytes: 500 });
  for (let sent = 0; sent < 10_000; sent++) {
    const bytes = bytesFor(Math.floor(random() * 60));
    if (random() < 0.9 && bytes.length > 3) bytes.set([4, 1 + Math.floor(random() * 7), random() < 0.7 ? MORE : 0, 0]);
    decodeOrError((message) => assembler.push(message), bytes);
    assert.ok(assembler.waitingBytes <= 500);
  }
});
