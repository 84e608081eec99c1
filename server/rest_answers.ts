/** What every route of `/api` does alike: read a body, refuse. */
import type { Context } from "hono";
import * as v from "valibot";
import { allows, type Identity, type Role } from "./auth.ts";
import { issueMessage, problemOf } from "./issue_words.ts";

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
  const bytes = new TextEncoder().encode(JSON.stringify({ error: { code, message, ...retry } }));
  // With its length it is not deflated, wherever it is said.
  return context.body(bytes, status, {
    "Content-Type": "application/json",
    "Content-Length": String(bytes.byteLength),
  });
}

/** The parsed body, or the response that says what is wrong with it. */
export async function readBody<Schema extends v.GenericSchema>(
  context: Context,
  schema: Schema,
): Promise<{ value: v.InferOutput<Schema> } | { response: Response }> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { response: errorBody(context, 400, "bad_request", "The body must be JSON.") };
  }
  const result = v.safeParse(schema, body, { message: issueMessage });
  if (result.success) return { value: result.output };
  return { response: errorBody(context, 400, "bad_request", problemOf(result.issues)) };
}

/** The refusal of somebody who may only look; absent for everybody else. */
export function requireEditor(context: Context<RestEnv>): Response | undefined {
  const { user, role }: { user: string; role: Role } = context.get("identity");
  if (allows(role, "edit")) return undefined;
  return errorBody(context, 403, "forbidden", `This needs the editor role; ${user} is a viewer.`);
}
