import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../gpu/random.ts";
import { DecodeError } from "../../../protocol/codec.ts";
import { FieldError } from "../../../protocol/fields.ts";
import {
  createShortestPathFrame,
  decodeSource,
  encodeSource,
  type ShortestPathFrame,
  sssp,
  SSSP_KIND,
  SSSP_MAX_NODES,
  SSSP_RECORD_BYTES,
} from "../../../protocol/graph/sssp.ts";
import {
  bytesOf,
  decodeOrError,
  embedded,
  f32LE,
  randomFrame,
  singleByteFlips,
  u32LE,
} from "../../helpers/codec_suite.ts";

const u16LE = (value: number) => [value & 0xff, value >>> 8];
const INFINITE = [0x00, 0x00, 0x80, 0x7f];
const MINUS_ONE = [0xff, 0xff, 0xff, 0xff];

const THREE: ShortestPathFrame = {
  ...createShortestPathFrame(3),
  ids: Uint32Array.of(7, 0x3fff, 258),
  kinds: Uint8Array.of(SSSP_KIND.plain, SSSP_KIND.agent, SSSP_KIND.knowledge),
  positions: Float32Array.of(1, -2, 0.5, 0, 0, 0, 4, 5, 6),
  velocities: Float32Array.of(0, 0, 0.25, -1, 0, 8, 0, 0, 0),
  distances: Float32Array.of(0, 2.5, Infinity),
  parents: Int32Array.of(-1, 7, -1),
};
const VECTORS = (...values: readonly number[]) => values.flatMap(f32LE);
const THREE_BYTES = bytesOf(
  u16LE(7), // id, a plain node
  VECTORS(1, -2, 0.5, 0, 0, 0.25),
  f32LE(0), // the source
  MINUS_ONE,
  [0xff, 0xbf], // id 0x3fff, bit 15: agent
  VECTORS(0, 0, 0, -1, 0, 8),
  f32LE(2.5),
  u32LE(7), // reached from node 7
  [0x02, 0x41], // id 0x0102, bit 14: knowledge
  VECTORS(4, 5, 6, 0, 0, 0),
  INFINITE, // unreachable
  MINUS_ONE,
);

/** Arbitrary floats, and paths as they can be. */
function randomPaths(count: number, random: () => number): ShortestPathFrame {
  const frame = { ...createShortestPathFrame(count), ...randomFrame(count, random) };
  frame.masses.fill(1);
  frame.charges.fill(0);
  for (let index = 0; index < count; index++) {
    frame.ids[index] = Math.floor(random() * SSSP_MAX_NODES);
    frame.kinds[index] = Math.floor(random() * 3);
    if (random() < 0.3) continue;
    frame.distances[index] = random() < 0.1 ? 0 : random() * 1e6 + 1e-3;
    frame.parents[index] = Math.floor(random() * SSSP_MAX_NODES);
  }
  return frame;
}

Deno.test("[SSSP-1] golden bytes both ways, at any offset, 34 bytes a node", () => {
  assert.deepEqual(sssp.encode(THREE), THREE_BYTES);
  assert.deepEqual(sssp.decode(THREE_BYTES), THREE);
  assert.deepEqual(sssp.decode(embedded(THREE_BYTES, 3)), THREE);
  assert.deepEqual(sssp.encode(createShortestPathFrame(0)), new Uint8Array(0));
  assert.equal(sssp.byteLength(1), SSSP_RECORD_BYTES);
  assert.equal(THREE_BYTES.length, 3 * 34);
});

Deno.test("[SSSP-1] what is encoded is decoded, at every size and for odd floats", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer(), (count, seed) => {
      const frame = randomPaths(count, createRandom(seed)), bytes = sssp.encode(frame);
      assert.equal(bytes.length, 34 * count);
      assert.deepEqual(sssp.decode(bytes), frame);
    }),
    { seed: 34, numRuns: 60 },
  );
});

Deno.test("[SSSP-1] the …Into members do the same, write nothing else and share no memory", () => {
  const out = new Uint8Array(THREE_BYTES.length + 2).fill(0xa5);
  assert.equal(sssp.encodeInto(THREE, out), THREE_BYTES.length);
  assert.deepEqual(out, bytesOf([...THREE_BYTES], [0xa5, 0xa5]));
  const roomy = randomPaths(5, createRandom(1)), before = structuredClone(roomy), bytes = THREE_BYTES.slice();
  assert.equal(sssp.decodeInto(bytes, roomy), 3);
  bytes.fill(0xff);
  for (const [column, width] of [["ids", 1], ["kinds", 1], ["positions", 3], ["velocities", 3]] as const) {
    assert.deepEqual(roomy[column].slice(0, 3 * width), THREE[column]);
    assert.deepEqual(roomy[column].slice(3 * width), before[column].slice(3 * width));
  }
  for (const column of ["distances", "parents"] as const) {
    assert.deepEqual(roomy[column].slice(0, 3), THREE[column]);
    assert.deepEqual(roomy[column].slice(3), before[column].slice(3));
  }
  assert.throws(() => sssp.decodeInto(THREE_BYTES, createShortestPathFrame(2)), RangeError);
  assert.throws(() => sssp.encodeInto(THREE, new Uint8Array(101)), RangeError);
});

