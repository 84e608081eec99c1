/**
 * VoiceData, after the header:
 *
 * | offset | field | type |
 * |---|---|---|
 * | 4 | codec: 0 PCM s16, 1 Opus | u8 |
 * | 5 | channels, 1 or 2 | u8 |
 * | 6 | sequence, wraps around | u16 |
 * | 8 | sample rate, Hz | u32 |
 * | 12 | audio | bytes |
 */
import { viewOf } from "../../bytes.ts";
import { fail, requireFlags, V4_HEADER_BYTES, V4_TYPE, writeHeader } from "./header.ts";

export const VOICE_HEADER_BYTES = 8;
const AUDIO_AT = V4_HEADER_BYTES + VOICE_HEADER_BYTES;
export const VOICE_BOUNDS = { audioBytes: 65_536, channels: 2, minSampleRate: 8_000, maxSampleRate: 192_000 };
/** The rates Opus runs at. Source: RFC 6716, 2. */
const OPUS_RATES = [8_000, 12_000, 16_000, 24_000, 48_000];
const CODECS = ["pcm", "opus"] as const;

export type VoiceCodec = typeof CODECS[number];

export interface Voice {
  readonly codec: VoiceCodec;
  readonly channels: number;
  /** Counts the packets of one speaker, 0…65535 and around. */
  readonly sequence: number;
  /** Hz. */
  readonly sampleRate: number;
  readonly audio: Uint8Array;
}

export interface VoiceData extends Voice {
  readonly type: "voiceData";
}

interface Problem {
  readonly offset: number;
  readonly expected: string;
  readonly found: string | number;
}

function problemWith({ codec, channels, sampleRate, audio }: Omit<Voice, "sequence">): Problem | undefined {
  const { audioBytes, minSampleRate, maxSampleRate } = VOICE_BOUNDS;
  if (channels !== 1 && channels !== 2) return { offset: 5, expected: "1 or 2 channels", found: channels };
  if (codec === "opus" && !OPUS_RATES.includes(sampleRate)) {
    return { offset: 8, expected: `a sample rate of Opus: ${OPUS_RATES.join(", ")}`, found: sampleRate };
  }
  if (!Number.isInteger(sampleRate) || sampleRate < minSampleRate || sampleRate > maxSampleRate) {
    return { offset: 8, expected: `a sample rate from ${minSampleRate} to ${maxSampleRate}`, found: sampleRate };
  }
  if (audio.length < 1 || audio.length > audioBytes) {
    return { offset: AUDIO_AT, expected: `1 to ${audioBytes} bytes of audio`, found: audio.length };
  }
  if (codec === "pcm" && audio.length % (2 * channels) !== 0) {
    return { offset: AUDIO_AT, expected: `whole samples of ${2 * channels} bytes`, found: `${audio.length} bytes` };
  }
  return undefined;
}

/** @throws {RangeError} when a field is beyond its bound. */
export function encodeVoiceData(voice: Voice): Uint8Array<ArrayBuffer> {
  const problem = problemWith(voice), { sequence } = voice;
  if (problem !== undefined) {
    throw new RangeError(`Cannot write this voice packet: expected ${problem.expected}, found ${problem.found}.`);
  }
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > 0xffff) {
    throw new RangeError(`Cannot write sequence ${sequence}: it counts from 0 to 65535 and around.`);
  }
  const out = new Uint8Array(AUDIO_AT + voice.audio.length), view = viewOf(out);
  writeHeader(view, V4_TYPE.voiceData, 0);
  view.setUint8(4, CODECS.indexOf(voice.codec));
  view.setUint8(5, voice.channels);
  view.setUint16(6, sequence, true);
  view.setUint32(8, voice.sampleRate, true);
  out.set(voice.audio, AUDIO_AT);
  return out;
}

/** Shape: `audio` is a copy. */
export function decodeVoiceData(view: DataView, flags: number): VoiceData {
  requireFlags(flags, 0);
  if (view.byteLength < AUDIO_AT) fail(view.byteLength, `a voice header of ${AUDIO_AT} bytes`, view.byteLength);
  const tag = view.getUint8(4);
  if (tag >= CODECS.length) fail(4, "codec 0 or 1", tag);
  const received = new Uint8Array(view.buffer, view.byteOffset + AUDIO_AT, view.byteLength - AUDIO_AT);
  const voice = {
    codec: CODECS[tag],
    channels: view.getUint8(5),
    sequence: view.getUint16(6, true),
    sampleRate: view.getUint32(8, true),
  };
  const problem = problemWith({ ...voice, audio: received });
  if (problem !== undefined) fail(problem.offset, problem.expected, problem.found);
  return { type: "voiceData", ...voice, audio: received.slice() };
}
