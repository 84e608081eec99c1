import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../protocol/codec.ts";
import { FieldError } from "../../../protocol/fields.ts";
import { decodeNetworkFrame } from "../../../protocol/network/frame.ts";
import { decodeVoicePayload, encodeVoiceFrame, VOICE_FRAME_MAX_BYTES } from "../../../protocol/network/voice.ts";
import {
  encodeRoomState,
  encodeVoiceCommand,
  isRoomName,
  parseRoomState,
  parseVoiceCommand,
} from "../../../protocol/network/voice_room.ts";
import { LIMITS } from "../../../server/limits.ts";
import { decodeOrError, embedded, singleByteFlips } from "../../helpers/codec_suite.ts";
import { opus, typedBytes } from "../../helpers/voice.ts";

const STAMP = { timestampMs: 100, priority: "critical" } as const;
const decode = (bytes: Uint8Array) => decodeVoicePayload(decodeNetworkFrame(bytes));

Deno.test("[VO-1] voice frame: golden bytes, both ways and at any offset", () => {
  const spoken = { speaker: 7, voice: opus(258) }, bytes = typedBytes(7);
  assert.deepEqual(encodeVoiceFrame(spoken, STAMP), bytes);
  assert.deepEqual(decode(bytes), spoken);
  assert.deepEqual(decode(embedded(bytes, 5)), spoken);
});

Deno.test("[VO-1] voice frame: what is encoded is decoded, and shares no memory", () => {
  const spoken = fc.record({
    speaker: fc.integer({ min: 0, max: 0xffff_ffff }),
    voice: fc.record({
      codec: fc.constantFrom("pcm", "opus"),
      channels: fc.constantFrom(1, 2),
      sequence: fc.integer({ min: 0, max: 0xffff }),
      sampleRate: fc.constantFrom(8_000, 12_000, 16_000, 24_000, 48_000),
      audio: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) =>
        Uint8Array.from([...bytes, ...bytes, ...bytes, ...bytes])
      ),
    }),
  });
  fc.assert(
    fc.property(spoken, (value) => {
      const bytes = encodeVoiceFrame(value, STAMP), decoded = decode(bytes);
      bytes.fill(0);
      assert.deepEqual(decoded, { speaker: value.speaker, voice: { ...value.voice } });
    }),
    { seed: 11, numRuns: 100 },
  );
});

Deno.test("[VO-1] voice frame: the offset of a fault is that in the message; packed voice is refused", () => {
  const faultAt = (change: (bytes: Uint8Array) => void, bytes = typedBytes(7)) => {
    change(bytes);
    const error = decodeOrError(decode, bytes);
    assert.ok(error instanceof DecodeError && error.dialect === "network", String(error));
    return error.offset;
  };
  assert.equal(faultAt((bytes) => bytes[20] = 2), 20, "codec");
  assert.equal(faultAt((bytes) => bytes[21] = 3), 21, "channels");
  assert.equal(faultAt((bytes) => bytes[24] = 0x81), 24, "sample rate");
  assert.equal(faultAt((bytes) => bytes[1] |= 1), 1, "gzip");
  for (let length = 0; length < 13; length++) {
    const cut = typedBytes(7).slice(0, 16 + length);
    cut[4] = length;
    assert.ok(decodeOrError(decode, cut) instanceof DecodeError === length < 13, `${length} bytes`);
  }
});

Deno.test("[VO-1] voice frame: a changed byte gives another packet within the bounds, or a DecodeError", () => {
  for (const flipped of singleByteFlips(typedBytes(7))) {
    const frame = decodeOrError(decodeNetworkFrame, flipped);
    if (frame instanceof DecodeError || frame.type !== "voiceFrame") continue;
    const result = decodeOrError(() => decodeVoicePayload(frame), flipped);
    if (!(result instanceof DecodeError)) encodeVoiceFrame(result, STAMP);
  }
  for (const speaker of [-1, 0.5, 2 ** 32]) {
    assert.throws(() => encodeVoiceFrame({ speaker, voice: opus(1) }, STAMP), RangeError);
  }
});

Deno.test("[VO-14] the longest packet is a message that is taken", () => {
  const longest = encodeVoiceFrame({ speaker: 0, voice: opus(1, Array(65_536).fill(1)) }, STAMP);
  assert.equal(longest.length, VOICE_FRAME_MAX_BYTES);
  assert.ok(longest.length <= LIMITS.voiceMessageBytes.value);
});

Deno.test("[VO-4] names of rooms: short words, and nothing that could be mistaken", () => {
  for (const name of ["graph", "Room_1", "a.b-c", "x".repeat(64)]) assert.ok(isRoomName(name), name);
  for (const name of ["", "x".repeat(65), "a b", "a/b", "é", "a\n", "<b>"]) assert.ok(!isRoomName(name), name);
});

Deno.test("[VO-6] [VO-8] words: golden texts, both ways", () => {
  for (
    const [command, text] of [
      [{ type: "voice", hear: false, speak: undefined }, '{"type":"voice","data":{"hear":false}}'],
      [{ type: "voice", hear: undefined, speak: true }, '{"type":"voice","data":{"speak":true}}'],
      [{ type: "mute", user: "ada", muted: true }, '{"type":"mute","data":{"user":"ada","muted":true}}'],
    ] as const
  ) {
    assert.equal(encodeVoiceCommand(command), text);
    assert.deepEqual(parseVoiceCommand(text), command);
  }
  for (
    const bad of [
      '{"type":"voice"}',
      '{"type":"voice","data":[]}',
      '{"type":"voice","data":{"hear":1}}',
      '{"type":"mute","data":{"user":"","muted":true}}',
      '{"type":"mute","data":{"user":"ada"}}',
    ]
  ) assert.throws(() => parseVoiceCommand(bad), FieldError, bad);
  for (const other of ["", "{", "[]", '{"type":"subscribe"}', `{"type":"voice","data":{}${" ".repeat(1024)}}`]) {
    assert.equal(parseVoiceCommand(other), undefined, other);
  }
});

Deno.test("[VO-7] a room in words, both ways; what is no room is passed over", () => {
  const members = [{ participant: 3, user: "ada", hear: true, speak: false, muted: true }];
  const text = '{"type":"voice","data":{"room":"graph","participant":3,"members":' +
    '[{"participant":3,"user":"ada","hear":true,"speak":false,"muted":true}]}}';
  const state = { room: "graph", participant: 3, members };
  assert.equal(encodeRoomState(state), text);
  assert.deepEqual(parseRoomState(text), state);
  for (const other of ["{", '{"type":"voice"}', '{"type":"voice","data":{"room":1}}', '{"type":"pins","data":{}}']) {
    assert.equal(parseRoomState(other), undefined);
  }
});
