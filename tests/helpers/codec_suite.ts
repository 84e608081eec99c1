/** What every frame codec must do, and how its tests write bytes: as prose, without the encoder under test. */
import { createRandom } from "../../gpu/random.ts";
import assert from "node:assert/strict";
import { DecodeError, type FrameCodec } from "../../protocol/codec.ts";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";

export const u8 = (value: number) => [value];
export const u32LE = (value: number) => [value & 0xff, value >>> 8 & 0xff, value >>> 16 & 0xff, value >>> 24 & 0xff];
/** IEEE 754: sign, 8 bits of exponent, 23 of fraction; written out for normal numbers and 0. */
export function f32LE(value: number): number[] {
  if (value === 0) return u32LE(0);
  const size = Math.abs(value), exponent = Math.floor(Math.log2(size));
  const fraction = Math.round((size / 2 ** exponent - 1) * 2 ** 23);
  return u32LE(((value < 0 ? 1 : 0) << 31 | (exponent + 127) << 23 | fraction) >>> 0);
}
/** The same with 11 bits of exponent and 52 of fraction. */
export function f64LE(value: number): number[] {
  if (value === 0) return [...u32LE(0), ...u32LE(0)];
  const size = Math.abs(value), exponent = Math.floor(Math.log2(size));
  const fraction = (size / 2 ** exponent - 1) * 2 ** 52;
  const high = ((value < 0 ? 1 : 0) << 31 | (exponent + 1023) << 20 | Math.floor(fraction / 2 ** 32)) >>> 0;
  return [...u32LE(fraction % 2 ** 32), ...u32LE(high)];
}
export const bytesOf = (...fields: readonly (readonly number[])[]) => Uint8Array.from(fields.flat());

const ODD_FLOATS = [0, -0, 1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN];

/** A frame of arbitrary ids and floats, the odd ones included. */
export function randomFrame(count: number, random: () => number): NodeFrame {
  const float = () => random() < 0.1 ? ODD_FLOATS[Math.floor(random() * ODD_FLOATS.length)] : (random() - 0.5) * 1e4;
  const frame = createFrame(count);
  frame.ids.forEach((_, index) => frame.ids[index] = Math.floor(random() * 2 ** 32));
  for (const column of [frame.positions, frame.velocities, frame.masses, frame.charges]) {
    column.forEach((_, index) => column[index] = float());
  }
  return frame;
}

export interface CodecSuite {
  readonly codec: FrameCodec;
  /** Whether masses and charges travel; where they do not, a decoded frame has masses 1 and charges 0. */
  readonly carries: "everything" | "positions";
  readonly golden: readonly { readonly name: string; readonly frame: NodeFrame; readonly bytes: Uint8Array }[];
  /** Lengths short of a whole message that are messages themselves. */
  readonly isWhole: (length: number) => boolean;
}

type Columns = Pick<NodeFrame, "count" | "ids" | "positions" | "velocities" | "masses" | "charges">;

function columns({ count, ids, positions, velocities, masses, charges }: NodeFrame): Columns {
  return { count, ids, positions, velocities, masses, charges };
}

/** Copies, so that a later write into either cannot hide in the other. */
function copyOf(frame: NodeFrame): NodeFrame {
  return structuredClone(frame);
}

