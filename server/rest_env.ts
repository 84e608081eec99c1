import type { Context } from "hono";
import type { Identity } from "./auth.ts";

/** What the transport tells the routes about a request, and what the token check leaves behind. */
export interface RestEnv {
  Bindings: { remoteAddress: string };
  Variables: { identity: Identity };
}

type Status = 400 | 401 | 403 | 404 | 409 | 411 | 413 | 429 | 500 | 503;

/** The one error body of the REST interface: `{"error":{"code","message"}}`, with `retry_after` seconds where waiting helps. */
export function errorBody(context: Context, status: Status, code: string, message: string, retryAfterS?: number) {
  if (retryAfterS !== undefined) context.header("Retry-After", String(Math.ceil(retryAfterS)));
  const retry = retryAfterS === undefined ? {} : { retry_after: retryAfterS };
  return context.json({ error: { code, message, ...retry } }, status);
}
