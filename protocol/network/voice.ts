/**
 * VOICE_FRAME, after the header:
 *
 * | offset | field | type |
 * |---|---|---|
 * | 16 | speaker: number of a connection; 0 on the way to the server | u32 |
 * | 20 | a packet of voice, see `protocol/voice.ts` | bytes |
 */
import { viewOf } from "../bytes.ts";
import { DecodeError } from "../codec.ts";
import { decodeVoice, encodeVoiceInto, type Voice, VOICE_BOUNDS, VOICE_HEADER_BYTES, voiceBytes } from "../voice.ts";
import { encodeNetworkFrame, NETWORK_HEADER_BYTES, type NetworkFrame, type Priority } from "./frame.ts";

const SPEAKER_BYTES = 4;
export const VOICE_FRAME_MAX_BYTES = NETWORK_HEADER_BYTES + SPEAKER_BYTES + VOICE_HEADER_BYTES +
  VOICE_BOUNDS.audioBytes;

export interface SpokenVoice {
  /** Number of the connection that speaks; 0 on the way to the server, which knows. */
  readonly speaker: number;
  readonly voice: Voice;
}

export interface VoiceFrameStamp {
  /** Milliseconds since 1970 at the speaker's. */
  readonly timestampMs: number;
  readonly priority: Priority;
}

function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("network", NETWORK_HEADER_BYTES + offset, expected, String(found));
}

/** The whole frame. @throws {RangeError} when a field is beyond its bound. */
export function encodeVoiceFrame(
  { speaker, voice }: SpokenVoice,
  { timestampMs, priority }: VoiceFrameStamp,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(speaker) || speaker < 0 || speaker > 0xffff_ffff) {
    throw new RangeError(`Cannot write speaker ${speaker}: it is a number of 32 bits.`);
  }
  const payload = new Uint8Array(SPEAKER_BYTES + voiceBytes(voice));
  viewOf(payload).setUint32(0, speaker, true);
  encodeVoiceInto(voice, payload.subarray(SPEAKER_BYTES));
  return encodeNetworkFrame({ type: "voiceFrame", priority, packing: "none", timestampMs, payload });
}

/**
 * What a VOICE_FRAME carries. Shape: `audio` is a copy.
 * @throws {DecodeError} for a packed payload, a cut one, or a field beyond its bound.
 */
export function decodeVoicePayload({ packing, payload }: Pick<NetworkFrame, "packing" | "payload">): SpokenVoice {
  if (packing !== "none") throw new DecodeError("network", 1, "voice that is not packed", packing);
  if (payload.byteLength < SPEAKER_BYTES) fail(payload.byteLength, "a speaker of 4 bytes", payload.byteLength);
  const speaker = viewOf(payload).getUint32(0, true);
  const voice = decodeVoice(
    payload.subarray(SPEAKER_BYTES),
    (offset, expected, found) => fail(SPEAKER_BYTES + offset, expected, found),
  );
  return { speaker, voice };
}