/** Runs `decode` and lets nothing but a well-formed `DecodeError` out. */
export function decodeOrError<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T | DecodeError {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    assert.ok(error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset} of ${bytes.length} bytes`);
    assert.ok(error.message.includes(error.expected) && error.message.includes(error.found));
    return error;
  }
}

/** Every message that differs from `bytes` in one byte. */
export function* singleByteFlips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (let change = 1; change < 256; change++) {
      const flipped = bytes.slice();
      flipped[at] ^= change;
      yield flipped;
    }
  }
}

/** The same bytes inside a larger buffer, at an odd offset, with other bytes around them. */
export function embedded(bytes: Uint8Array, offset: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + offset + 5).fill(0xa5);
  buffer.set(bytes, offset);
  return buffer.subarray(offset, offset + bytes.length);
}

/** Registers the tests of one frame codec. */
export function codecSuite(suite: CodecSuite): void {
  testValues(suite);
  testBadBytes(suite);
  testMemory(suite);
}

/** The frame as it arrives: without what this dialect does not carry. */
function arrived({ carries }: CodecSuite, frame: NodeFrame): Columns {
  const blank = createFrame(frame.count);
  const kept = carries === "everything" ? frame : { ...frame, masses: blank.masses, charges: blank.charges };
  return columns(kept);
}

function testValues(suite: CodecSuite): void {
  const { codec, golden } = suite;
  for (const { name, frame, bytes } of golden) {
    Deno.test(`${codec.dialect}: golden bytes, ${name}`, () => {
      assert.deepEqual(codec.encode(frame), bytes);
      assert.deepEqual(columns(codec.decode(bytes)), arrived(suite, frame));
    });
  }

  Deno.test(`${codec.dialect}: what is encoded is decoded, at every size and for odd floats`, () => {
    const random = createRandom(36);
    for (const count of [0, 1, 2, 3, 64, 1000]) {
      const frame = randomFrame(count, random), bytes = codec.encode(frame);
      assert.equal(bytes.length, codec.byteLength(count));
      assert.deepEqual(columns(codec.decode(bytes)), arrived(suite, frame));
      assert.deepEqual(codec.encode(codec.decode(bytes)), codec.encode({ ...frame, ...arrived(suite, frame) }));
    }
  });

  Deno.test(`${codec.dialect}: the …Into members do the same and write nothing else`, () => {
    const frame = randomFrame(5, createRandom(7)), bytes = codec.encode(frame);
    const out = new Uint8Array(bytes.length + 3).fill(0xa5);
    assert.equal(codec.encodeInto(frame, out), bytes.length);
    assert.deepEqual(out, bytesOf([...bytes], [0xa5, 0xa5, 0xa5]));

    const roomy = randomFrame(8, createRandom(8)), before = copyOf(roomy), decoded = codec.decode(bytes);
    assert.equal(codec.decodeInto(bytes, roomy), 5);
    for (const [column, width] of [["ids", 1], ["positions", 3], ["velocities", 3]] as const) {
      assert.deepEqual(roomy[column].slice(0, 5 * width), decoded[column]);
      assert.deepEqual(roomy[column].slice(5 * width), before[column].slice(5 * width));
    }
    const written = suite.carries === "everything" ? 5 : 0;
    for (const column of ["masses", "charges"] as const) {
      assert.deepEqual(roomy[column].slice(0, written), decoded[column].slice(0, written));
      assert.deepEqual(roomy[column].slice(written), before[column].slice(written));
    }
  });
}

function testBadBytes({ codec, isWhole }: CodecSuite): void {
  Deno.test(`${codec.dialect}: every truncation is refused, or is a shorter message`, () => {
    const bytes = codec.encode(randomFrame(3, createRandom(3)));
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const decoded = decodeOrError(codec.decode, cut),
        into = decodeOrError((b) => codec.decodeInto(b, createFrame(3)), cut);
      assert.equal(decoded instanceof DecodeError, !isWhole(length), `${length} bytes`);
      assert.equal(into instanceof DecodeError, !isWhole(length), `${length} bytes`);
      if (decoded instanceof DecodeError) assert.equal(decoded.dialect, codec.dialect);
      else assert.equal(codec.byteLength(decoded.count), length);
    }
    assert.ok(decodeOrError(codec.decode, bytesOf([...bytes], [0])) instanceof DecodeError, "one byte more");
  });

  Deno.test(`${codec.dialect}: a changed byte gives another frame of the same size, or a DecodeError`, () => {
    const bytes = codec.encode(randomFrame(3, createRandom(4)));
    for (const flipped of singleByteFlips(bytes)) {
      const decoded = decodeOrError(codec.decode, flipped);
      if (!(decoded instanceof DecodeError)) assert.equal(decoded.count, 3);
    }
  });
}

function testMemory({ codec }: CodecSuite): void {
  Deno.test(`${codec.dialect}: bytes may lie anywhere in their buffer`, () => {
    const frame = randomFrame(4, createRandom(5)), bytes = codec.encode(frame);
    for (const offset of [1, 2, 3, 7, 36]) {
      assert.deepEqual(codec.decode(embedded(bytes, offset)), codec.decode(bytes));
      const out = embedded(new Uint8Array(bytes.length), offset), around = new Uint8Array(out.buffer);
      codec.encodeInto(frame, out);
      assert.deepEqual(out, bytes);
      assert.ok(
        [...around.subarray(0, offset), ...around.subarray(offset + bytes.length)].every((byte) => byte === 0xa5),
      );
    }
  });

  Deno.test(`${codec.dialect}: frames and bytes share no memory`, () => {
    const frame = randomFrame(4, createRandom(6)), bytes = codec.encode(frame), copy = bytes.slice();
    const decoded = codec.decode(bytes), before = copyOf(decoded);
    bytes.fill(0xff);
    assert.deepEqual(decoded, before);
    codec.decode(copy).positions.fill(9);
    assert.deepEqual(codec.decode(copy), before);
    frame.positions.fill(9);
    assert.deepEqual(codec.encode(decoded).length, copy.length);
    const another = codec.encode(decoded);
    decoded.positions.fill(9);
    assert.deepEqual(codec.decode(another), before);
  });

  Deno.test(`${codec.dialect}: too little room is the caller's mistake, and nothing is written`, () => {
    const frame = randomFrame(4, createRandom(9)), bytes = codec.encode(frame);
    const out = new Uint8Array(bytes.length - 1).fill(0xa5);
    assert.throws(() => codec.encodeInto(frame, out), RangeError);
    assert.ok(out.every((byte) => byte === 0xa5));
    const small = createFrame(3), before = copyOf(small);
    assert.throws(() => codec.decodeInto(bytes, small), RangeError);
    assert.deepEqual(small, before);
  });
}
