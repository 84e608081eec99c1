/**
 * Typed frames: a 16-byte header, then the payload; little-endian.
 *
 * | offset | field | type |
 * |---|---|---|
 * | 0 | frame type | u8 |
 * | 1 | flags: bit 0 gzip, bits 1–2 priority, others 0 | u8 |
 * | 2 | reserved = 0 | u16 |
 * | 4 | payload length n | u32 |
 * | 8 | timestamp, ms | f64 |
 * | 16 | payload | n bytes |
 */
import { requireRoom, viewOf } from "../bytes.ts";
import { DecodeError } from "../codec.ts";

export const NETWORK_HEADER_BYTES = 16;
export const NETWORK_MAX_PAYLOAD_BYTES = 1_048_576;

export const NETWORK_TYPE = {
  nodeUpdate: 0x01,
  voiceFrame: 0x02,
  ssspUpdate: 0x03,
  settingsUpdate: 0x10,
  agentStatus: 0x11,
  error: 0x12,
  ping: 0x20,
  pong: 0x21,
  close: 0x22,
} as const;
export type NetworkType = keyof typeof NETWORK_TYPE;

export const NETWORK_FLAG = { gzip: 0x01, priorityShift: 1, priorityMask: 0x06 } as const;

/** By their number on the wire. */
export const PRIORITIES = ["low", "medium", "high", "critical"] as const;
export type Priority = typeof PRIORITIES[number];

export interface NetworkFrame {
  readonly type: NetworkType;
  readonly priority: Priority;
  /** How the payload is packed; the frame codec neither packs nor unpacks it. */
  readonly packing: "none" | "gzip";
  /** Milliseconds since 1970, 0 or more; a pong carries that of its ping. */
  readonly timestampMs: number;
  /** Empty for ping, pong and close. */
  readonly payload: Uint8Array;
}

const TYPES = new Map<number, NetworkType>([
  [NETWORK_TYPE.nodeUpdate, "nodeUpdate"],
  [NETWORK_TYPE.voiceFrame, "voiceFrame"],
  [NETWORK_TYPE.ssspUpdate, "ssspUpdate"],
  [NETWORK_TYPE.settingsUpdate, "settingsUpdate"],
  [NETWORK_TYPE.agentStatus, "agentStatus"],
  [NETWORK_TYPE.error, "error"],
  [NETWORK_TYPE.ping, "ping"],
  [NETWORK_TYPE.pong, "pong"],
  [NETWORK_TYPE.close, "close"],
]);

function isControl(type: NetworkType): boolean {
  return type === "ping" || type === "pong" || type === "close";
}

function requireValid({ type, packing, timestampMs, payload }: NetworkFrame): void {
  if (isControl(type) && (payload.byteLength > 0 || packing !== "none")) {
    throw new RangeError(`Cannot send a payload with ${type}: it has none.`);
  }
  if (payload.byteLength > NETWORK_MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `Cannot send ${payload.byteLength} bytes in a frame: ${NETWORK_MAX_PAYLOAD_BYTES} is the most.`,
    );
  }
  if (!(timestampMs >= 0 && timestampMs < Infinity)) {
    throw new RangeError(`Cannot send the timestamp ${timestampMs}: it is not a time in milliseconds.`);
  }
}

/** Writes from the start of `out` and returns the number of bytes. */
export function encodeNetworkFrameInto(frame: NetworkFrame, out: Uint8Array): number {
  requireValid(frame);
  const { type, priority, packing, timestampMs, payload } = frame;
  const length = NETWORK_HEADER_BYTES + payload.byteLength;
  requireRoom(out.byteLength, length, "bytes");
  const view = viewOf(out);
  const gzip = packing === "gzip" ? NETWORK_FLAG.gzip : 0;
  view.setUint8(0, NETWORK_TYPE[type]); // 0
  view.setUint8(1, gzip | PRIORITIES.indexOf(priority) << NETWORK_FLAG.priorityShift);
  view.setUint16(2, 0, true);
  view.setUint32(4, payload.byteLength, true);
  view.setFloat64(8, timestampMs, true);
  out.set(payload, NETWORK_HEADER_BYTES);
  return length;
}

export function encodeNetworkFrame(frame: NetworkFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(NETWORK_HEADER_BYTES + frame.payload.byteLength);
  encodeNetworkFrameInto(frame, out);
  return out;
}

function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("network", offset, expected, String(found));
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

function readPayload(view: DataView, bytes: Uint8Array): Uint8Array {
  const length = view.getUint32(4, true), left = bytes.byteLength - NETWORK_HEADER_BYTES;
  if (length > NETWORK_MAX_PAYLOAD_BYTES) fail(4, `a payload of at most ${NETWORK_MAX_PAYLOAD_BYTES} bytes`, length);
  if (length !== left) fail(4, `a payload length of ${left}`, length);
  return bytes.subarray(NETWORK_HEADER_BYTES);
}

/**
 * The payload is a view of `bytes`, not a copy: who keeps it longer than `bytes` copies it.
 * @throws {DecodeError} for an unknown type or flag, or a length that is not that of the frame.
 */
export function decodeNetworkFrame(bytes: Uint8Array): NetworkFrame {
  if (bytes.byteLength < NETWORK_HEADER_BYTES) {
    fail(0, `a header of ${NETWORK_HEADER_BYTES} bytes`, `${bytes.byteLength} bytes`);
  }
  const view = viewOf(bytes), flags = view.getUint8(1), reserved = view.getUint16(2, true);
  const type = TYPES.get(view.getUint8(0)) ?? fail(0, "a known frame type", hex(view.getUint8(0)));
  if ((flags & ~(NETWORK_FLAG.gzip | NETWORK_FLAG.priorityMask)) !== 0) fail(1, "no flags but 0x07", hex(flags));
  if (reserved !== 0) fail(2, "reserved bytes 0", hex(reserved));
  const packing = (flags & NETWORK_FLAG.gzip) !== 0 ? "gzip" : "none";
  const payload = readPayload(view, bytes), timestampMs = view.getFloat64(8, true);
  if (isControl(type) && packing !== "none") fail(1, `no gzip in ${type}`, hex(flags));
  if (isControl(type) && payload.byteLength > 0) fail(4, `no payload in ${type}`, `${payload.byteLength} bytes`);
  if (!(timestampMs >= 0 && timestampMs < Infinity)) fail(8, "a time in milliseconds", timestampMs);
  const priority = PRIORITIES[(flags & NETWORK_FLAG.priorityMask) >> NETWORK_FLAG.priorityShift];
  return { type, priority, packing, timestampMs, payload };
}
