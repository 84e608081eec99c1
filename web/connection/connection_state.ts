import type { ClientDialect } from "./dialect.ts";

/** What the link to the server is doing, in words the page can show. */
export type ConnectionState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  /** `roundTripMs` is the average of the last ten heartbeats of this connection, absent until the first came back. */
  | { readonly kind: "live"; readonly dialect: ClientDialect; readonly roundTripMs?: number }
  /** `retryAtMs` is absent while the page is hidden: the next try waits until it is looked at. */
  | { readonly kind: "waiting"; readonly retryAtMs?: number; readonly reason: string }
  /** The server will not have us, and trying again would not help. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The server said goodbye on purpose. */
  | { readonly kind: "ended"; readonly reason: string };

/** What REST says about a socket that was refused without a word: browsers hide the status of a failed upgrade. */
export type ProbeResult =
  | { readonly kind: "welcome" }
  | { readonly kind: "signedOut"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };

export const CLOSE = { normal: 1000, goingAway: 1001, abnormal: 1006, policy: 1008, serverError: 1011 } as const;

/** A sentence for a close code. */
export function closeSentence(code: number, reason: string): string {
  const said = reason === "" ? "" : ` ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`;
  switch (code) {
    case CLOSE.normal:
      return `The server closed the connection.${said}`;
    case CLOSE.goingAway:
      return `The server is going away.${said}`;
    case CLOSE.abnormal:
      return "The connection was lost.";
    case CLOSE.policy:
      return said === "" ? "The server refused the connection." : said.trim();
    case CLOSE.serverError:
      return `The server had a problem.${said}`;
    default:
      return `The connection closed with code ${code}.${said}`;
  }
}
