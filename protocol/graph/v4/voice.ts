/**
 * VoiceData, after the header:
 *
 * | offset | field | type |
 * |---|---|---|
 * | 4 | a packet of voice, see `protocol/voice.ts` | bytes |
 */
import { viewOf } from "../../bytes.ts";
import { decodeVoice, encodeVoiceInto, type Voice, voiceBytes } from "../../voice.ts";
import { fail, requireFlags, V4_HEADER_BYTES, V4_TYPE, writeHeader } from "./header.ts";

export interface VoiceData extends Voice {
  readonly type: "voiceData";
}

/** @throws {RangeError} when a field is beyond its bound. */
export function encodeVoiceData(voice: Voice): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(V4_HEADER_BYTES + voiceBytes(voice));
  writeHeader(viewOf(out), V4_TYPE.voiceData, 0);
  encodeVoiceInto(voice, out.subarray(V4_HEADER_BYTES));
  return out;
}

/** Shape: `audio` is a copy. */
export function decodeVoiceData(view: DataView, flags: number): VoiceData {
  requireFlags(flags, 0);
  const packet = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).subarray(V4_HEADER_BYTES);
  const failAt = (offset: number, expected: string, found: string | number) =>
    fail(V4_HEADER_BYTES + offset, expected, found);
  return { type: "voiceData", ...decodeVoice(packet, failAt) };
}
