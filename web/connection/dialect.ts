/** V4 as a client speaks it: with messages in both directions. The positions of Q1 are read in `q1_stream.ts`. */
import type { NodeFrame } from "../../protocol/frame.ts";
import {
  decodeV4,
  type EdgeColumns,
  encodeFilterUpdate,
  encodeHeartbeat,
  encodeNodeDrag,
  encodeNodeSelect,
  peekType,
  positionUpdate,
  V4_TYPE,
  V4_VERSION,
} from "../../protocol/graph/v4.ts";

export type { DragPhase, EdgeColumns, NodeFilter } from "../../protocol/graph/v4.ts";

/** The dialects of this library: V4 brings the graph along, of Q1 positions it is had by REST. */
export type ClientDialect = "v4" | "q1";

export type Incoming =
  | { readonly type: "graph"; readonly nodes: NodeFrame; readonly edges: EdgeColumns }
  | { readonly type: "positions" }
  | { readonly type: "heartbeatReply"; readonly sentAtMs: number }
  /** The server's own, which is answered with the same time. */
  | { readonly type: "heartbeat"; readonly timeMs: number }
  /** Valid, and nothing this page acts on. */
  | { readonly type: "ignored" };

const POSITIONS: Incoming = { type: "positions" };
const IGNORED: Incoming = { type: "ignored" };

export const dialect = {
  encodeDrag: encodeNodeDrag,
  encodeSelect: encodeNodeSelect,
  encodeFilter: encodeFilterUpdate,
  /** Whether bytes that came over a Q1 connection are V4's: those begin with its version, Q1's own with 1. */
  isV4: (bytes: Uint8Array) => bytes[0] === V4_VERSION,
  encodeHeartbeat: (timeMs: number) => encodeHeartbeat(timeMs, { reply: false }),
  encodeHeartbeatReply: (timeMs: number) => encodeHeartbeat(timeMs, { reply: true }),

  /** Positions are recognised but not decoded: only the frame that gets shown is, see {@link dialect.readPositions}. */
  read(bytes: Uint8Array): Incoming {
    if (peekType(bytes) === V4_TYPE.positionUpdate) return POSITIONS;
    const message = decodeV4(bytes);
    if (message.type === "fullGraph") return { type: "graph", nodes: message.nodes, edges: message.edges };
    if (message.type !== "heartbeat") return IGNORED;
    if (message.reply) return { type: "heartbeatReply", sentAtMs: message.timeMs };
    return { type: "heartbeat", timeMs: message.timeMs };
  },

  /**
   * Fills the columns of `out`; false, and nothing written, when the frame is of another number of nodes.
   * Cost: about 0.4 ms per 100,000 nodes, no allocation. @throws {DecodeError} for bytes that are no frame.
   */
  readPositions(bytes: Uint8Array, out: NodeFrame): boolean {
    if (bytes.byteLength !== positionUpdate.byteLength(out.count)) return false;
    return positionUpdate.decodeInto(bytes, out) === out.count;
  },
};
