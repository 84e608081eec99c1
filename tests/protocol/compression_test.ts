import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../protocol/codec.ts";
import {
  byteEntropy,
  compress,
  COMPRESSION_MAX_ENTROPY,
  COMPRESSION_MIN_BYTES,
  type CompressionFormat,
  decompress,
  worthCompressing,
} from "../../protocol/compression.ts";
import { createRandom } from "../../gpu/random.ts";
import { createFrame } from "../../protocol/frame.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { positionUpdate } from "../../protocol/graph/v4.ts";
import { bytesOf, singleByteFlips, u32LE } from "../helpers/codec_suite.ts";

const FORMATS = ["gzip", "deflate-raw"] as const;
const allBytes = (times: number) => Uint8Array.from({ length: 256 * times }, (_, at) => at % 256);
/** Bytes of `kinds` values, all alike: an entropy of log2(kinds) / 8. */
const kindsOf = (kinds: number, length: number) => Uint8Array.from({ length }, (_, at) => at % kinds);

/** "Hello" as one block without compression, RFC 1951: final, stored, length, its complement, the bytes. */
const HELLO = Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x6f);
const STORED = bytesOf([0x01], [0x05, 0x00], [0xfa, 0xff], [...HELLO]);
/** The same in gzip, RFC 1952: magic, deflate, no flags, no time, 0, unknown system; CRC-32 and length behind. */
const STORED_GZIP = bytesOf(
  [0x1f, 0x8b, 0x08, 0x00],
  u32LE(0),
  [0x00, 0xff],
  [...STORED],
  u32LE(0xf7d1_8982), // CRC-32 of "Hello"
  u32LE(5),
);

const unpack = (bytes: Uint8Array, format: CompressionFormat, maxBytes = 1_000_000) =>
  decompress(bytes, { format, maxBytes, dialect: "network" });

async function unpackOrError(bytes: Uint8Array, format: CompressionFormat, maxBytes?: number) {
  try {
    return await unpack(bytes, format, maxBytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

Deno.test("[CP-1] entropy: 0 for one value, a bit for two, 1 for all 256 alike", () => {
  assert.equal(byteEntropy(new Uint8Array(0)), 0);
  assert.equal(byteEntropy(new Uint8Array(1000)), 0);
  assert.equal(byteEntropy(kindsOf(2, 1000)), 1 / 8);
  assert.equal(byteEntropy(kindsOf(16, 1600)), 4 / 8);
  assert.equal(byteEntropy(allBytes(4)), 1);
  // Three a, one b: (3/4) log2(4/3) + (1/4) log2 4 = 0.8112781 bits.
  assert.ok(Math.abs(byteEntropy(Uint8Array.of(1, 1, 1, 2)) - 0.8112781244591328 / 8) < 1e-15);
});

Deno.test("[CP-1] entropy: between 0 and 1, and the order of the bytes does not matter", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const entropy = byteEntropy(bytes);
      assert.ok(entropy >= 0 && entropy <= 1 + 1e-12);
      assert.equal(byteEntropy(bytes.toReversed()), entropy);
    }),
    { seed: 1 },
  );
});

Deno.test("[CP-2] below 256 bytes never", () => {
  assert.equal(COMPRESSION_MIN_BYTES, 256);
  assert.equal(worthCompressing(new Uint8Array(0)), false);
  assert.equal(worthCompressing(new Uint8Array(255)), false);
  assert.equal(worthCompressing(new Uint8Array(256)), true);
});

Deno.test("[CP-2] from 256 bytes on only at an entropy below 0.7", () => {
  assert.equal(COMPRESSION_MAX_ENTROPY, 0.7);
  assert.equal(worthCompressing(kindsOf(48, 4800)), true); // log2 48 / 8 = 0.698
  assert.equal(worthCompressing(kindsOf(49, 4900)), false); // log2 49 / 8 = 0.702
  assert.equal(worthCompressing(allBytes(100)), false);
});

Deno.test("[CP-3] golden: bytes composed from the RFCs are unpacked", async () => {
  assert.deepEqual(await unpack(STORED, "deflate-raw"), HELLO);
  assert.deepEqual(await unpack(STORED_GZIP, "gzip"), HELLO);
});

Deno.test("[CP-3] what is packed is unpacked, in both formats and across slices", async () => {
  for (const format of FORMATS) {
    for (const bytes of [new Uint8Array(0), HELLO, allBytes(1), allBytes(1000), new Uint8Array(300_000)]) {
      const packed = await compress(bytes, format);
      assert.deepEqual(await unpack(packed, format, bytes.length), bytes);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        assert.deepEqual(await unpack(await compress(bytes, format), format), bytes);
      }),
      { seed: 2, numRuns: 30 },
    );
  }
});

Deno.test("[CP-3] packing neither changes nor keeps its input", async () => {
  const whole = allBytes(2), part = whole.subarray(3, 403), before = whole.slice();
  const packed = await compress(part, "gzip");
  assert.deepEqual(whole, before);
  whole.fill(0);
  assert.deepEqual(await unpack(packed, "gzip"), before.slice(3, 403));
});

