/** Who is sent frames, and what of them it has. */
import type { NodeFrame } from "../protocol/frame.ts";
import type { Q1Credit } from "../protocol/graph/q1.ts";
import type { Lens } from "./filters/lens.ts";
import type { ServedDialect } from "./frame_encoders.ts";
import type { Meter } from "./meter.ts";
import type { RateLadder } from "./rate_ladder.ts";
import type { Rhythm } from "./rhythms.ts";

/** The part of an outbox the broadcaster needs. */
export interface FrameSink {
  /** Nothing is on its way or waits. */
  readonly isClear: boolean;
  /** Sends now, whatever waits. */
  sendFrame(bytes: Uint8Array): void;
  /** Sends what became sendable; true while something still waits. */
  flush(): boolean;
}

export interface Watcher {
  readonly dialect: ServedDialect;
  /** Frames per second asked for while the layout moves. */
  readonly rateHz: number;
  readonly sink: FrameSink;
  /** What it is sent is counted here; where absent, with all of its dialect. */
  readonly meter?: Meter;
  /** The watcher cannot keep up, or can again: how many frames per second it is offered from now on. */
  readonly onRate?: (rateHz: number) => void;
}

export interface Stream {
  readonly watcher: Watcher;
  readonly ladder: RateLadder;
  readonly meter: Meter;
  /** Of a Q1 watcher. */
  readonly reader: Q1Credit | undefined;
  rhythm: Rhythm<Stream>;
  /** Absent: it sees every node. */
  lens: Lens | undefined;
  /** A change of its filter has not been answered yet. */
  isAnswerDue: boolean;
  /** The generation of the nodes that it was told of last. */
  told: number | undefined;
  /** The newest frame it was sent, and when. */
  sent: NodeFrame | undefined;
  sentMs: number;
  /** It was due a frame and has not got one since. */
  isOwed: boolean;
}
