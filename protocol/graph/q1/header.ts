/** The fields that every Q1 message begins with, and which frames a reader holds after it. */
import { DecodeError } from "../../codec.ts";

export const Q1_VERSION = 1;
export const Q1_KIND = { keyframe: 1, delta: 2, ack: 3 } as const;

/** Where the fields lie. */
export const AT = {
  version: 0,
  kind: 1,
  weight: 2,
  reserved: 3,
  generation: 4,
  sequence: 8,
  count: 12,
  low: 16,
  quantum: 28,
  steps: 32,
  base: 16,
  earlier: 20,
  body: 24,
} as const;

/** x, y and z in 16 bits each. */
export const Q1_NODE_BYTES = 6;
export const keyframeLength = (count: number): number => AT.steps + Q1_NODE_BYTES * count;

export function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("q1", offset, expected, String(found));
}

/** Reads without a view of its own, so that a frame is decoded without an allocation. */
export function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
}

const float = new DataView(new ArrayBuffer(4));

export function f32At(bytes: Uint8Array, at: number): number {
  float.setUint32(0, u32At(bytes, at));
  return float.getFloat32(0);
}

/** Proves that a frame's header is there and is one; returns its kind. */
export function frameKind(bytes: Uint8Array): 1 | 2 {
  if (bytes.length < AT.count + 4) fail(0, `a header of ${AT.count + 4} bytes`, `${bytes.length} bytes`);
  if (bytes[AT.version] !== Q1_VERSION) fail(AT.version, `version ${Q1_VERSION}`, bytes[AT.version]);
  if (bytes[AT.reserved] !== 0) fail(AT.reserved, "reserved byte 0", bytes[AT.reserved]);
  const kind = bytes[AT.kind];
  if (kind === Q1_KIND.keyframe) {
    if (bytes[AT.weight] !== 0) fail(AT.weight, "weight 0 in a keyframe", bytes[AT.weight]);
    return kind;
  }
  if (kind !== Q1_KIND.delta) return fail(AT.kind, "kind 1 or 2", kind);
  if (bytes.length < AT.body) fail(AT.base, `a delta header of ${AT.body} bytes`, `${bytes.length} bytes`);
  return kind;
}

export interface Q1Header {
  readonly kind: "keyframe" | "delta";
  readonly generation: number;
  readonly sequence: number;
  readonly count: number;
}

/** What a frame says of itself, for whoever has to make room for it. @throws {DecodeError} */
export function peekQ1(bytes: Uint8Array): Q1Header {
  return {
    kind: frameKind(bytes) === Q1_KIND.keyframe ? "keyframe" : "delta",
    generation: u32At(bytes, AT.generation),
    sequence: u32At(bytes, AT.sequence),
    count: u32At(bytes, AT.count),
  };
}

/** The sequences of the two frames that a reader predicts from; the same one twice after a keyframe. */
export interface Q1Held {
  readonly generation: number;
  readonly base: number;
  readonly earlier: number;
}

/** What a reader holds once it has decoded this message. @throws {DecodeError} */
export function heldAfter(bytes: Uint8Array): Q1Held {
  const { kind, generation, sequence } = peekQ1(bytes);
  return { generation, base: sequence, earlier: kind === "delta" ? u32At(bytes, AT.base) : sequence };
}