Deno.test("[CP-4] every truncation is refused, and so is a byte behind the end", async () => {
  for (const [format, bytes] of [["gzip", STORED_GZIP], ["deflate-raw", STORED]] as const) {
    for (let length = 0; length < bytes.length; length++) {
      const error = await unpackOrError(bytes.subarray(0, length), format);
      assert.ok(error instanceof DecodeError, `${length} bytes of ${format}`);
      assert.equal(error.dialect, "network");
    }
    const longer = bytesOf([...bytes], [0]);
    assert.ok((await unpackOrError(longer, format)) instanceof DecodeError, format);
  }
});

Deno.test("[CP-4] a real deflate stream that is cut is refused, though the runtime may not notice", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, x: id * id }))));
  const packed = await compress(bytes, "deflate-raw");
  for (let length = 0; length < packed.length; length++) {
    assert.ok((await unpackOrError(packed.subarray(0, length), "deflate-raw")) instanceof DecodeError, `${length}`);
  }
});

Deno.test("[CP-4] bytes behind the end are found in another slice too", async () => {
  for (const format of FORMATS) {
    const packed = await compress(allBytes(8), format);
    const padded = bytesOf([...packed], [...new Uint8Array(3000)]);
    assert.ok((await unpackOrError(padded, format)) instanceof DecodeError, format);
  }
});

Deno.test("[CP-4] a changed byte of gzip gives the same bytes or a DecodeError", async () => {
  let refused = 0;
  for (const flipped of singleByteFlips(STORED_GZIP)) {
    const answer = await unpackOrError(flipped, "gzip");
    if (answer instanceof DecodeError) refused++;
    else assert.deepEqual(answer, HELLO);
  }
  assert.ok(refused > 5000, `${refused} of ${STORED_GZIP.length * 255} refused`);
});

Deno.test("[CP-5] the bound is exact", async () => {
  for (const format of FORMATS) {
    const packed = await compress(new Uint8Array(5000), format);
    assert.equal((await unpack(packed, format, 5000)).length, 5000);
    const error = await unpackOrError(packed, format, 4999);
    assert.ok(error instanceof DecodeError);
    assert.equal(error.message, `network: expected ${format} of at most 4999 bytes unpacked at byte 0, found more`);
  }
});

Deno.test("[CP-5] a bomb is refused before it is unpacked", async () => {
  for (const format of FORMATS) {
    const bomb = await compress(new Uint8Array(64_000_000), format);
    assert.ok(bomb.length < 100_000);
    const seen = await mostRead(async () => {
      assert.ok((await unpackOrError(bomb, format, 10_000)) instanceof DecodeError);
    });
    assert.ok(seen > 0 && seen <= 1_100_000, `${format}: ${seen} bytes unpacked`);
  }
});

/** The most bytes that any reader was handed while `run` ran, summed per reader. */
async function mostRead(run: () => Promise<void>): Promise<number> {
  const { read } = ReadableStreamDefaultReader.prototype;
  const sums = new Map<object, number>();
  ReadableStreamDefaultReader.prototype.read = async function () {
    const next = await read.call(this);
    const size = next.value instanceof Uint8Array ? next.value.byteLength : 0;
    sums.set(this, (sums.get(this) ?? 0) + size);
    return next;
  };
  try {
    await run();
  } finally {
    ReadableStreamDefaultReader.prototype.read = read;
  }
  return Math.max(0, ...sums.values());
}

/** 1,000 nodes anywhere in a cube of 100 edge lengths, charge 1; at rest, or as fast as a twentieth of one. */
function frameOf(motion: "moving" | "at rest") {
  const random = createRandom(1), frame = createFrame(1000);
  frame.positions.forEach((_, index) => frame.positions[index] = (random() - 0.5) * 100);
  if (motion === "moving") frame.velocities.forEach((_, index) => frame.velocities[index] = (random() - 0.5) * 0.1);
  frame.charges.fill(1);
  return frame;
}

Deno.test("[CP-6] position frames: not packed while nodes move, packed at rest, by the documented ratios", async () => {
  const cases = [
    [v2.encode(frameOf("moving")), 0.82, 0.75],
    [positionUpdate.encode(frameOf("moving")), 0.91, 0.92],
    [v2.encode(frameOf("at rest")), 0.53, 0.43],
    [positionUpdate.encode(frameOf("at rest")), 0.57, 0.54],
  ] as const;
  for (const [bytes, entropy, ratio] of cases) {
    assert.equal(worthCompressing(bytes), entropy < COMPRESSION_MAX_ENTROPY);
    assert.ok(Math.abs(byteEntropy(bytes) - entropy) < 0.01, `entropy ${byteEntropy(bytes)}`);
    const packed = (await compress(bytes, "deflate-raw")).length / bytes.length;
    assert.ok(Math.abs(packed - ratio) < 0.05, `ratio ${packed}`);
  }
});
