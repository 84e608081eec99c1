import fc from "fast-check";
import assert from "node:assert/strict";
import { createRandom } from "../../../gpu/random.ts";
import { DecodeError } from "../../../protocol/codec.ts";
import { createFrame } from "../../../protocol/frame.ts";
import {
  decodeAck,
  encodeAck,
  heldAfter,
  keyframeLength,
  peekQ1,
  Q1Decoder,
  Q1Encoder,
  type Q1Held,
} from "../../../protocol/graph/q1.ts";
import { bytesOf, decodeOrError, embedded, f32LE, u32LE, u8 } from "../../helpers/codec_suite.ts";
import {
  allowedMiss,
  FIRST_DELTA,
  frameAt,
  KEYFRAME,
  largestMiss,
  motionOf,
  movedBy,
  QUANTUM,
  readerOf,
  SECOND_DELTA,
  START,
  u16LE,
} from "./q1/golden.ts";

Deno.test("[Q1-1] [Q1-2] golden bytes: a keyframe of three nodes", () => {
  const encoder = new Q1Encoder();
  encoder.push(START, 0);
  assert.deepEqual(encoder.encode(undefined), KEYFRAME);
  assert.equal(encoder.quantum, QUANTUM);
  assert.equal(keyframeLength(3), 50);
  assert.equal(keyframeLength(100_000), 600_032);
  const { decoder, out } = readerOf(KEYFRAME);
  assert.deepEqual([decoder.sequence, decoder.generation, decoder.count, decoder.quantum], [5, 7, 3, QUANTUM]);
  assert.equal(out.positions[6], 2);
  assert.ok(largestMiss(out.positions, START.positions) <= QUANTUM / 2);
});

Deno.test("[Q1-3] [Q1-4] golden bytes: deltas of three nodes, from one frame and from two", () => {
  const encoder = new Q1Encoder();
  encoder.push(START, 0);
  encoder.push(movedBy(1), 16);
  assert.deepEqual(encoder.encode({ generation: 7, base: 5, earlier: 5 }), FIRST_DELTA);
  encoder.push(movedBy(2), 32);
  assert.deepEqual(encoder.encode({ generation: 7, base: 6, earlier: 5 }), SECOND_DELTA);
  const { decoder, out } = readerOf(KEYFRAME, FIRST_DELTA, SECOND_DELTA);
  assert.equal(decoder.sequence, 7);
  const meant = Float32Array.of(-0.5 + 6558 * QUANTUM, -2 + 26_214 * QUANTUM, -3 + 39_322 * QUANTUM);
  assert.deepEqual(out.positions.slice(0, 3), meant);
  assert.equal(out.positions[7], Math.fround(-2 + 39_316 * QUANTUM));
});

Deno.test("[Q1-4] low bits and escapes, read from bits written by hand", () => {
  const keyframe = bytesOf(
    [1, 1, 0, 0],
    u32LE(0),
    u32LE(1),
    u32LE(1), // one node
    [f32LE(0), f32LE(0), f32LE(0), f32LE(1)].flat(), // steps are edge lengths
    u16LE(100, 200, 50_000),
  );
  const delta = bytesOf(
    [1, 2, 0, 0],
    u32LE(0),
    u32LE(2),
    u32LE(1),
    u32LE(1),
    u32LE(1),
    [0b0001_0011], // k = 1; 5 = two zeros, a one, low bit 1: −3
    [0b10_000000], // 0 = a one, low bit 0: 0; the escape of 40000: 8 zeros …
    [0b00_100111, 0b00010000, 0b00_000000], // … and 0x9c40: +20000, which goes round at 65536
  );
  const { out } = readerOf(keyframe, delta);
  assert.deepEqual([...out.positions.slice(0, 3)], [97, 200, 70_000 - 65_536]);
});

interface Reader {
  decoder: Q1Decoder;
  held: Q1Held | undefined;
  readonly isDue: (t: number) => boolean;
}

Deno.test("[Q1-5] [Q1-7] a million node-frames: no error beyond half a quantum, with gaps, late joiners and new boxes", () => {
  const nodeCount = 2000, frames = 500, random = createRandom(11), at = motionOf(nodeCount, 12);
  const encoder = new Q1Encoder({ history: 12 }), out = createFrame(nodeCount);
  const readers: Reader[] = [() => true, (t: number) => t % 3 === 0, () => random() < 0.2, (t: number) => t > 300]
    .map((isDue) => ({ decoder: new Q1Decoder(), held: undefined, isDue }));
  let keyframes = 0, deltas = 0, boxes = 0, quantum = 0, least = Infinity;
  for (let t = 0; t < frames; t++) {
    const frame = at(t);
    encoder.push(frame, 16 * t);
    if (encoder.quantum !== quantum) boxes++;
    quantum = encoder.quantum;
    for (const reader of readers) {
      if (!reader.isDue(t)) continue;
      const bytes = encoder.encode(reader.held);
      least = Math.min(least, bytes.length);
      peekQ1(bytes).kind === "keyframe" ? keyframes++ : deltas++;
      assert.equal(reader.decoder.decodeInto(bytes, out), "frame");
      assert.ok(largestMiss(out.positions, frame.positions) <= allowedMiss(quantum, 250), `frame ${t}`);
      reader.held = heldAfter(bytes);
    }
  }
  assert.ok(
    boxes >= 5 && keyframes >= 2 * boxes && deltas > 500,
    `${boxes} boxes, ${keyframes} keys, ${deltas} deltas`,
  );
  assert.ok(least < keyframeLength(nodeCount) / 3, `${least} bytes at best`);
});

