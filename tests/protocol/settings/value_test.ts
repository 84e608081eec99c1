import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../protocol/codec.ts";
import { type BinaryValue, decodeValue, encodeValue, VALUE_BOUNDS } from "../../../protocol/settings/value.ts";
import { bytesOf, decodeOrError, embedded, f32LE, f64LE, singleByteFlips, u32LE } from "../../helpers/codec_suite.ts";
import { VALUES } from "./arbitraries.ts";

const map = (entries: Record<string, BinaryValue>): BinaryValue => ({
  type: "object",
  entries: new Map(Object.entries(entries)),
});
const NULL: BinaryValue = { type: "null" };

/** Value and its bytes by hand. */
const GOLDEN: readonly (readonly [string, BinaryValue, Uint8Array])[] = [
  ["Null", NULL, bytesOf([0x00])],
  ["Bool", { type: "bool", value: true }, bytesOf([0x01, 0x01])],
  ["I32", { type: "i32", value: -2 }, bytesOf([0x02], [0xfe, 0xff, 0xff, 0xff])],
  ["I64", { type: "i64", value: -(2n ** 63n) }, bytesOf([0x03], [0, 0, 0, 0, 0, 0, 0, 0x80])],
  ["F32", { type: "f32", value: 1.5 }, bytesOf([0x04], f32LE(1.5))],
  ["F64", { type: "f64", value: -0.1 }, bytesOf([0x05], f64LE(-0.1))],
  ["String", { type: "string", value: "hé" }, bytesOf([0x06], u32LE(3), [0x68, 0xc3, 0xa9])],
  ["Bytes", { type: "bytes", value: Uint8Array.of(0, 255) }, bytesOf([0x07], u32LE(2), [0, 255])],
  [
    "Array",
    { type: "array", items: [NULL, { type: "bool", value: false }] },
    bytesOf([0x08], u32LE(2), [0x00], [0x01, 0x00]),
  ],
  [
    "Object",
    map({ b: NULL, a: { type: "i32", value: 1 } }),
    bytesOf(
      [0x09],
      u32LE(2),
      [1, 0x61], // "a", sorted before "b"
      [0x02, 1, 0, 0, 0],
      [1, 0x62], // "b"
      [0x00],
    ),
  ],
];

for (const [name, value, bytes] of GOLDEN) {
  Deno.test(`[SET-1] ${name}, golden bytes both ways and at any offset`, () => {
    assert.deepEqual(encodeValue(value), bytes);
    assert.deepEqual(decodeValue(bytes), value);
    assert.deepEqual(decodeValue(embedded(bytes, 3)), value);
  });

  Deno.test(`[SET-1] ${name}, every truncation and one byte more are refused`, () => {
    for (let length = 0; length < bytes.length; length++) {
      const result = decodeOrError(decodeValue, bytes.subarray(0, length));
      assert.ok(result instanceof DecodeError && result.dialect === "settings", `${length} bytes`);
    }
    assert.ok(decodeOrError(decodeValue, bytesOf([...bytes], [0])) instanceof DecodeError);
  });

  Deno.test(`[SET-3] ${name}, a changed byte gives another value with exactly these bytes, or a DecodeError`, () => {
    for (const flipped of singleByteFlips(bytes)) {
      const result = decodeOrError(decodeValue, flipped);
      if (!(result instanceof DecodeError)) assert.deepEqual(encodeValue(result), flipped);
    }
  });
}

Deno.test("[SET-1] any value comes back as it went and shares no memory", () => {
  fc.assert(
    fc.property(VALUES, (value) => {
      const bytes = encodeValue(value), decoded = decodeValue(bytes);
      bytes.fill(0xff);
      assert.deepEqual(decoded, value);
    }),
    { seed: 2, numRuns: 500 },
  );
});

Deno.test("[SET-2] a number that its type does not hold is not written", () => {
  const mistakes: readonly BinaryValue[] = [
    { type: "i32", value: 2 ** 31 },
    { type: "i32", value: 0.5 },
    { type: "i32", value: NaN },
    { type: "i64", value: 2n ** 63n },
    { type: "f32", value: 0.1 },
    { type: "f32", value: 1e39 },
    { type: "string", value: "\ud800" },
    map({ "\udc00": NULL }),
  ];
  for (const value of mistakes) assert.throws(() => encodeValue(value), RangeError);
});

