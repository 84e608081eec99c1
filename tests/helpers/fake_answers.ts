/** Answers of the fake server that depend on nothing. */
import type { NodeFrame } from "../../protocol/frame.ts";
import { GENERATION_HEADER } from "../../protocol/graph/negotiate.ts";
import { type EdgeColumns, encodeFullGraph } from "../../protocol/graph/v4.ts";

/** The one account that it knows. */
export const USER = "ada", PASSWORD = "correct horse", TOKEN = "token-of-ada";

export function fail(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}

export function login(body: { username: string; password: string }): Response {
  const known = body.username === USER && body.password === PASSWORD;
  return known
    ? Response.json({ token: TOKEN, expires_at: Date.now() + 3_600_000 })
    : fail(401, "bad_credentials", "This user name and password do not match.");
}

export function preparing(): Response {
  return fail(503, "preparing", "The nodes have no places yet; try again in a moment.");
}

/** What `GET /api/graph/topology` answers. */
export function topologyOf(frame: NodeFrame, edges: EdgeColumns): Response {
  return new Response(encodeFullGraph(frame, edges), { headers: { [GENERATION_HEADER]: String(frame.generation) } });
}
