/** Something the person who started the program can mend: one sentence that names the thing and the fix, no stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** What the process exits with. */
  readonly exitCode: number = 2;
}

/** The system's own words for why something failed, to stand inside a sentence: "permission denied". */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const systemError = /^(\S.*?) \(os error \d+\)/.exec(message);
  return systemError === null ? message : systemError[1].toLowerCase();
}
