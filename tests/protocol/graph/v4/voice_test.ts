import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../../protocol/codec.ts";
import { decodeV4, encodeVoiceData, type Voice } from "../../../../protocol/graph/v4.ts";
import { bytesOf, decodeOrError, embedded, singleByteFlips, u32LE } from "../../../helpers/codec_suite.ts";

const OPUS: Voice = {
  codec: "opus",
  channels: 1,
  sequence: 0x0102,
  sampleRate: 48_000,
  audio: Uint8Array.of(0xf8, 0xff, 0xfe),
};
const OPUS_BYTES = bytesOf(
  [4, 0x07, 0, 0],
  [1], // Opus
  [1], // channels
  [0x02, 0x01], // sequence
  [0x80, 0xbb, 0x00, 0x00], // 48,000 Hz
  [0xf8, 0xff, 0xfe], // a packet of silence
);
const PCM: Voice = { codec: "pcm", channels: 2, sequence: 0, sampleRate: 8_000, audio: Uint8Array.of(1, 2, 3, 4) };
const PCM_BYTES = bytesOf([4, 0x07, 0, 0], [0, 2], [0, 0], u32LE(8_000), [1, 2, 3, 4]);

Deno.test("[V4-13] golden bytes both ways and at any offset", () => {
  for (const [voice, bytes] of [[OPUS, OPUS_BYTES], [PCM, PCM_BYTES]] as const) {
    assert.deepEqual(encodeVoiceData(voice), bytes);
    assert.deepEqual(decodeV4(bytes), { type: "voiceData", ...voice });
    assert.deepEqual(decodeV4(embedded(bytes, 5)), { type: "voiceData", ...voice });
  }
});

Deno.test("[V4-13] any packet comes back as it went and shares no memory", () => {
  const packets = fc.record({
    codec: fc.constantFrom("pcm", "opus"),
    channels: fc.constantFrom(1, 2),
    sequence: fc.integer({ min: 0, max: 0xffff }),
    sampleRate: fc.constantFrom(8_000, 12_000, 16_000, 24_000, 48_000),
    audio: fc.uint8Array({ minLength: 1, maxLength: 500 }).map((bytes) =>
      new Uint8Array([...bytes, ...bytes, ...bytes, ...bytes])
    ),
  });
  fc.assert(
    fc.property(packets, (voice) => {
      const bytes = encodeVoiceData(voice), decoded = decodeV4(bytes);
      bytes.fill(0);
      assert.deepEqual(decoded, { type: "voiceData", ...voice });
    }),
    { seed: 7, numRuns: 100 },
  );
});

Deno.test("[V4-13] what is cut is refused, or a shorter packet of whole samples", () => {
  for (let length = 0; length < PCM_BYTES.length; length++) {
    assert.ok(decodeOrError(decodeV4, PCM_BYTES.subarray(0, length)) instanceof DecodeError, `${length} bytes`);
  }
  for (let length = 0; length < OPUS_BYTES.length; length++) {
    const result = decodeOrError(decodeV4, OPUS_BYTES.subarray(0, length));
    assert.equal(result instanceof DecodeError, length < 13, `${length} bytes`);
  }
});

Deno.test("[V4-13] codec, channels, rate and length have bounds, both ways", () => {
  const bad: readonly (readonly [number, readonly number[], number])[] = [
    [4, [2], 4],
    [5, [0], 5],
    [5, [3], 5],
    [8, u32LE(44_100), 8], // Opus does not run at this rate
    [8, u32LE(0xffff_ffff), 8],
  ];
  for (const [at, change, offset] of bad) {
    const bytes = OPUS_BYTES.slice();
    bytes.set(change, at);
    const error = decodeOrError(decodeV4, bytes);
    assert.ok(error instanceof DecodeError && error.offset === offset, `${error}`);
  }
  assert.ok(decodeOrError(decodeV4, bytesOf([...OPUS_BYTES], Array(65_536).fill(0))) instanceof DecodeError);
  const mistakes: readonly Partial<Voice>[] = [
    { channels: 0 },
    { sequence: 65_536 },
    { sequence: -1 },
    { sampleRate: 7_999 },
    { sampleRate: 192_001 },
    { sampleRate: 8_000.5 },
    { audio: new Uint8Array(0) },
    { audio: new Uint8Array(3) },
    { audio: new Uint8Array(65_540) },
  ];
  for (const mistake of mistakes) assert.throws(() => encodeVoiceData({ ...PCM, ...mistake }), RangeError);
});

Deno.test("[V4-13] a changed byte gives a packet within the bounds or a DecodeError", () => {
  for (const flipped of [...singleByteFlips(OPUS_BYTES), ...singleByteFlips(PCM_BYTES)]) {
    const result = decodeOrError(decodeV4, flipped);
    if (!(result instanceof DecodeError) && result.type === "voiceData") encodeVoiceData(result);
  }
});
