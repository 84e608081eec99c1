/**
 * BinaryValue: a tag u8, then the value; little-endian. Canonical: equal values have equal bytes, and only those are read.
 *
 * | tag | type | content |
 * |---|---|---|
 * | 0x00 | Null | – |
 * | 0x01 | Bool | u8, 0 or 1 |
 * | 0x02 | I32 | i32 |
 * | 0x03 | I64 | i64 |
 * | 0x04 | F32 | f32 |
 * | 0x05 | F64 | f64 |
 * | 0x06 | String | u32 bytes, UTF-8 |
 * | 0x07 | Bytes | u32 bytes, bytes |
 * | 0x08 | Array | u32 count, values |
 * | 0x09 | Object | u32 count, count × (u8 bytes, key in UTF-8, value), keys in order of their bytes |
 */
import { ByteReader, ByteWriter, compareBytes, fail } from "./cursor.ts";

export const VALUE_TAG = {
  null: 0x00,
  bool: 0x01,
  i32: 0x02,
  i64: 0x03,
  f32: 0x04,
  f64: 0x05,
  string: 0x06,
  bytes: 0x07,
  array: 0x08,
  object: 0x09,
};

/** `depth` counts arrays and objects inside each other, `valueBytes` one whole encoded value. */
export const VALUE_BOUNDS = { depth: 16, valueBytes: 65_536, keyBytes: 255 };

export type BinaryValue =
  | { readonly type: "null" }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "i32"; readonly value: number }
  | { readonly type: "i64"; readonly value: bigint }
  | { readonly type: "f32"; readonly value: number }
  | { readonly type: "f64"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "array"; readonly items: readonly BinaryValue[] }
  | { readonly type: "object"; readonly entries: ReadonlyMap<string, BinaryValue> };

/** The one NaN that is written, and what −0 looks like: other NaNs and −0 have no bytes of their own. */
const F32_NAN = 0x7fc0_0000, F32_NEGATIVE_ZERO = 0x8000_0000;
const F64_NAN = 0x7ff8_0000_0000_0000n, F64_NEGATIVE_ZERO = 0x8000_0000_0000_0000n;

const SCRATCH = new DataView(new ArrayBuffer(8));

function f32Bits(value: number): number {
  if (Number.isNaN(value)) return F32_NAN;
  SCRATCH.setFloat32(0, value, true);
  const bits = SCRATCH.getUint32(0, true);
  return bits === F32_NEGATIVE_ZERO ? 0 : bits;
}

function f64Bits(value: number): bigint {
  if (Number.isNaN(value)) return F64_NAN;
  SCRATCH.setFloat64(0, value, true);
  const bits = SCRATCH.getBigUint64(0, true);
  return bits === F64_NEGATIVE_ZERO ? 0n : bits;
}

function utf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError("Cannot write a text with half a surrogate pair.");
  return new TextEncoder().encode(text);
}

function i32(value: number): number {
  if ((value | 0) !== value) throw new RangeError(`Cannot write ${value} as I32.`);
  return value >>> 0;
}

function i64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`Cannot write ${value} as I64.`);
  return BigInt.asUintN(64, value);
}

function f32(value: number): number {
  if (!Object.is(Math.fround(value), value)) throw new RangeError(`Cannot write ${value} as F32 without changing it.`);
  return f32Bits(value);
}

function writeObject(out: ByteWriter, entries: ReadonlyMap<string, BinaryValue>, depth: number): void {
  const sorted = [...entries].map(([key, value]) => ({ key: utf8(key), value }));
  sorted.sort((a, b) => compareBytes(a.key, b.key));
  out.u32(sorted.length);
  for (const { key, value } of sorted) {
    if (key.length > VALUE_BOUNDS.keyBytes) {
      throw new RangeError(`Cannot write a key of ${key.length} bytes: at most ${VALUE_BOUNDS.keyBytes}.`);
    }
    out.u8(key.length);
    out.bytes(key);
    writeValue(out, value, depth);
  }
}

/** @throws {RangeError} when there is no level left below `depth`. */
function below(depth: number): number {
  if (depth >= VALUE_BOUNDS.depth) {
    throw new RangeError(`Cannot write more than ${VALUE_BOUNDS.depth} arrays or objects inside each other.`);
  }
  return depth + 1;
}

function writeSized(out: ByteWriter, bytes: Uint8Array): void {
  out.u32(bytes.length);
  out.bytes(bytes);
}

