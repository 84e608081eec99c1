import fc from "fast-check";
import assert from "node:assert/strict";
import { DecodeError } from "../../../../protocol/codec.ts";
import { createFrame } from "../../../../protocol/frame.ts";
import { heldAfter, peekQ1, Q1Decoder, Q1Encoder, type Q1Held } from "../../../../protocol/graph/q1.ts";
import { bytesOf, decodeOrError, embedded, singleByteFlips, u32LE } from "../../../helpers/codec_suite.ts";
import { FIRST_DELTA, GOLDEN, KEYFRAME, motionOf, readerOf } from "./golden.ts";

Deno.test("[Q1-10] every truncation and one byte more are refused, and the reader goes on", () => {
  GOLDEN.forEach((bytes, k) => {
    for (let length = 0; length <= bytes.length + 1; length++) {
      if (length === bytes.length) continue;
      const { decoder, out } = readerOf(...GOLDEN.slice(0, k)), before = out.positions.slice();
      const cut = bytesOf([...bytes, 0].slice(0, length));
      const error = decodeOrError((b) => decoder.decodeInto(b, out), cut);
      assert.ok(error instanceof DecodeError && error.dialect === "q1", `message ${k}, ${length} bytes: ${error}`);
      assert.deepEqual(out.positions, before);
      assert.equal(decoder.decodeInto(bytes, out), "frame");
    }
  });
});

Deno.test("[Q1-10] a changed byte gives a frame, a wish for a keyframe or a DecodeError, and positions that are finite", () => {
  GOLDEN.forEach((bytes, k) => {
    for (const flipped of singleByteFlips(bytes)) {
      const { decoder, out } = readerOf(...GOLDEN.slice(0, k)), before = out.positions.slice();
      const outcome = decodeOrError((b) => decoder.decodeInto(b, out), flipped);
      if (outcome !== "frame") assert.deepEqual(out.positions, before);
      assert.ok(out.positions.every(Number.isFinite));
    }
  });
});

Deno.test("[Q1-10] the offset names the field", () => {
  const { decoder, out } = readerOf(KEYFRAME);
  const offsetWith = (bytes: Uint8Array, at: number, ...values: number[]) => {
    const bad = bytes.slice();
    bad.set(values, at);
    const error = decodeOrError((b) => decoder.decodeInto(b, out), bad);
    return error instanceof DecodeError ? error.offset : error;
  };
  assert.equal(offsetWith(KEYFRAME, 0, 2), 0);
  assert.equal(offsetWith(KEYFRAME, 1, 3), 1);
  assert.equal(offsetWith(KEYFRAME, 2, 1), 2);
  assert.equal(offsetWith(KEYFRAME, 3, 1), 3);
  assert.equal(offsetWith(KEYFRAME, 12, 4), 12);
  assert.equal(offsetWith(KEYFRAME, 20, 0, 0, 0x80, 0x7f), 20, "a corner at infinity");
  assert.equal(offsetWith(KEYFRAME, 28, 0, 0, 0, 0), 28, "a quantum of 0");
  assert.equal(offsetWith(FIRST_DELTA, 2, 64), 2, "a weight with nothing to extrapolate");
  assert.equal(offsetWith(FIRST_DELTA, 12, 4), 12);
  assert.equal(offsetWith(FIRST_DELTA, 26, 0b0000_1_1_01), 26, "ones after the last code");
  assert.equal(offsetWith(FIRST_DELTA, 24, 0xf0), 25, "bytes after the end");
});

Deno.test("[Q1-10] a count that lies allocates nothing", () => {
  const lie = KEYFRAME.slice(), decoder = new Q1Decoder(), out = createFrame(3);
  lie.set(u32LE(0xffff_ffff), 12);
  const before = Deno.memoryUsage().external;
  assert.ok(decodeOrError((b) => decoder.decodeInto(b, out), lie) instanceof DecodeError);
  assert.ok(Deno.memoryUsage().external - before < 1e6);
  assert.equal(peekQ1(lie).count, 0xffff_ffff);
});

Deno.test("[Q1-10] a frame that is too small is the caller's mistake, and nothing happens", () => {
  const { decoder } = readerOf(KEYFRAME), small = createFrame(2);
  for (const bytes of [KEYFRAME, FIRST_DELTA]) assert.throws(() => decoder.decodeInto(bytes, small), RangeError);
  assert.ok(small.positions.every((value) => value === 0));
  const roomy = createFrame(4);
  roomy.positions.fill(9, 9);
  assert.equal(decoder.decodeInto(FIRST_DELTA, roomy), "frame");
  assert.deepEqual([...roomy.positions.slice(9)], [9, 9, 9]);
});

Deno.test("[Q1-10] bytes may lie anywhere in their buffer, and are not kept", () => {
  const meant = readerOf(...GOLDEN).out.positions;
  for (const offset of [1, 2, 3, 7]) {
    const decoder = new Q1Decoder(), out = createFrame(3);
    for (const golden of GOLDEN) {
      const bytes = embedded(golden, offset);
      assert.equal(decoder.decodeInto(bytes, out), "frame");
      bytes.fill(0xff);
    }
    assert.deepEqual(out.positions, meant);
  }
});

Deno.test("[Q1-11] decoding a thousand frames allocates nothing", () => {
  const nodeCount = 1000, at = motionOf(nodeCount, 5), encoder = new Q1Encoder({ keyframeIntervalMs: Infinity });
  const messages: Uint8Array[] = [];
  let held: Q1Held | undefined;
  for (let t = 0; t < 40; t++) {
    encoder.push(at(t), t);
    messages.push(encoder.encode(held).slice());
    held = heldAfter(messages[t]);
  }
  const decoder = new Q1Decoder(), out = createFrame(nodeCount);
  let decoded = 0;
  const growth = () => {
    const before = Deno.memoryUsage();
    for (let k = 0; k < 1000; k++) {
      if (decoder.decodeInto(messages[k % messages.length], out) === "frame") decoded++;
    }
    const after = Deno.memoryUsage();
    return { heap: after.heapUsed - before.heapUsed, external: after.external - before.external };
  };
  // The first rounds compile; later ones may be disturbed by the collector.
  const rounds = Array.from({ length: 15 }, growth).slice(4);
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  const heap = median(rounds.map((round) => round.heap)), external = median(rounds.map((round) => round.external));
  assert.equal(decoded, 15_000);
  assert.ok(heap < 2000 && external <= 0, `${heap} bytes of heap and ${external} outside it`);
});

Deno.test("[Q1-10] any bytes after a true header: a frame, a wish or a DecodeError", () => {
  fc.assert(
    fc.property(fc.constantFrom(...GOLDEN), fc.uint8Array({ maxLength: 80 }), (golden, tail) => {
      const { decoder, out } = readerOf(KEYFRAME, FIRST_DELTA);
      decodeOrError((b) => decoder.decodeInto(b, out), bytesOf([...golden.subarray(0, 24)], [...tail]));
      assert.ok(out.positions.every(Number.isFinite));
    }),
    { seed: 2, numRuns: 2000 },
  );
});
