import type { FrameCodec } from "../protocol/codec.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import { peekQ1, Q1Encoder, type Q1Held } from "../protocol/graph/q1.ts";
import { createShortestPathFrame, type ShortestPathFrame, sssp } from "../protocol/graph/sssp.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { encodeFullGraph, positionUpdate } from "../protocol/graph/v4.ts";
import type { GraphStore } from "./graph_store.ts";
import type { Meter } from "./meter.ts";
import { openSamples } from "./trace.ts";

export type ServedDialect = "v2" | "v4" | "q1" | "sssp";

/** The dialects that every address of the graph speaks, the one for clients that ask for none first. */
export const SPOKEN_AT: ReadonlyMap<string, readonly [ServedDialect, ...ServedDialect[]]> = new Map([
  ["/ws", ["v2", "v4", "q1", "sssp"]],
  ["/ws/positions", ["sssp", "v2", "v4", "q1"]],
]);

/** Dialects whose frames stand for themselves: the same bytes for every watcher. */
export type WholeDialect = Exclude<ServedDialect, "q1">;

const CODECS: Record<Exclude<WholeDialect, "sssp">, FrameCodec> = { v2, v4: positionUpdate };

/** A frame with everybody's shortest path. */
export type PathsOf = (frame: NodeFrame) => ShortestPathFrame;

/** Where there is no source, nobody is reachable. */
const withoutPaths: PathsOf = (frame) => ({ ...createShortestPathFrame(frame.count), ...frame });

/**
 * Deltas of one frame, from different frames that readers hold. A reader that needs yet another gets the keyframe, from
 * where they all go on alike: there may be no next frame to wait for.
 */
const MOST_DELTAS = 8;

export interface FrameEncoderOptions {
  readonly graph: Pick<GraphStore, "edges">;
  readonly meterOf: (dialect: ServedDialect) => Meter;
  readonly now: () => number;
  /** The shortest paths that a frame is told with; none where absent. */
  readonly pathsOf?: PathsOf;
  /** Frames that Q1's deltas can start from; the encoder's own choice where absent. */
  readonly q1History?: number;
}

/** Every message made of the newest frame, each made once however many watch. */
export class FrameEncoders {
  readonly #options: Required<Omit<FrameEncoderOptions, "q1History">>;
  readonly #whole = new Map<WholeDialect, Uint8Array>();
  readonly #deltas = new Map<string, Uint8Array>();
  readonly #q1: Q1Encoder;
  readonly #samples = openSamples("encode");
  #keyframe: Uint8Array | undefined;
  #graph: Uint8Array | undefined;

  constructor(options: FrameEncoderOptions) {
    this.#options = { ...options, pathsOf: options.pathsOf ?? withoutPaths };
    this.#q1 = new Q1Encoder({ history: options.q1History });
  }

  /** Forgets what was made of the frame before. */
  renew(): void {
    this.#whole.clear();
    this.#deltas.clear();
    this.#keyframe = undefined;
    this.#graph = undefined;
  }

  /** Forgets what was made in a dialect that has other things to say of the same frame. */
  forget(dialect: WholeDialect): void {
    this.#whole.delete(dialect);
  }

  fullGraph(frame: NodeFrame): Uint8Array {
    return this.#graph ??= encodeFullGraph(frame, this.#options.graph.edges);
  }

  positions(dialect: WholeDialect, frame: NodeFrame): Uint8Array {
    const known = this.#whole.get(dialect);
    if (known !== undefined) return known;
    const encode = () => dialect === "sssp" ? sssp.encode(this.#options.pathsOf(frame)) : CODECS[dialect].encode(frame);
    const bytes = this.#measured(dialect, frame, encode);
    this.#whole.set(dialect, bytes);
    return bytes;
  }

  /** The message that brings a reader up to the frame. */
  q1(frame: NodeFrame, held: Q1Held | undefined, nowMs: number): Uint8Array {
    const key = held === undefined ? "nothing" : `${held.generation} ${held.base} ${held.earlier}`;
    const known = this.#deltas.get(key);
    if (known !== undefined) return known;
    if (this.#deltas.size >= MOST_DELTAS && held !== undefined) return this.q1(frame, undefined, nowMs);
    const made = this.#measured("q1", frame, () => {
      this.#q1.push(frame, nowMs);
      return this.#q1.encode(held);
    });
    const isKeyframe = peekQ1(made).kind === "keyframe";
    const bytes = (isKeyframe ? this.#keyframe : undefined) ?? made.slice();
    if (isKeyframe) this.#keyframe = bytes;
    this.#deltas.set(key, bytes);
    return bytes;
  }

  #measured<Bytes extends Uint8Array>(dialect: ServedDialect, { count }: NodeFrame, encode: () => Bytes): Bytes {
    const startMs = this.#options.now(), span = this.#samples?.begin(dialect, startMs);
    const bytes = encode(), { measured } = this.#options.meterOf(dialect);
    span?.setAttributes({ "orrery.dialect": dialect, "orrery.nodes": count, "orrery.bytes": bytes.length }).end();
    measured("encode", (this.#options.now() - startMs) / 1000);
    if (count > 0) measured("ratio", bytes.length / v2.byteLength(count));
    return bytes;
  }
}
