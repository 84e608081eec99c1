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
