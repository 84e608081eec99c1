import { UserError } from "../config/user_error.ts";

/**
 * `newer`: written by a later version. `busy`: another process held the database for longer than the timeout.
 * `served`: by another server, now.
 */
export type StoreErrorKind = "unwritable" | "damaged" | "newer" | "full" | "busy" | "served";

/** The data folder cannot do what it should; the message is one sentence with the fix. */
export class StoreError extends UserError {
  override readonly name = "StoreError";
  constructor(readonly kind: StoreErrorKind, message: string) {
    super(message);
  }
}
