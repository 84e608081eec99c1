import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../protocol/codec.ts";
import {
  decodeNetworkFrame,
  encodeNetworkFrame,
  encodeNetworkFrameInto,
  NETWORK_HEADER_BYTES,
  NETWORK_MAX_PAYLOAD_BYTES,
  NETWORK_TYPE,
  type NetworkFrame,
  type NetworkType,
  PRIORITIES,
} from "../../../protocol/network/frame.ts";
import { bytesOf, decodeOrError, embedded, f64LE, singleByteFlips, u32LE, u8 } from "../../helpers/codec_suite.ts";

const u16LE = (value: number) => [value & 0xff, value >>> 8];

const VOICE: NetworkFrame = {
  type: "voiceFrame",
  priority: "critical",
  packing: "none",
  timestampMs: 1_760_677_200_000.5,
  payload: Uint8Array.of(0xf8, 0xff, 0xfe),
};
const VOICE_BYTES = bytesOf(
  u8(0x02), // voice frame
  u8(0b110), // not packed, priority 3
  u16LE(0), // reserved
  u32LE(3), // payload length
  f64LE(1_760_677_200_000.5), // timestamp
  [0xf8, 0xff, 0xfe],
);

/** Offset of the refused field. */
function refusedAt(...fields: readonly (readonly number[])[]): number {
  const error = decodeOrError(decodeNetworkFrame, bytesOf(...fields));
  assert.ok(error instanceof DecodeError && error.dialect === "network");
  return error.offset;
}

Deno.test("[NF-1] frame: golden bytes, both ways", () => {
  assert.equal(NETWORK_HEADER_BYTES, 16);
  assert.deepEqual(encodeNetworkFrame(VOICE), VOICE_BYTES);
  assert.deepEqual(decodeNetworkFrame(VOICE_BYTES), VOICE);
});

Deno.test("[NF-1] frame: the header spelled out", () => {
  const ping = bytesOf(
    [0x20, 0x00, 0x00, 0x00], // ping, no flags, reserved
    [0x00, 0x00, 0x00, 0x00], // no payload
    [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x59, 0x40], // 100 ms
  );
  const frame: NetworkFrame = {
    type: "ping",
    priority: "low",
    packing: "none",
    timestampMs: 100,
    payload: new Uint8Array(0),
  };
  assert.deepEqual(encodeNetworkFrame(frame), ping);
  assert.deepEqual(decodeNetworkFrame(ping), frame);
});

Deno.test("[NF-1] frame: a payload of three bytes, at 100 ms", () => {
  assert.deepEqual(
    encodeNetworkFrame({ ...VOICE, timestampMs: 100 }),
    bytesOf([0x02, 0x06, 0, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x59, 0x40, 0xf8, 0xff, 0xfe]),
  );
});

Deno.test("[NF-2] frame: the document's nine types, and no others", () => {
  const codes: Record<NetworkType, number> = {
    nodeUpdate: 0x01,
    voiceFrame: 0x02,
    ssspUpdate: 0x03,
    settingsUpdate: 0x10,
    agentStatus: 0x11,
    error: 0x12,
    ping: 0x20,
    pong: 0x21,
    close: 0x22,
  };
  assert.deepEqual(NETWORK_TYPE, codes);
  const known = new Map(Object.entries(codes).map(([name, code]) => [code, name]));
  for (let code = 0; code < 256; code++) {
    const decoded = decodeOrError(decodeNetworkFrame, bytesOf(u8(code), u8(0), u16LE(0), u32LE(0), f64LE(1)));
    if (known.has(code)) assert.ok(!(decoded instanceof DecodeError) && decoded.type === known.get(code));
    else assert.ok(decoded instanceof DecodeError && decoded.offset === 0);
  }
});

Deno.test("[NF-3] frame: bit 0 is gzip, bits 1 and 2 the priority, the others are refused", () => {
  assert.deepEqual(PRIORITIES, ["low", "medium", "high", "critical"]);
  for (let flags = 0; flags < 256; flags++) {
    const bytes = bytesOf(u8(1), u8(flags), u16LE(0), u32LE(1), f64LE(1), [7]);
    const decoded = decodeOrError(decodeNetworkFrame, bytes);
    if (flags > 7) {
      assert.ok(decoded instanceof DecodeError && decoded.offset === 1);
      continue;
    }
    assert.ok(!(decoded instanceof DecodeError));
    assert.deepEqual([decoded.packing, decoded.priority], [flags % 2 === 1 ? "gzip" : "none", PRIORITIES[flags >> 1]]);
    assert.deepEqual(encodeNetworkFrame(decoded), bytes);
  }
});

Deno.test("[NF-4] frame: the length is that of the frame", () => {
  for (let length = 0; length < VOICE_BYTES.length; length++) {
    assert.ok(decodeOrError(decodeNetworkFrame, VOICE_BYTES.subarray(0, length)) instanceof DecodeError, `${length}`);
  }
  const error = decodeOrError(decodeNetworkFrame, bytesOf([...VOICE_BYTES], [0]));
  assert.ok(error instanceof DecodeError);
  assert.equal(error.message, "network: expected a payload length of 4 at byte 4, found 3");
});