function writeValue(out: ByteWriter, value: BinaryValue, depth: number): void {
  out.u8(VALUE_TAG[value.type]);
  switch (value.type) {
    case "null":
      return;
    case "bool":
      return out.u8(value.value ? 1 : 0);
    case "i32":
      return out.u32(i32(value.value));
    case "i64":
      return out.u64(i64(value.value));
    case "f32":
      return out.u32(f32(value.value));
    case "f64":
      return out.u64(f64Bits(value.value));
    case "string":
      return writeSized(out, utf8(value.value));
    case "bytes":
      return writeSized(out, value.value);
    case "array": {
      const inside = below(depth);
      out.u32(value.items.length);
      return value.items.forEach((item) => writeValue(out, item, inside));
    }
    case "object":
      return writeObject(out, value.entries, below(depth));
  }
}

/** @throws {RangeError} for a number that its type does not hold, a broken text, or a value beyond the bounds. */
export function encodeValue(value: BinaryValue): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(VALUE_BOUNDS.valueBytes);
  writeValue(out, value, 0);
  return out.done();
}

function readFloat(reader: ByteReader, type: "f32" | "f64"): BinaryValue {
  const size = type === "f32" ? 4 : 8, at = reader.skip(size, `an ${type}`), { view } = reader;
  const value = type === "f32" ? view.getFloat32(at, true) : view.getFloat64(at, true);
  const isCanonical = type === "f32"
    ? view.getUint32(at, true) === f32Bits(value)
    : view.getBigUint64(at, true) === f64Bits(value);
  return isCanonical ? { type, value } : fail(at, "+0 and the one NaN", Object.is(value, -0) ? "−0" : "another NaN");
}

function readObject(reader: ByteReader, depth: number): BinaryValue {
  // An entry is at least an empty key's length and a tag.
  const count = reader.count(2, "entries"), entries = new Map<string, BinaryValue>();
  let before: Uint8Array | undefined;
  for (let entry = 0; entry < count; entry++) {
    const length = reader.u8("a key's length"), at = reader.at;
    const key = reader.text(length, "a key"), bytes = reader.bytes.subarray(at, at + length);
    if (before !== undefined && compareBytes(before, bytes) >= 0) fail(at, "keys in order, each once", `"${key}"`);
    before = bytes;
    entries.set(key, readAt(reader, depth));
  }
  return { type: "object", entries };
}

function belowRead(reader: ByteReader, depth: number): number {
  if (depth >= VALUE_BOUNDS.depth) fail(reader.at, `at most ${VALUE_BOUNDS.depth} levels`, "one more");
  return depth + 1;
}

function readAt(reader: ByteReader, depth: number): BinaryValue {
  const at = reader.at, tag = reader.u8("a tag");
  switch (tag) {
    case VALUE_TAG.null:
      return { type: "null" };
    case VALUE_TAG.bool: {
      const value = reader.u8("a bool");
      return value <= 1 ? { type: "bool", value: value === 1 } : fail(at + 1, "0 or 1", value);
    }
    case VALUE_TAG.i32:
      return { type: "i32", value: reader.view.getInt32(reader.skip(4, "an i32"), true) };
    case VALUE_TAG.i64:
      return { type: "i64", value: reader.view.getBigInt64(reader.skip(8, "an i64"), true) };
    case VALUE_TAG.f32:
      return readFloat(reader, "f32");
    case VALUE_TAG.f64:
      return readFloat(reader, "f64");
    case VALUE_TAG.string:
      return { type: "string", value: reader.text(reader.count(1, "bytes of text"), "a text") };
    case VALUE_TAG.bytes:
      return { type: "bytes", value: reader.take(reader.count(1, "bytes"), "bytes").slice() };
    case VALUE_TAG.array: {
      const inside = belowRead(reader, depth), count = reader.count(1, "values"), items: BinaryValue[] = [];
      for (let item = 0; item < count; item++) items.push(readAt(reader, inside));
      return { type: "array", items };
    }
    case VALUE_TAG.object:
      return readObject(reader, belowRead(reader, depth));
    default:
      return fail(at, "a known tag", `0x${tag.toString(16).padStart(2, "0")}`);
  }
}

/** The value at the reader, which moves past it. @throws {DecodeError} also where it is longer than a value may be. */
export function readValue(reader: ByteReader): BinaryValue {
  const inside = reader.ahead(VALUE_BOUNDS.valueBytes), value = readAt(inside, 0);
  reader.at = inside.at;
  return value;
}

/** Shape: shares nothing with `bytes`. @throws {DecodeError} for anything but one whole canonical value. */
export function decodeValue(bytes: Uint8Array): BinaryValue {
  const reader = new ByteReader(bytes), value = readValue(reader);
  reader.end();
  return value;
}
