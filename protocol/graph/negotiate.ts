/**
 * Which dialect a graph socket speaks: settled in the handshake, never guessed from bytes. See
 * `docs/protocol/negotiation.md`.
 */
import type { GraphDialect } from "../codec.ts";
import { SSSP_MAX_NODES } from "./sssp.ts";

export const SUBPROTOCOL_PREFIX = "orrery.";
/** The HTTP header that names the generation of a graph in bytes. */
export const GENERATION_HEADER = "Orrery-Generation";
export const GRAPH_DIALECTS: readonly GraphDialect[] = ["json", "v2", "v4", "sssp", "q1"];

/** What is asked of: one address of one server, which may speak some of the dialects only. */
export interface SpokenAt<Spoken extends GraphDialect> {
  /** The first is for clients that ask for none. */
  readonly spoken: readonly [Spoken, ...Spoken[]];
  /** Of the graph that is served. */
  readonly nodeCount: number;
}

export type Negotiated<Spoken extends GraphDialect = GraphDialect> =
  | {
    readonly ok: true;
    readonly dialect: Spoken;
    /** To be echoed in the handshake. */
    readonly protocol?: string;
  }
  | { readonly ok: false; readonly reason: string };

const counted = (count: number) => count.toLocaleString("en");

/** Why a graph of so many nodes cannot be told in this dialect; absent where it can. */
function misfit(dialect: GraphDialect, nodeCount: number): string | undefined {
  if (dialect !== "sssp" || nodeCount <= SSSP_MAX_NODES) return undefined;
  return `sssp has ids of 14 bits, for ${counted(SSSP_MAX_NODES)} nodes, and this graph has ${counted(nodeCount)}; ` +
    "ask for v4 or q1, which have no such limit.";
}

/**
 * The first offered subprotocol that is ours and can be spoken decides, then `?protocol=`, then the address's default.
 * A client that names only what cannot be spoken is refused: it could not read what came.
 */
export function negotiate<Spoken extends GraphDialect>(
  offered: readonly string[],
  query: string | undefined,
  { spoken, nodeCount }: SpokenAt<Spoken>,
): Negotiated<Spoken> {
  const refusals: string[] = [];
  const choose = (name: string, asked: string): Spoken | undefined => {
    const dialect = spoken.find((one) => one === name);
    const isKnown = GRAPH_DIALECTS.some((one) => one === name);
    const reason = dialect === undefined
      ? `${asked} is ${isKnown ? "not spoken here" : "unknown"}; spoken here: ${spoken.join(", ")}.`
      : misfit(dialect, nodeCount);
    if (reason === undefined) return dialect;
    refusals.push(reason);
    return undefined;
  };
  for (const protocol of offered.filter((name) => name.startsWith(SUBPROTOCOL_PREFIX))) {
    const dialect = choose(protocol.slice(SUBPROTOCOL_PREFIX.length), `Subprotocol ${protocol}`);
    if (dialect !== undefined) return { ok: true, dialect, protocol };
  }
  if (refusals.length > 0) return { ok: false, reason: refusals.join(" ") };
  const dialect = choose(query ?? spoken[0], `protocol=${query}`);
  return dialect === undefined ? { ok: false, reason: refusals.join(" ") } : { ok: true, dialect };
}

/** The names in a Sec-WebSocket-Protocol header, in order of preference. */
export function offeredProtocols(header: string | null): string[] {
  return (header ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}
