/** A connection that was lost and comes back as who it was. See `docs/protocol/resume.md`. */
import { type JsonObject, optionalString } from "../json.ts";

export const RESUME_REASONS = ["unknown", "expired", "used", "account", "dialect", "sequence"] as const;
/** Why a connection could not go on, and is a new one. */
export type ResumeReason = typeof RESUME_REASONS[number];

export type ResumeData =
  /** What to come back with, once. `resumed`: this connection goes on where another one was lost. */
  | { readonly resumed: boolean; readonly token: string }
  | { readonly resumed: false; readonly reason: ResumeReason };

export interface ResumeEvent {
  readonly type: "resume";
  readonly data: ResumeData;
}

/** What a handshake says of the connection before it. */
export interface ResumeAsked {
  readonly token: string;
  /** Of the last event that was heard; 0 before the first, not a number where none was said. */
  readonly sequence: number;
}

/** The wish to go on, in the query of a socket's address. */
export function resumeAsked(query: URLSearchParams): ResumeAsked | undefined {
  const token = query.get("resume");
  return token === null ? undefined : { token, sequence: Number(query.get("seq") ?? NaN) };
}

/** The address of a socket with the wish to go on. */
export function withResume(address: string, { token, sequence }: ResumeAsked): string {
  const url = new URL(address);
  url.searchParams.set("resume", token);
  url.searchParams.set("seq", String(sequence));
  return url.href;
}

export function parseResumeEvent(data: JsonObject): ResumeEvent | undefined {
  const token = optionalString(data.token), reason = RESUME_REASONS.find((known) => known === data.reason);
  if (token !== undefined) return { type: "resume", data: { resumed: data.resumed === true, token } };
  return reason === undefined ? undefined : { type: "resume", data: { resumed: false, reason } };
}
