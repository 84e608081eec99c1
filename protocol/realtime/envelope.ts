/**
 * Binary messages of the realtime service; little-endian.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | message type, 1 to 4 | u8 |
 * | 1 | payload length n | u32 |
 * | 5 | payload | n bytes |
 */
import { requireRoom, viewOf } from "../bytes.ts";
import { DecodeError } from "../codec.ts";

export const ENVELOPE_HEADER_BYTES = 5;
/** Of the whole message, header included. */
export const ENVELOPE_MAX_BYTES = 65_536;
export const ENVELOPE_MAX_PAYLOAD_BYTES = ENVELOPE_MAX_BYTES - ENVELOPE_HEADER_BYTES;

export const ENVELOPE_TYPE = { broadcast: 0x01, direct_message: 0x02, file_transfer: 0x03, stream_data: 0x04 } as const;
export type EnvelopeType = keyof typeof ENVELOPE_TYPE;

/** By number; `stream_data` is the last. */
export const ENVELOPE_TYPES = ["broadcast", "direct_message", "file_transfer", "stream_data"] as const;

export interface Envelope {
  readonly type: EnvelopeType;
  readonly payload: Uint8Array;
}

/** Writes from the start of `out` and returns the number of bytes. */
export function encodeEnvelopeInto({ type, payload }: Envelope, out: Uint8Array): number {
  const length = ENVELOPE_HEADER_BYTES + payload.byteLength;
  if (length > ENVELOPE_MAX_BYTES) {
    throw new RangeError(`Cannot send ${length} bytes in an envelope: ${ENVELOPE_MAX_BYTES} is the most.`);
  }
  requireRoom(out.byteLength, length, "bytes");
  const view = viewOf(out);
  view.setUint8(0, ENVELOPE_TYPE[type]); // 0
  view.setUint32(1, payload.byteLength, true);
  out.set(payload, ENVELOPE_HEADER_BYTES);
  return length;
}

export function encodeEnvelope(envelope: Envelope): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(ENVELOPE_HEADER_BYTES + envelope.payload.byteLength);
  encodeEnvelopeInto(envelope, out);
  return out;
}

/**
 * The payload is a view of `bytes`, not a copy: who keeps it longer than `bytes` copies it.
 * @throws {DecodeError} for an unknown type, or a length that is not that of the message.
 */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const fail = (offset: number, expected: string, found: string): never => {
    throw new DecodeError("envelope", offset, expected, found);
  };
  if (bytes.byteLength < ENVELOPE_HEADER_BYTES) {
    return fail(0, `a header of ${ENVELOPE_HEADER_BYTES} bytes`, `${bytes.byteLength} bytes`);
  }
  if (bytes.byteLength > ENVELOPE_MAX_BYTES) {
    return fail(ENVELOPE_MAX_BYTES, `at most ${ENVELOPE_MAX_BYTES} bytes`, `${bytes.byteLength} bytes`);
  }
  const view = viewOf(bytes), code = view.getUint8(0), length = view.getUint32(1, true);
  const type = ENVELOPE_TYPES.find((name) => ENVELOPE_TYPE[name] === code);
  if (type === undefined) return fail(0, "message type 1 to 4", String(code));
  const left = bytes.byteLength - ENVELOPE_HEADER_BYTES;
  if (length !== left) return fail(1, `a payload length of ${left}`, String(length));
  return { type, payload: bytes.subarray(ENVELOPE_HEADER_BYTES) };
}

/** `sha256:` and the digest of the payload in lower-case hex, as `Status binary_received` reports it. */
export async function checksumOf(payload: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", payload.slice()));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