Deno.test("[SSSP-1] every length that is not whole records is refused where the broken record starts", () => {
  for (let length = 0; length <= THREE_BYTES.length; length++) {
    const result = decodeOrError(sssp.decode, THREE_BYTES.subarray(0, length));
    if (length % 34 === 0) assert.ok(!(result instanceof DecodeError));
    else assert.ok(result instanceof DecodeError && result.offset === length - length % 34);
  }
});

Deno.test("[SSSP-2] an id has 14 bits and one flag of two; what does not fit is refused, never cut", () => {
  const bothFlags = THREE_BYTES.slice();
  bothFlags[1] = 0xc0;
  const error = decodeOrError(sssp.decode, bothFlags);
  assert.ok(error instanceof DecodeError && error.offset === 0);
  const out = new Uint8Array(200).fill(0xa5), untouched = out.slice();
  const bad: readonly Partial<ShortestPathFrame>[] = [
    { ids: Uint32Array.of(7, 0x4000, 258) },
    { kinds: Uint8Array.of(0, 3, 0) },
    { parents: Int32Array.of(-1, 0x4000, -1) },
    { parents: Int32Array.of(-2, 7, -1) },
  ];
  for (const columns of bad) assert.throws(() => sssp.encodeInto({ ...THREE, ...columns }, out), RangeError);
  assert.deepEqual(out, untouched);
});

Deno.test("[SSSP-3] 16,384 nodes are served, one more is refused both ways", () => {
  const most = createShortestPathFrame(SSSP_MAX_NODES), bytes = sssp.encode(most);
  assert.equal(bytes.length, 557_056);
  assert.deepEqual(sssp.decode(bytes), most);
  const more = decodeOrError(sssp.decode, new Uint8Array(557_056 + 34));
  assert.ok(more instanceof DecodeError && more.offset === 557_056);
  assert.throws(() => sssp.encode({ ...createShortestPathFrame(16_385), ids: new Uint32Array(16_385) }), RangeError);
});

Deno.test("[SSSP-4] distance and parent must agree", () => {
  const record = (distance: readonly number[], parent: readonly number[]) =>
    bytesOf(u16LE(1), VECTORS(0, 0, 0, 0, 0, 0), distance, parent);
  const good = [
    record(INFINITE, MINUS_ONE), // unreachable
    record(f32LE(0), MINUS_ONE), // the source
    record(f32LE(0), u32LE(3)), // behind an edge of weight 0
    record(f32LE(0.5), u32LE(0x3fff)),
  ];
  for (const bytes of good) assert.equal(sssp.decode(bytes).count, 1);
  const bad: readonly (readonly [Uint8Array, number])[] = [
    [record(INFINITE, u32LE(3)), 30],
    [record(f32LE(0.5), MINUS_ONE), 30],
    [record(f32LE(0.5), u32LE(0x4000)), 30],
    [record(f32LE(0.5), [0xfe, 0xff, 0xff, 0xff]), 30],
    [record(f32LE(-1), u32LE(3)), 26],
    [record([0x00, 0x00, 0xc0, 0x7f], MINUS_ONE), 26], // NaN
    [record([0x00, 0x00, 0x80, 0xff], MINUS_ONE), 26], // −∞
  ];
  for (const [bytes, offset] of bad) {
    const error = decodeOrError(sssp.decode, bytes);
    assert.ok(error instanceof DecodeError && error.offset === offset, `${error}`);
  }
});

Deno.test("[SSSP-4] a changed byte gives a frame of paths or a DecodeError, and then nothing is written", () => {
  const out = createShortestPathFrame(3), blank = structuredClone(out);
  for (const flipped of singleByteFlips(THREE_BYTES)) {
    const result = decodeOrError(sssp.decode, flipped);
    if (result instanceof DecodeError) {
      decodeOrError((bytes) => sssp.decodeInto(bytes, out), flipped);
      assert.deepEqual(out, blank);
    } else assert.deepEqual(sssp.decode(sssp.encode(result)), result);
  }
});

Deno.test("[SSSP-5] the source is named by a text", () => {
  assert.equal(encodeSource(7), '{"type":"sssp","source":7}');
  for (const source of [0, 7, 0x3fff]) assert.equal(decodeSource(encodeSource(source)), source);
  const bad = [
    "",
    "7",
    "[]",
    '{"source":7}',
    '{"type":"sssp"}',
    '{"type":"path","source":7}',
    '{"type":"sssp","source":-1}',
    '{"type":"sssp","source":1.5}',
    '{"type":"sssp","source":"7"}',
    '{"type":"sssp","source":16384}',
    `{"type":"sssp","source":7,"x":"${"x".repeat(1_024)}"}`,
  ];
  for (const text of bad) assert.throws(() => decodeSource(text), FieldError, text);
  for (const source of [-1, 0.5, 16_384, NaN]) assert.throws(() => encodeSource(source), RangeError);
});