Deno.test("[NF-4] frame: a length that lies allocates nothing, and 1 MiB is the most", () => {
  for (const length of [2, 1_048_577, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    assert.equal(refusedAt(u8(1), u8(0), u16LE(0), u32LE(length), f64LE(1), [7]), 4);
  }
  assert.equal(NETWORK_MAX_PAYLOAD_BYTES, 1_048_576);
  const frame = { ...VOICE, payload: new Uint8Array(1_048_576) };
  assert.equal(decodeNetworkFrame(encodeNetworkFrame(frame)).payload.length, 1_048_576);
  assert.throws(() => encodeNetworkFrame({ ...VOICE, payload: new Uint8Array(1_048_577) }), RangeError);
  const longer = new Uint8Array(16 + 1_048_577);
  longer.set(bytesOf(u8(1), u8(0), u16LE(0), u32LE(1_048_577), f64LE(1)));
  assert.ok(decodeOrError(decodeNetworkFrame, longer) instanceof DecodeError);
});

Deno.test("[NF-5] frame: reserved bytes are 0, a timestamp is finite and 0 or more", () => {
  for (const reserved of [1, 0x100, 0xffff]) {
    assert.equal(refusedAt(u8(1), u8(0), u16LE(reserved), u32LE(0), f64LE(1)), 2);
  }
  const infinity = [0, 0, 0, 0, 0, 0, 0xf0, 0x7f], notANumber = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
  for (const timestamp of [infinity, notANumber, f64LE(-1)]) {
    assert.equal(refusedAt(u8(1), u8(0), u16LE(0), u32LE(0), timestamp), 8);
  }
  for (const timestampMs of [NaN, Infinity, -1]) {
    assert.throws(() => encodeNetworkFrame({ ...VOICE, timestampMs }), RangeError);
  }
});

Deno.test("[NF-6] frame: ping, pong and close have neither payload nor gzip", () => {
  for (const [type, code] of [["ping", 0x20], ["pong", 0x21], ["close", 0x22]] as const) {
    assert.equal(refusedAt(u8(code), u8(1), u16LE(0), u32LE(0), f64LE(1)), 1);
    assert.equal(refusedAt(u8(code), u8(0), u16LE(0), u32LE(1), f64LE(1), [0]), 4);
    const empty = new Uint8Array(0);
    assert.throws(() => encodeNetworkFrame({ ...VOICE, type }), RangeError);
    assert.throws(() => encodeNetworkFrame({ ...VOICE, type, payload: empty, packing: "gzip" }), RangeError);
    assert.equal(encodeNetworkFrame({ ...VOICE, type, payload: empty }).length, 16);
  }
});

Deno.test("[NF-7] frame: the payload is a view, wherever the bytes lie", () => {
  for (const offset of [1, 2, 3, 7]) {
    const bytes = embedded(VOICE_BYTES, offset), { payload } = decodeNetworkFrame(bytes);
    assert.equal(payload.buffer, bytes.buffer);
    assert.equal(payload.byteOffset, offset + 16);
    bytes[16] = 0x11;
    assert.equal(payload[0], 0x11);
  }
});

Deno.test("[NF-4] frame: a changed byte gives another frame of the same size, or a DecodeError", () => {
  for (const flipped of singleByteFlips(VOICE_BYTES)) {
    const decoded = decodeOrError(decodeNetworkFrame, flipped);
    if (!(decoded instanceof DecodeError)) assert.deepEqual(encodeNetworkFrame(decoded), flipped);
  }
});

Deno.test("[NF-1] frame: too little room is the caller's mistake, and nothing is written", () => {
  const out = new Uint8Array(18).fill(0xa5);
  assert.throws(() => encodeNetworkFrameInto(VOICE, out), RangeError);
  assert.ok(out.every((byte) => byte === 0xa5));
  const roomy = new Uint8Array(21).fill(0xa5);
  assert.equal(encodeNetworkFrameInto(VOICE, roomy), 19);
  assert.deepEqual(roomy, bytesOf([...VOICE_BYTES], [0xa5, 0xa5]));
});

Deno.test("[NF-1] frame: what is encoded is decoded", () => {
  const frames = fc.record({
    type: fc.constantFrom<NetworkType>(
      "nodeUpdate",
      "voiceFrame",
      "ssspUpdate",
      "settingsUpdate",
      "agentStatus",
      "error",
    ),
    priority: fc.constantFrom(...PRIORITIES),
    packing: fc.constantFrom("none" as const, "gzip" as const),
    timestampMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    payload: fc.uint8Array({ maxLength: 100 }),
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(frames, (frame) => assert.deepEqual(decodeNetworkFrame(encodeNetworkFrame(frame)), frame)),
    { seed: 1, numRuns: 500 },
  );
});
