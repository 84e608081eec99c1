import { DecodeError } from "../../codec.ts";

export const V4_VERSION = 4;
export const V4_HEADER_BYTES = 4;

export const V4_TYPE = {
  fullGraph: 0x01,
  positionUpdate: 0x02,
  nodeSelect: 0x03,
  nodeDrag: 0x04,
  heartbeat: 0x05,
  filterUpdate: 0x06,
  voiceData: 0x07,
};

export const V4_FLAG = {
  /** The payload is compressed, "deflate-raw". */
  deflated: 0x01,
  /** PositionUpdate: every node of the last FullGraph, a point from which deltas may be read. */
  keyframe: 0x02,
  /** PositionUpdate: only nodes that moved; the others stay where they were. */
  delta: 0x04,
  /** The payload goes on in the next message of the same type. */
  moreFragments: 0x08,
  dragStart: 0x10,
  dragEnd: 0x20,
  reply: 0x80,
};

/** How a message travels, not what it says: taken off by `FragmentAssembler` and `inflateV4` before `decodeV4`. */
export const TRANSFER_FLAGS = V4_FLAG.deflated | V4_FLAG.moreFragments;

/**
 * Types that may be deflated or cut: they can be long, and their payload tells its own end, so that a deflate stream
 * that was cut short (not every runtime's inflater minds) is refused when it is decoded.
 */
const LONG_TYPES = [V4_TYPE.fullGraph, V4_TYPE.positionUpdate, V4_TYPE.filterUpdate];

export function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("v4", offset, expected, String(found));
}

export const hex = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;

export function writeHeader(view: DataView, type: number, flags: number): void {
  view.setUint8(0, V4_VERSION);
  view.setUint8(1, type);
  view.setUint8(2, flags);
  view.setUint8(3, 0);
}

export function readHeader(view: DataView): { type: number; flags: number } {
  if (view.byteLength < V4_HEADER_BYTES) fail(0, `a header of ${V4_HEADER_BYTES} bytes`, `${view.byteLength} bytes`);
  if (view.getUint8(0) !== V4_VERSION) fail(0, `version ${V4_VERSION}`, view.getUint8(0));
  if (view.getUint8(3) !== 0) fail(3, "reserved byte 0", view.getUint8(3));
  return { type: view.getUint8(1), flags: view.getUint8(2) };
}

/** The header of a message that may be deflated or a fragment. */
export function readTransferHeader(view: DataView): { type: number; flags: number } {
  const { type, flags } = readHeader(view);
  if ((flags & TRANSFER_FLAGS) !== 0) requireLong(type);
  return { type, flags };
}

/** The flags of a message that is about to be deflated or cut. */
export function readPlainHeader(view: DataView): { flags: number } {
  const { type, flags } = readHeader(view);
  requireLong(type);
  return { flags };
}

function requireLong(type: number): void {
  if (!LONG_TYPES.includes(type)) fail(1, "a type that may be deflated or cut: 0x01, 0x02 or 0x06", hex(type));
}

export function requireFlags(flags: number, allowed: number): void {
  if ((flags & ~allowed) !== 0) fail(2, `no flags but ${hex(allowed)}`, hex(flags));
}

export function requireLength(view: DataView, length: number): void {
  if (view.byteLength !== length) fail(Math.min(view.byteLength, length), `${length} bytes in all`, view.byteLength);
}
