import assert from "node:assert/strict";
import { DecodeError } from "../../../protocol/codec.ts";
import { computeDelta, createSnapshot, type Hash } from "../../../protocol/settings/delta.ts";
import {
  decodeSettings,
  encodeDelta,
  encodeFull,
  encodePaths,
  encodeRequest,
  SETTINGS_MESSAGE_BYTES,
  type SettingsMessage,
} from "../../../protocol/settings/message.ts";
import { PathRegistry } from "../../../protocol/settings/path.ts";
import type { BinaryValue } from "../../../protocol/settings/value.ts";
import { bytesOf, decodeOrError, embedded, singleByteFlips, u32LE } from "../../helpers/codec_suite.ts";

const u16LE = (value: number) => [value & 0xff, value >>> 8];
const ascii = (text: string) => [text.length, ...new TextEncoder().encode(text)];

/** A hash that can be written by hand: the sum of all bytes, 32 times. */
const sum: Hash = (bytes) => new Uint8Array(32).fill(bytes.reduce((total, byte) => total + byte, 0));
const filled = (byte: number) => Array<number>(32).fill(byte);

const ON: BinaryValue = { type: "bool", value: true };
const ONE: BinaryValue = { type: "i32", value: 1 };

const registry = new PathRegistry(10);
for (const path of ["a", "b.c", "gone"]) registry.register(path);
const before = createSnapshot([["a", ONE], ["gone", ON]], sum);
const after = createSnapshot([["b.c", ON], ["a", ON]], sum);
// "a", ONE: 1 + 0x61 + 2 + 1 = 0x65; "gone", ON: 4 + (0x67 + 0x6f + 0x6e + 0x65) + 1 + 1 = 0x1af; "a", ON: 1 + 0x61 + 1 + 1 = 0x64;
// "b.c", ON: 3 + (0x62 + 0x2e + 0x63) + 1 + 1 = 0xf8. The whole: 32 × (0x65 + 0xaf) and 32 × (0x64 + 0xf8), all modulo 256.
const BEFORE = filled(32 * (0x65 + 0xaf) % 256), AFTER = filled(32 * (0x64 + 0xf8) % 256);

const MESSAGES: readonly { name: string; message: SettingsMessage; bytes: Uint8Array; encode: () => Uint8Array }[] = [
  {
    name: "Paths",
    message: { type: "paths", first: 1, paths: ["b.c", "gone"] },
    bytes: bytesOf([0x01], u32LE(1), u32LE(2), ascii("b.c"), ascii("gone")),
    encode: () => encodePaths(registry, 1),
  },
  {
    name: "Delta",
    message: {
      type: "delta",
      version: 3,
      base: Uint8Array.from(BEFORE),
      target: Uint8Array.from(AFTER),
      changes: [{ id: 0, value: ON }, { id: 1, value: ON }, { id: 2 }],
    },
    bytes: bytesOf(
      [0x02],
      u32LE(3), // version
      BEFORE,
      AFTER,
      u32LE(3), // changes
      [...u16LE(0), 1, 0x01, 0x01], // a: true
      [...u16LE(1), 1, 0x01, 0x01], // b.c: true
      [...u16LE(2), 0], // gone is gone
    ),
    encode: () => encodeDelta(computeDelta(before, after), registry),
  },
  {
    name: "Full",
    message: {
      type: "full",
      hash: Uint8Array.from(AFTER),
      entries: [{ path: "a", value: ON }, { path: "b.c", value: ON }, { path: "gone" }],
    },
    bytes: bytesOf(
      [0x03],
      AFTER,
      u32LE(3),
      [...ascii("a"), 1, 0x01, 0x01],
      [...ascii("b.c"), 1, 0x01, 0x01],
      [...ascii("gone"), 0],
    ),
    encode: () => encodeFull(after, registry),
  },
  { name: "Request", message: { type: "request" }, bytes: bytesOf([0x04]), encode: encodeRequest },
];

for (const { name, message, bytes, encode } of MESSAGES) {
  Deno.test(`[SET-8] ${name}, golden bytes both ways and at any offset`, () => {
    assert.deepEqual(encode(), bytes);
    assert.deepEqual(decodeSettings(bytes), message);
    assert.deepEqual(decodeSettings(embedded(bytes, 7)), message);
  });

  Deno.test(`[SET-8] ${name}, every truncation and one byte more are refused`, () => {
    for (let length = 0; length < bytes.length; length++) {
      const result = decodeOrError(decodeSettings, bytes.subarray(0, length));
      assert.ok(result instanceof DecodeError && result.dialect === "settings", `${length} bytes`);
    }
    assert.ok(decodeOrError(decodeSettings, bytesOf([...bytes], [0])) instanceof DecodeError);
  });

  Deno.test(`[SET-8] ${name}, a changed byte gives a message or a DecodeError`, () => {
    for (const flipped of singleByteFlips(bytes)) decodeOrError(decodeSettings, flipped);
  });
}

Deno.test("[SET-8] decoded messages share no memory with their bytes", () => {
  for (const { bytes, message } of MESSAGES) {
    const copy = bytes.slice(), decoded = decodeSettings(copy);
    copy.fill(0xff);
    assert.deepEqual(decoded, message);
  }
});

Deno.test("[SET-8] unknown kinds, ids out of order or not announced, and a third way to be there are refused", () => {
  const head = [0x02, ...u32LE(3), ...BEFORE, ...AFTER];
  const bad: readonly (readonly [Uint8Array, number])[] = [
    [bytesOf([0x00]), 0],
    [bytesOf([0x05]), 0],
    [bytesOf(head, u32LE(2), [...u16LE(1), 0], [...u16LE(1), 0]), 76],
    [bytesOf(head, u32LE(2), [...u16LE(1), 0], [...u16LE(0), 0]), 76],
    [bytesOf(head, u32LE(1), [...u16LE(3), 0]), 73],
    [bytesOf(head, u32LE(1), [...u16LE(2), 2]), 75],
  ];
  for (const [bytes, offset] of bad) {
    const error = decodeOrError(decodeSettings, bytes);
    assert.ok(error instanceof DecodeError && error.offset === offset, `${error}`);
  }
});

Deno.test("[SET-9] a count that lies is refused before anything is allocated for it", () => {
  for (const count of [3, 1_000_000, 0xffff_ffff]) {
    for (const head of [[0x01, ...u32LE(0)], [0x02, ...u32LE(3), ...BEFORE, ...AFTER], [0x03, ...AFTER]]) {
      const error = decodeOrError(decodeSettings, bytesOf(head, u32LE(count), [0, 0]));
      assert.ok(error instanceof DecodeError && error.offset === head.length, `${error}`);
    }
  }
});

Deno.test("[SET-9] a message has at most a megabyte, both ways", () => {
  assert.ok(
    decodeOrError(decodeSettings, new Uint8Array(SETTINGS_MESSAGE_BYTES + 1).fill(0x04)) instanceof DecodeError,
  );
  const many = new PathRegistry(100), value: BinaryValue = { type: "bytes", value: new Uint8Array(60_000) };
  const values = Array.from({ length: 20 }, (_, at) => [`p${at}`, value] as const);
  for (const [path] of values) many.register(path);
  assert.throws(() => encodeFull(createSnapshot(values, sum), many), RangeError);
  assert.throws(() => encodeFull(createSnapshot([["unknown", value]], sum), many), RangeError);
});
