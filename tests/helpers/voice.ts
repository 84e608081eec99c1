/** What tests of voice say and hear. */
import { decodeNetworkFrame, type NetworkFrame } from "../../protocol/network/frame.ts";
import { type NetworkPayload, parseNetworkPayload } from "../../protocol/network/payload.ts";
import { encodeVoiceFrame } from "../../protocol/network/voice.ts";
import { parseRoomState, type RoomState } from "../../protocol/network/voice_room.ts";
import type { Voice } from "../../protocol/voice.ts";
import { bytesOf, f64LE, u32LE } from "./codec_suite.ts";

export type Message = Uint8Array | string;

export function opus(sequence: number, audio: readonly number[] = [0xf8, 0xff, 0xfe]): Voice {
  return { codec: "opus", channels: 1, sequence, sampleRate: 48_000, audio: Uint8Array.from(audio) };
}

/** What a client says. */
export function said(voice: Voice, { speaker = 0, timestampMs = 100 } = {}): Uint8Array<ArrayBuffer> {
  return encodeVoiceFrame({ speaker, voice }, { timestampMs, priority: "critical" });
}

/** The documented packet: Opus, mono, 258, 48,000 Hz. */
const PACKET = [0x01, 0x01, 0x02, 0x01, 0x80, 0xbb, 0x00, 0x00, 0xf8, 0xff, 0xfe];

/** The documented packet as a typed frame, composed by hand. */
export function typedBytes(speaker: number, timestampMs = 100): Uint8Array<ArrayBuffer> {
  return bytesOf([0x02, 0x06, 0, 0], u32LE(15), f64LE(timestampMs), u32LE(speaker), PACKET);
}

/** The documented packet as a V4 message, composed by hand. */
export const V4_BYTES = bytesOf([0x04, 0x07, 0x00, 0x00], PACKET);

/** A frame of one of these types, for `SocketClient.next`. */
export const frameOf = (...types: readonly NetworkFrame["type"][]) => (message: Message): NetworkFrame | undefined => {
  const frame = typeof message === "string" ? undefined : decodeNetworkFrame(message);
  return frame !== undefined && types.includes(frame.type) ? frame : undefined;
};

/** The bytes of a VOICE_FRAME, or of a VoiceData. */
export const voiceOf = (message: Message): Uint8Array | undefined => {
  if (typeof message === "string") return undefined;
  return message[0] === 0x02 || (message[0] === 0x04 && message[1] === 0x07) ? message : undefined;
};

export type ErrorPayload = Extract<NetworkPayload, { type: "error" }>;

export const errorFrame = (message: Message): ErrorPayload | undefined => {
  const frame = frameOf("error")(message);
  const payload = frame && parseNetworkPayload("error", frame.payload);
  return payload?.type === "error" ? payload : undefined;
};

/** The next room that is as `wanted` says. */
export const roomWhere = (wanted: (room: RoomState) => boolean) => (message: Message): RoomState | undefined => {
  const room = typeof message === "string" ? parseRoomState(message) : undefined;
  return room !== undefined && wanted(room) ? room : undefined;
};
