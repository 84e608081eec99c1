import type { NodeFrame } from "./frame.ts";

/** The dialects of graph sockets, named as `?protocol=` and, after `orrery.`, as WebSocket subprotocols. */
export type GraphDialect = "json" | "v2" | "v4" | "sssp" | "q1";

/** Every dialect that has a codec. */
export type Dialect =
  | GraphDialect
  | "realtime"
  | "envelope"
  | "control"
  | "settings"
  | "network"
  | "json-rpc";

/** Bytes that do not follow their dialect: where, what was expected, what was found. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  constructor(
    readonly dialect: Dialect,
    /** Byte offset of the offending field. */
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${dialect}: expected ${expected} at byte ${offset}, found ${found}`);
  }
}

/**
 * Whole position frames, bytes ↔ columns. The `…Into` members allocate nothing.
 * @throws {RangeError} from `encodeInto` and `decodeInto` when `out` is too small; {DecodeError} when decoding bad bytes.
 */
export interface FrameCodec {
  readonly dialect: Dialect;
  byteLength(count: number): number;
  encode(frame: NodeFrame): Uint8Array<ArrayBuffer>;
  /** Returns the number of bytes written, from the start of `out`. */
  encodeInto(frame: NodeFrame, out: Uint8Array): number;
  decode(bytes: Uint8Array): NodeFrame;
  /** Returns the number of records written, from the start of every column of `out`. */
  decodeInto(bytes: Uint8Array, out: NodeFrame): number;
}
