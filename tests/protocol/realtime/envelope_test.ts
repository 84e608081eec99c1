import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../protocol/codec.ts";
import {
  checksumOf,
  decodeEnvelope,
  encodeEnvelope,
  encodeEnvelopeInto,
  ENVELOPE_MAX_BYTES,
  ENVELOPE_MAX_PAYLOAD_BYTES,
  ENVELOPE_TYPE,
  ENVELOPE_TYPES,
} from "../../../protocol/realtime/envelope.ts";
import { bytesOf, decodeOrError, embedded, singleByteFlips, u32LE, u8 } from "../../helpers/codec_suite.ts";

const ABC = Uint8Array.of(0x61, 0x62, 0x63);
const FILE = bytesOf(
  u8(3), // file transfer
  u32LE(3), // payload length
  [0x61, 0x62, 0x63], // "abc"
);

Deno.test("[RT-15] envelope: golden bytes, both ways", () => {
  assert.deepEqual(encodeEnvelope({ type: "file_transfer", payload: ABC }), FILE);
  assert.deepEqual(decodeEnvelope(FILE), { type: "file_transfer", payload: ABC });
  const empty = bytesOf(u8(1), u32LE(0));
  assert.deepEqual(encodeEnvelope({ type: "broadcast", payload: new Uint8Array(0) }), empty);
  assert.deepEqual(decodeEnvelope(empty), { type: "broadcast", payload: new Uint8Array(0) });
  const long = bytesOf(u8(4), [0x02, 0x01, 0x00, 0x00], [...new Uint8Array(258)]);
  assert.deepEqual(encodeEnvelope({ type: "stream_data", payload: new Uint8Array(258) }), long);
});

Deno.test("[RT-15] envelope: the four types, and no others", () => {
  assert.deepEqual(ENVELOPE_TYPE, { broadcast: 1, direct_message: 2, file_transfer: 3, stream_data: 4 });
  for (let code = 0; code < 256; code++) {
    const decoded = decodeOrError(decodeEnvelope, bytesOf(u8(code), u32LE(0)));
    if (code >= 1 && code <= 4) {
      assert.ok(!(decoded instanceof DecodeError) && decoded.type === ENVELOPE_TYPES[code - 1]);
    } else assert.ok(decoded instanceof DecodeError && decoded.offset === 0);
  }
});

Deno.test("[RT-16] envelope: the length is that of the message", () => {
  for (let length = 0; length < FILE.length; length++) {
    assert.ok(decodeOrError(decodeEnvelope, FILE.subarray(0, length)) instanceof DecodeError, `${length} bytes`);
  }
  const error = decodeOrError(decodeEnvelope, bytesOf([...FILE], [0]));
  assert.ok(error instanceof DecodeError);
  assert.equal(error.message, "envelope: expected a payload length of 4 at byte 1, found 3");
});

Deno.test("[RT-16] envelope: a length that lies allocates nothing", () => {
  for (const length of [4, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    assert.ok(decodeOrError(decodeEnvelope, bytesOf(u8(1), u32LE(length), [1, 2, 3])) instanceof DecodeError);
  }
});

Deno.test("[RT-16] envelope: 64 KiB in all, header included", () => {
  assert.deepEqual([ENVELOPE_MAX_BYTES, ENVELOPE_MAX_PAYLOAD_BYTES], [65_536, 65_531]);
  const most = { type: "broadcast", payload: new Uint8Array(65_531).fill(7) } as const;
  const bytes = encodeEnvelope(most);
  assert.equal(bytes.length, 65_536);
  assert.deepEqual(decodeEnvelope(bytes), most);
  assert.throws(() => encodeEnvelope({ type: "broadcast", payload: new Uint8Array(65_532) }), RangeError);
  const longer = bytesOf(u8(1), u32LE(65_532), [...new Uint8Array(65_532)]);
  assert.ok(decodeOrError(decodeEnvelope, longer) instanceof DecodeError);
});

Deno.test("[RT-16] envelope: a changed byte gives another envelope of the same size, or a DecodeError", () => {
  for (const flipped of singleByteFlips(FILE)) {
    const decoded = decodeOrError(decodeEnvelope, flipped);
    if (!(decoded instanceof DecodeError)) assert.equal(decoded.payload.length, 3);
  }
});

Deno.test("[RT-17] envelope: the payload is a view, wherever the bytes lie", () => {
  const bytes = embedded(FILE, 7), { payload } = decodeEnvelope(bytes);
  assert.equal(payload.buffer, bytes.buffer);
  assert.equal(payload.byteOffset, 12);
  bytes[5] = 0x7a;
  assert.equal(payload[0], 0x7a);
});

Deno.test("[RT-15] envelope: what is encoded is decoded", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ENVELOPE_TYPES), fc.uint8Array({ maxLength: 300 }), (type, payload) => {
      assert.deepEqual(decodeEnvelope(encodeEnvelope({ type, payload })), { type, payload });
    }),
    { seed: 15 },
  );
});

Deno.test("[RT-15] envelope: too little room is the caller's mistake, and nothing is written", () => {
  const out = new Uint8Array(7).fill(0xa5);
  assert.throws(() => encodeEnvelopeInto({ type: "broadcast", payload: ABC }, out), RangeError);
  assert.ok(out.every((byte) => byte === 0xa5));
  const roomy = new Uint8Array(10).fill(0xa5);
  assert.equal(encodeEnvelopeInto({ type: "file_transfer", payload: ABC }, roomy), 8);
  assert.deepEqual(roomy, bytesOf([...FILE], [0xa5, 0xa5]));
});

Deno.test("[RT-17] envelope: the checksum is SHA-256 of the payload, FIPS 180-4's examples", async () => {
  assert.equal(await checksumOf(ABC), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(
    await checksumOf(new Uint8Array(0)),
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assert.equal(await checksumOf(decodeEnvelope(FILE).payload), await checksumOf(ABC));
});