Deno.test("[SET-3] equal values have equal bytes, in whatever order their keys were set", () => {
  const keys = ["b", "a", "", "aa", "\u{1f600}", "\uffee", "Z", "é"];
  const forward = new Map(keys.map((key) => [key, NULL])), backward = new Map([...forward].reverse());
  const bytes = encodeValue({ type: "object", entries: forward });
  assert.deepEqual(encodeValue({ type: "object", entries: backward }), bytes);
  // The order of UTF-8 bytes: U+FFEE (ef bf ae) before U+1F600 (f0 …), which UTF-16 orders the other way.
  const decoded = decodeValue(bytes);
  assert.ok(decoded.type === "object");
  assert.deepEqual([...decoded.entries.keys()], ["", "Z", "a", "aa", "b", "é", "\uffee", "\u{1f600}"]);
  assert.deepEqual(encodeValue({ type: "f64", value: -0 }), encodeValue({ type: "f64", value: 0 }));
  assert.deepEqual(encodeValue({ type: "f32", value: -0 }), encodeValue({ type: "f32", value: 0 }));
});

Deno.test("[SET-3] other spellings of the same value are refused", () => {
  const spellings = [
    bytesOf([0x01, 0x02]), // a third bool
    bytesOf([0x04], [0, 0, 0, 0x80]), // −0
    bytesOf([0x04], [1, 0, 0xc0, 0x7f]), // another NaN
    bytesOf([0x05], [0, 0, 0, 0, 0, 0, 0, 0x80]), // −0
    bytesOf([0x05], [0, 0, 0, 0, 0, 0, 0xf8, 0xff]), // another NaN
    bytesOf([0x09], u32LE(2), [1, 0x62, 0x00], [1, 0x61, 0x00]), // keys out of order
    bytesOf([0x09], u32LE(2), [1, 0x61, 0x00], [1, 0x61, 0x00]), // a key twice
    bytesOf([0x06], u32LE(2), [0xc0, 0x80]), // an overlong U+0000
    bytesOf([0x06], u32LE(3), [0xed, 0xa0, 0x80]), // half a surrogate pair
    bytesOf([0x0a]), // no such tag
  ];
  for (const bytes of spellings) assert.ok(decodeOrError(decodeValue, bytes) instanceof DecodeError, String(bytes));
  assert.deepEqual(decodeValue(bytesOf([0x04], [0, 0, 0xc0, 0x7f])), { type: "f32", value: NaN });
  assert.deepEqual(decodeValue(bytesOf([0x06], u32LE(3), [0xef, 0xbb, 0xbf])), { type: "string", value: "\ufeff" });
});

Deno.test("[SET-4] 16 levels and 65,536 bytes, both ways", () => {
  const nested = (levels: number): BinaryValue =>
    levels === 0
      ? NULL
      : levels % 2 === 0
      ? { type: "array", items: [nested(levels - 1)] }
      : map({ k: nested(levels - 1) });
  const deepest = encodeValue(nested(VALUE_BOUNDS.depth));
  assert.deepEqual(decodeValue(deepest), nested(VALUE_BOUNDS.depth));
  assert.throws(() => encodeValue(nested(VALUE_BOUNDS.depth + 1)), RangeError);
  assert.ok(decodeOrError(decodeValue, bytesOf([0x08], u32LE(1), [...deepest])) instanceof DecodeError);
  const endless = new Uint8Array(60_000).map((_, at) => at % 5 === 0 ? 0x08 : at % 5 === 1 ? 1 : 0);
  assert.ok(decodeOrError(decodeValue, endless) instanceof DecodeError);

  const longest: BinaryValue = { type: "bytes", value: new Uint8Array(VALUE_BOUNDS.valueBytes - 5) };
  assert.deepEqual(decodeValue(encodeValue(longest)), longest);
  assert.throws(() => encodeValue({ type: "bytes", value: new Uint8Array(VALUE_BOUNDS.valueBytes - 4) }), RangeError);
  const tooLong = bytesOf([0x07], u32LE(VALUE_BOUNDS.valueBytes - 4), [...new Uint8Array(VALUE_BOUNDS.valueBytes - 4)]);
  assert.ok(decodeOrError(decodeValue, tooLong) instanceof DecodeError);
  assert.equal(decodeValue(encodeValue(map({ ["k".repeat(255)]: NULL }))).type, "object");
  assert.throws(() => encodeValue(map({ ["k".repeat(256)]: NULL })), RangeError);
});

Deno.test("[SET-4] a length or count that lies is refused before anything is allocated for it", () => {
  for (const tag of [0x06, 0x07, 0x08, 0x09]) {
    for (const count of [4, 1_000_000, 0xffff_ffff]) {
      const error = decodeOrError(decodeValue, bytesOf([tag], u32LE(count), [0, 0, 0]));
      assert.ok(error instanceof DecodeError && error.offset === 1, `${error}`);
    }
  }
});