const holding = (base: number, generation = 7): Q1Held => ({ generation, base, earlier: base });
const kindOf = (encoder: Q1Encoder, held: Q1Held | undefined) => peekQ1(encoder.encode(held)).kind;

Deno.test("[Q1-6] [Q1-7] when a keyframe is sent: asked for, a new generation, another count, outside, after two seconds", () => {
  const encoder = new Q1Encoder();
  const places = [0, 0, 0, 4, 0, 0, 2, 1, -1];
  assert.throws(() => encoder.encode(undefined), TypeError);
  encoder.push(frameAt(0, places), 1000);
  encoder.push(frameAt(1, places), 1016);
  assert.equal(kindOf(encoder, undefined), "keyframe");
  assert.equal(kindOf(encoder, holding(77)), "keyframe");
  assert.equal(kindOf(encoder, holding(0)), "delta");
  encoder.push(frameAt(2, places), 2999);
  assert.equal(kindOf(encoder, holding(1)), "delta");
  encoder.push(frameAt(3, places), 3000);
  assert.equal(kindOf(encoder, holding(2)), "keyframe");
  encoder.push(frameAt(4, [0, 0, 0, 4.4, 0, 0, 2, 1, -1]), 3016);
  assert.equal(kindOf(encoder, holding(3)), "delta");
  encoder.push(frameAt(5, [0, 0, 0, 4.6, 0, 0, 2, 1, -1]), 3032);
  assert.equal(kindOf(encoder, holding(4)), "keyframe");
  encoder.push(frameAt(6, places, 8), 3048);
  assert.equal(kindOf(encoder, holding(5)), "keyframe");
  assert.equal(peekQ1(encoder.encode(undefined)).generation, 8);
  encoder.push(frameAt(7, places.slice(3), 8), 3064);
  assert.equal(kindOf(encoder, holding(6, 8)), "keyframe");
  encoder.push(frameAt(8, places.slice(3), 8), 3080);
  assert.equal(kindOf(encoder, holding(7)), "keyframe");
  assert.equal(kindOf(encoder, holding(7, 8)), "delta");
});

Deno.test("[Q1-7] the newest frame may be pushed again, an older one is the caller's mistake", () => {
  const encoder = new Q1Encoder();
  encoder.push(START, 0);
  encoder.push(START, 5000);
  assert.deepEqual(encoder.encode(undefined), KEYFRAME);
  assert.throws(() => encoder.push(frameAt(4, START.positions), 16), RangeError);
});

Deno.test("[Q1-7] a delta that is no shorter than a keyframe is replaced by one", () => {
  const random = createRandom(3), encoder = new Q1Encoder();
  const wild = () => Float32Array.from({ length: 3000 }, (_, k) => k < 6 ? 100 * (k % 2) : 100 * random());
  encoder.push(frameAt(0, wild()), 0);
  encoder.push(frameAt(1, wild()), 16);
  assert.equal(kindOf(encoder, holding(0)), "keyframe");
});

Deno.test("[Q1-7] deltas start only from frames that the encoder keeps", () => {
  const encoder = new Q1Encoder({ history: 3 });
  for (let t = 0; t < 5; t++) encoder.push(frameAt(t, [0, 0, 0, 1, t / 100, 0]), t);
  assert.deepEqual([1, 2, 3, 4].map((base) => kindOf(encoder, holding(base))), ["keyframe", "delta", "delta", "delta"]);
  assert.throws(() => new Q1Encoder({ history: 2 }), RangeError);
});

Deno.test("[Q1-8] a delta from a frame that is not held needs a keyframe, and changes nothing", () => {
  const empty = new Q1Decoder(), blank = createFrame(3);
  assert.equal(empty.sequence, undefined);
  assert.equal(empty.decodeInto(FIRST_DELTA, blank), "needs keyframe");
  assert.ok(blank.positions.every((value) => value === 0));

  const { decoder, out } = readerOf(KEYFRAME), before = out.positions.slice();
  assert.equal(decoder.decodeInto(SECOND_DELTA, out), "needs keyframe");
  const otherGeneration = FIRST_DELTA.slice();
  otherGeneration[4] = 8;
  assert.equal(decoder.decodeInto(otherGeneration, out), "needs keyframe");
  assert.deepEqual([decoder.sequence, out.positions], [5, before]);
  assert.equal(decoder.decodeInto(FIRST_DELTA, out), "frame");
  assert.equal(decoder.decodeInto(SECOND_DELTA, out), "frame");
  assert.equal(decoder.decodeInto(KEYFRAME, out), "frame");
  assert.equal(decoder.decodeInto(SECOND_DELTA, out), "needs keyframe");
});

