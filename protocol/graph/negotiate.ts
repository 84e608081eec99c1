/** Which dialect a graph socket speaks: settled in the handshake, never guessed from bytes. */
import type { GraphDialect } from "../codec.ts";

export const SUBPROTOCOL_PREFIX = "orrery.";
export const GRAPH_DIALECTS: readonly GraphDialect[] = ["v2", "v4"];
export const DEFAULT_DIALECT: GraphDialect = "v2";

export type Negotiated =
  | {
    readonly ok: true;
    readonly dialect: GraphDialect; /** To be echoed in the handshake. */
    readonly protocol?: string;
  }
  | { readonly ok: false; readonly reason: string };

function known(name: string): GraphDialect | undefined {
  return GRAPH_DIALECTS.find((dialect) => dialect === name);
}

/**
 * The first offered subprotocol that is ours decides, then `?protocol=`, then V2.
 * A client that names only what we do not speak is refused: it could not read what came.
 */
export function negotiate(offered: readonly string[], query: string | undefined): Negotiated {
  const ours = offered.filter((name) => name.startsWith(SUBPROTOCOL_PREFIX));
  for (const protocol of ours) {
    const dialect = known(protocol.slice(SUBPROTOCOL_PREFIX.length));
    if (dialect !== undefined) return { ok: true, dialect, protocol };
  }
  const spoken = GRAPH_DIALECTS.join(", ");
  if (ours.length > 0) {
    return { ok: false, reason: `Subprotocol ${ours.join(", ")} is unknown; spoken here: ${spoken}.` };
  }
  if (query === undefined) return { ok: true, dialect: DEFAULT_DIALECT };
  const dialect = known(query);
  if (dialect === undefined) return { ok: false, reason: `protocol=${query} is unknown; spoken here: ${spoken}.` };
  return { ok: true, dialect };
}

/** The names in a Sec-WebSocket-Protocol header, in order of preference. */
export function offeredProtocols(header: string | null): string[] {
  return (header ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}
