/** The heartbeat of text sockets: `{"type":"ping","timestamp":ms}`, answered by a pong with the same timestamp. */
import { Fields, parseJson } from "../fields.ts";

export interface Heartbeat {
  readonly type: "ping" | "pong";
  /** Milliseconds since 1970 at whoever sent the ping. */
  readonly timestamp: number;
}

const HEARTBEAT_MAX_BYTES = 256;

/** @throws {FieldError} for any other text. */
export function parseHeartbeat(text: string): Heartbeat {
  const fields = new Fields("network", parseJson("network", text, { maxBytes: HEARTBEAT_MAX_BYTES, maxDepth: 2 }));
  return { type: fields.oneOf("type", ["ping", "pong"] as const), timestamp: fields.number("timestamp") };
}

export function encodeHeartbeat({ type, timestamp }: Heartbeat): string {
  return JSON.stringify({ type, timestamp });
}
