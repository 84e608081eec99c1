/** Measured, where a count is not enough. `encode`, `wait` and `roundTrip` in seconds, `ratio` of the size in V2. */
export type Measured = "encode" | "wait" | "ratio" | "roundTrip";

/** Why the server ended a connection. */
export type EndReason = "slow" | "stalled" | "silent" | "refused" | "flood" | "expired";

/** What one dialect has cost and carried since the start. Counts only grow, but for `open`; whoever wants to know reads them. */
export class Meter {
  /** Open sockets: the one figure that falls, too. */
  open = 0;
  sentFrames = 0;
  sentEvents = 0;
  /** Payload, of frames and events. */
  sentBytes = 0;
  receivedMessages = 0;
  receivedBytes = 0;
  /** Packets of voice, by listener: handed to its socket, or dropped because it is slow. */
  sentVoice = 0;
  droppedVoice = 0;
  /** Moments at which a watcher was due a frame and could not take it. */
  droppedFrames = 0;
  /** Watchers moved to a slower or a faster rate. */
  lowered = 0;
  raised = 0;
  /** By the code that the client was told. */
  readonly refusals = new Map<string, number>();
  readonly ended = new Map<EndReason, number>();

  constructor(readonly measured: (what: Measured, value: number) => void = () => {}) {}

  refused(code: string): void {
    count(this.refusals, code);
  }

  endedBy(reason: EndReason): void {
    count(this.ended, reason);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
