/**
 * A packet of voice, alike in V4 and in typed frames; little-endian.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | codec: 0 PCM s16, 1 Opus | u8 |
 * | 1 | channels, 1 or 2 | u8 |
 * | 2 | sequence, wraps around | u16 |
 * | 4 | sample rate, Hz | u32 |
 * | 8 | audio | bytes |
 */
import { viewOf } from "./bytes.ts";

export const VOICE_HEADER_BYTES = 8;
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

/** What is wrong with a packet. Units: `offset` counts from the packet's first byte. */
export type VoiceFault = (offset: number, expected: string, found: string | number) => never;

interface Problem {
  readonly offset: number;
  readonly expected: string;
  readonly found: string | number;
}

function problemWith({ codec, channels, sampleRate, audio }: Omit<Voice, "sequence">): Problem | undefined {
  const { audioBytes, minSampleRate, maxSampleRate } = VOICE_BOUNDS;
  if (channels !== 1 && channels !== 2) return { offset: 1, expected: "1 or 2 channels", found: channels };
  if (codec === "opus" && !OPUS_RATES.includes(sampleRate)) {
    return { offset: 4, expected: `a sample rate of Opus: ${OPUS_RATES.join(", ")}`, found: sampleRate };
  }
  if (!Number.isInteger(sampleRate) || sampleRate < minSampleRate || sampleRate > maxSampleRate) {
    return { offset: 4, expected: `a sample rate from ${minSampleRate} to ${maxSampleRate}`, found: sampleRate };
  }
  if (audio.length < 1 || audio.length > audioBytes) {
    return { offset: VOICE_HEADER_BYTES, expected: `1 to ${audioBytes} bytes of audio`, found: audio.length };
  }
  if (codec === "pcm" && audio.length % (2 * channels) !== 0) {
    const expected = `whole samples of ${2 * channels} bytes`;
    return { offset: VOICE_HEADER_BYTES, expected, found: `${audio.length} bytes` };
  }
  return undefined;
}

export function voiceBytes({ audio }: Pick<Voice, "audio">): number {
  return VOICE_HEADER_BYTES + audio.length;
}

/** Writes the packet at the start of `out`. @throws {RangeError} when a field is beyond its bound. */
export function encodeVoiceInto(voice: Voice, out: Uint8Array): void {
  const problem = problemWith(voice), { sequence } = voice;
  if (problem !== undefined) {
    throw new RangeError(`Cannot write this voice packet: expected ${problem.expected}, found ${problem.found}.`);
  }
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > 0xffff) {
    throw new RangeError(`Cannot write sequence ${sequence}: it counts from 0 to 65535 and around.`);
  }
  const view = viewOf(out);
  view.setUint8(0, CODECS.indexOf(voice.codec));
  view.setUint8(1, voice.channels);
  view.setUint16(2, sequence, true);
  view.setUint32(4, voice.sampleRate, true);
  out.set(voice.audio, VOICE_HEADER_BYTES);
}

/** The packet that `bytes` are; `fail` says in its dialect what is wrong with one. Shape: `audio` is a copy. */
export function decodeVoice(bytes: Uint8Array, fail: VoiceFault): Voice {
  const length = bytes.byteLength, view = viewOf(bytes);
  if (length < VOICE_HEADER_BYTES) fail(length, `a voice header of ${VOICE_HEADER_BYTES} bytes`, `${length} bytes`);
  const tag = view.getUint8(0);
  if (tag >= CODECS.length) fail(0, "codec 0 or 1", tag);
  const voice = {
    codec: CODECS[tag],
    channels: view.getUint8(1),
    sequence: view.getUint16(2, true),
    sampleRate: view.getUint32(4, true),
  };
  const audio = bytes.subarray(VOICE_HEADER_BYTES), problem = problemWith({ ...voice, audio });
  if (problem !== undefined) fail(problem.offset, problem.expected, problem.found);
  return { ...voice, audio: audio.slice() };
}