Deno.test("[Q1-8] what a reader holds is told by the message", () => {
  assert.deepEqual(heldAfter(KEYFRAME), { generation: 7, base: 5, earlier: 5 });
  assert.deepEqual(heldAfter(SECOND_DELTA), { generation: 7, base: 7, earlier: 6 });
});

Deno.test("[Q1-9] an acknowledgement is eight bytes", () => {
  const ack = { sequence: 0x0403_0201, credit: 2, needsKeyframe: false };
  const bytes = bytesOf(u8(1), u8(3), u8(0), u8(2), [0x01, 0x02, 0x03, 0x04]);
  assert.deepEqual(encodeAck(ack), bytes);
  assert.deepEqual(decodeAck(bytes), ack);
  const asking = { sequence: 0, credit: 255, needsKeyframe: true };
  assert.deepEqual(encodeAck(asking), bytesOf([1, 3, 1, 255], u32LE(0)));
  for (const value of [ack, asking]) assert.deepEqual(decodeAck(embedded(encodeAck(value), 3)), value);
  assert.throws(() => encodeAck({ ...ack, credit: 256 }), RangeError);
  const offsetOf = (bad: Uint8Array) => {
    const error = decodeOrError(decodeAck, bad);
    return error instanceof DecodeError ? [error.dialect, error.offset] : "decoded";
  };
  for (let length = 0; length < 8; length++) assert.deepEqual(offsetOf(bytes.subarray(0, length)), ["q1", length]);
  assert.deepEqual(offsetOf(bytesOf([...bytes, 0])), ["q1", 8]);
  assert.deepEqual(offsetOf(bytesOf([2, ...bytes.subarray(1)])), ["q1", 0]);
  assert.deepEqual(offsetOf(bytesOf([1, 1, ...bytes.subarray(2)])), ["q1", 1]);
  assert.deepEqual(offsetOf(bytesOf([1, 3, 2, ...bytes.subarray(3)])), ["q1", 2]);
});

Deno.test("[Q1-12] what is no position is sent as a corner of the box and harms nobody else", () => {
  const encoder = new Q1Encoder(), out = createFrame(3), decoder = new Q1Decoder();
  for (const [t, bad] of [NaN, Infinity, -Infinity, 3e38].entries()) {
    encoder.push(frameAt(t, [0, 0, 0, 4, bad, 0, 2, 1, -1]), 0);
    assert.equal(decoder.decodeInto(encoder.encode(undefined), out), "frame");
    assert.ok(out.positions.every((value) => Math.abs(value) < 10));
    assert.ok(Math.abs(out.positions[7] - 1) <= allowedMiss(encoder.quantum, 1));
  }
});

Deno.test("[Q1-2] graphs of no node, of one, and of nodes on one spot", () => {
  for (const places of [[], [9000, -9000, 0.5], [1, 2, 3, 1, 2, 3]]) {
    const encoder = new Q1Encoder(), decoder = new Q1Decoder(), out = createFrame(places.length / 3);
    let held: Q1Held | undefined;
    for (let t = 0; t < 3; t++) {
      encoder.push(frameAt(t, places), t);
      const bytes = encoder.encode(held);
      assert.equal(decoder.decodeInto(bytes, out), "frame");
      held = heldAfter(bytes);
      assert.ok(largestMiss(out.positions, places) <= allowedMiss(decoder.quantum, 9000));
    }
  }
});

/** Frames of the same few nodes, from far apart to almost equal. */
const frames = fc.integer({ min: 1, max: 70 }).chain((count) => {
  const coordinate = fc.oneof(
    fc.float({ min: -1000, max: 1000, noNaN: true }),
    fc.float({ min: 0, max: 1, noNaN: true }),
  );
  const places = fc.array(coordinate, { minLength: 3 * count, maxLength: 3 * count });
  return fc.array(places, { minLength: 1, maxLength: 8 });
});

Deno.test("[Q1-5] any frames, any gaps: what is decoded is within half a quantum", () => {
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.boolean()), (moments, skips) => {
      const encoder = new Q1Encoder(), decoder = new Q1Decoder(), out = createFrame(moments[0].length / 3);
      let held: Q1Held | undefined;
      moments.forEach((places, t) => {
        const frame = frameAt(t, places);
        encoder.push(frame, t);
        if (skips.next().value === true) return;
        const bytes = encoder.encode(held);
        assert.equal(decoder.decodeInto(bytes, out), "frame");
        assert.ok(largestMiss(out.positions, frame.positions) <= allowedMiss(decoder.quantum, 1000));
        held = heldAfter(bytes);
      });
    }),
    { seed: 1, numRuns: 200 },
  );
});
