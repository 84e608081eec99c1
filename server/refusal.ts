import { DecodeError } from "../protocol/codec.ts";
import { FieldError } from "../protocol/fields.ts";
import { StoreError } from "./store/store_error.ts";

/** Why a message was not acted on; the code travels in the error event. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly code: "bad_message" | "forbidden" | "unknown_node" | "limit", message: string) {
    super(message);
  }
}

/** A message about a node that somebody has just removed: its sender could not know, and is only told. */
export class RemovedNode extends Error {
  override readonly name = "RemovedNode";
}

export interface Told {
  readonly code: string;
  readonly message: string;
  /** It counts among the messages that a socket may have refused. */
  readonly isSendersFault: boolean;
}

/** What the sender of a message is told of what it failed with; absent for a fault of ours. */
export function toldOf(error: unknown): Told | undefined {
  if (error instanceof RemovedNode) return { code: "unknown_node", message: error.message, isSendersFault: false };
  if (error instanceof StoreError) return { code: "unavailable", message: error.message, isSendersFault: false };
  if (error instanceof Refusal) return { code: error.code, message: error.message, isSendersFault: true };
  if (!(error instanceof DecodeError || error instanceof FieldError)) return undefined;
  return { code: "bad_message", message: error.message, isSendersFault: true };
}
