/** What a Q1 reader sends back. */
import { viewOf } from "../../bytes.ts";
import { fail, Q1_KIND, Q1_VERSION, u32At } from "./header.ts";

export const Q1_ACK_BYTES = 8;
export const Q1_ACK_FLAG = { needsKeyframe: 1 } as const;

export interface Q1Ack {
  /** The newest frame that was shown; 0 before the first. */
  readonly sequence: number;
  /** How many frames after that one may be on their way, 0 … 255; 0 pauses. */
  readonly credit: number;
  /** The reader holds nothing that a delta could start from. */
  readonly needsKeyframe: boolean;
}

export function encodeAck({ sequence, credit, needsKeyframe }: Q1Ack): Uint8Array<ArrayBuffer> {
  if (!(Number.isInteger(credit) && credit >= 0 && credit <= 255)) {
    throw new RangeError(`Cannot grant a credit of ${credit}: it goes from 0 to 255.`);
  }
  const out = new Uint8Array(Q1_ACK_BYTES);
  out[0] = Q1_VERSION;
  out[1] = Q1_KIND.ack;
  out[2] = needsKeyframe ? Q1_ACK_FLAG.needsKeyframe : 0;
  out[3] = credit;
  viewOf(out).setUint32(4, sequence, true);
  return out;
}

/** @throws {DecodeError} for anything but the eight bytes of an acknowledgement. */
export function decodeAck(bytes: Uint8Array): Q1Ack {
  if (bytes.length !== Q1_ACK_BYTES) {
    fail(Math.min(bytes.length, Q1_ACK_BYTES), `${Q1_ACK_BYTES} bytes`, `${bytes.length} bytes`);
  }
  if (bytes[0] !== Q1_VERSION) fail(0, `version ${Q1_VERSION}`, bytes[0]);
  if (bytes[1] !== Q1_KIND.ack) fail(1, `kind ${Q1_KIND.ack}`, bytes[1]);
  if ((bytes[2] & ~Q1_ACK_FLAG.needsKeyframe) !== 0) fail(2, "no flags but bit 0", bytes[2]);
  return { sequence: u32At(bytes, 4), credit: bytes[3], needsKeyframe: bytes[2] === Q1_ACK_FLAG.needsKeyframe };
}
