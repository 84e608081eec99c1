import fc from "fast-check";
import assert from "node:assert/strict";
import { createRandom } from "../../../gpu/random.ts";
import { DecodeError } from "../../../protocol/codec.ts";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
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
import { bytesOf, decodeOrError, embedded, f32LE, singleByteFlips, u32LE, u8 } from "../../helpers/codec_suite.ts";

const u16LE = (...values: number[]) => values.flatMap((value) => [value & 0xff, value >>> 8]);

/** A frame at these places; what else a frame has does not travel. */
function frameAt(sequence: number, places: ArrayLike<number>, generation = 7): NodeFrame {
  return { ...createFrame(places.length / 3), positions: Float32Array.from(places), sequence, generation };
}

/** 4 wide, so the cube is 5 wide: a quantum of 5 / 65536. Its low corner is (2, 0.5, −0.5) − 2.5. */
const QUANTUM = 5 / 65_536;
const START = frameAt(5, [0, 0, 0, 4, 0, 0, 2, 1, -1]);
const KEYFRAME = bytesOf(
  u8(1), // version
  u8(1), // kind: keyframe
  u8(0), // weight
  u8(0), // reserved
  u32LE(7), // generation
  u32LE(5), // sequence
  u32LE(3), // count
  f32LE(-0.5), // low corner x
  f32LE(-2), // y
  f32LE(-3), // z
  [0x00, 0x00, 0xa0, 0x38], // quantum = 1.25 · 2⁻¹⁴
  u16LE(6554, 26_214, 39_322), // (0.5, 2, 3) · 13107.2, to the nearest
  u16LE(58_982, 26_214, 39_322), // (4.5, 2, 3)
  u16LE(32_768, 39_322, 26_214), // (2.5, 3, 2)
);

/** After `frames` frames in which node 0 goes 2 steps along x each time, and node 2 −3 steps along y. */
function movedBy(frames: number): NodeFrame {
  const x = -0.5 + (6554 + 2 * frames) * QUANTUM, y = -2 + (39_322 - 3 * frames) * QUANTUM;
  return frameAt(5 + frames, [x, 0, 0, 4, 0, 0, 2, y, -1]);
}

const FIRST_DELTA = bytesOf(
  u8(1), // version
  u8(2), // kind: delta
  u8(0), // weight: there is one frame to start from
  u8(0), // reserved
  u32LE(7), // generation
  u32LE(6), // sequence
  u32LE(3), // count
  u32LE(5), // base
  u32LE(5), // earlier: the same
  // zigzag misses 4 0 0  0 0 0  0 5 0, whose mean asks for k = 0
  [0b0000_0000], // k, four of the four zeros of 4
  [0b1_1_1_1_1_1_1_0], // the one of 4, six times 0, the first zero of 5
  [0b0000_1_1_00], // the rest of 5, 0, and nothing more
);
const SECOND_DELTA = bytesOf(
  u8(1),
  u8(2),
  u8(56), // weight 56 / 64: the least of those tried that gives 2 after 2 and −3 after −3
  u8(0),
  u32LE(7),
  u32LE(7), // sequence
  u32LE(3),
  u32LE(6), // base
  u32LE(5), // earlier
  [0b1111_0000], // k = 15: nothing was missed
);

function readerOf(...messages: Uint8Array[]): { decoder: Q1Decoder; out: NodeFrame } {
  const decoder = new Q1Decoder(), out = createFrame(3);
  for (const bytes of messages) assert.equal(decoder.decodeInto(bytes, out), "frame");
  return { decoder, out };
}

function largestMiss(found: ArrayLike<number>, meant: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < meant.length; k++) largest = Math.max(largest, Math.abs(found[k] - meant[k]));
  return largest;
}

/** Half a quantum, and the rounding of a coordinate of this size to f32. */
const allowedMiss = (quantum: number, size: number) => quantum / 2 * (1 + 1e-9) + size * 2 ** -24;

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

/** Nodes that swing, drift and jump; the layout grows to four times its width. */
function motionOf(nodeCount: number, seed: number): (t: number) => NodeFrame {
  const random = createRandom(seed),
    places = Float32Array.from({ length: 3 * nodeCount }, () => 100 * (random() - 0.5));
  const phases = places.map(() => 6 * random());
  return (t) => {
    if (t % 97 === 96) places[Math.floor(random() * places.length)] += 20 * (random() - 0.5);
    const growth = 1 + t / 150;
    return frameAt(t, places.map((place, k) => growth * place + Math.sin(phases[k] + t / 20)));
  };
}

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

const GOLDEN = [KEYFRAME, FIRST_DELTA, SECOND_DELTA];

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
  const play = () => {
    for (let k = 0; k < 1000; k++) {
      if (decoder.decodeInto(messages[k % messages.length], out) === "frame") decoded++;
    }
  };
  play();
  const before = Deno.memoryUsage();
  play();
  const after = Deno.memoryUsage();
  assert.equal(decoded, 2000);
  assert.ok(after.external <= before.external, `${after.external - before.external} bytes outside the heap`);
  assert.ok(after.heapUsed - before.heapUsed < 100_000, `${after.heapUsed - before.heapUsed} bytes of heap`);
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
