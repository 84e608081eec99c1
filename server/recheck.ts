import type { Auth, Role } from "./auth.ts";
import type { Meter } from "./meter.ts";

/** A connection that lives as long as its token is good. */
export interface Rechecked {
  readonly token: string;
  readonly options: { readonly meter: Pick<Meter, "endedBy"> };
  /** As the account stands now. */
  role: Role;
  close(code: number, reason: string): void;
}

/** An expired token, or a removed account, does not go on; a changed role counts at once. */
export async function recheck(
  session: Rechecked,
  auth: Pick<Auth, "verify">,
): Promise<"other role" | "ended" | "as before"> {
  const outcome = await auth.verify(session.token);
  if (!outcome.ok) {
    session.options.meter.endedBy("expired");
    session.close(1008, outcome.message);
    return "ended";
  }
  const { role } = outcome.identity;
  if (session.role === role) return "as before";
  session.role = role;
  return "other role";
}
