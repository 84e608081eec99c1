import type { EventChannel } from "../protocol/graph/events.ts";
import type { Role } from "./auth.ts";
import type { Broadcaster } from "./broadcaster.ts";
import type { Clock } from "./clock.ts";
import type { ServedDialect } from "./frame_encoders.ts";
import type { InboundGate } from "./inbound_limits.ts";
import type { Carrier } from "./line.ts";
import type { Meter } from "./meter.ts";
import type { Outbox } from "./outbox.ts";
import type { ParticipationSurroundings } from "./participation.ts";
import type { SourcePaths } from "./paths/source_paths.ts";
import type { SlidingCount, TokenBucket } from "./rate.ts";

export type SourceChooser = Pick<SourcePaths, "asked" | "set">;

/** What the sessions of one endpoint have in common. */
export interface SessionSurroundings<Session> extends ParticipationSurroundings {
  readonly broadcaster: Pick<Broadcaster, "acknowledge" | "look">;
  readonly sourcePaths: SourceChooser;
  /** The connection is offered fewer or more frames per second than before. */
  readonly onRate: (session: Session) => void;
  /** Its camera is elsewhere. */
  readonly onLook: (session: Session) => void;
  /** The client asked for these channels; their present content is due. */
  readonly onSubscribe: (session: Session, channels: readonly EventChannel[]) => void;
  /** The client may come back, and is to be told what with. */
  readonly onMayReturn: (session: Session) => void;
  /** The connection was lost; false where it is not waited for. */
  readonly onAway: (session: Session) => boolean;
  readonly onClose: (session: Session) => void;
}

export interface SessionOptions<Session> {
  readonly surroundings: SessionSurroundings<Session>;
  readonly participant: number;
  readonly user: string;
  readonly account: number;
  readonly role: Role;
  readonly token: string;
  /** The address of the socket. */
  readonly path: string;
  readonly dialect: ServedDialect;
  readonly rateHz: number;
  readonly outbox: Outbox;
  readonly meter: Meter;
  readonly badMessages: SlidingCount;
  /** Bytes of binary messages. */
  readonly inbound: TokenBucket;
  /** Of an address whose messages are counted. */
  readonly gate: InboundGate | undefined;
  readonly roomName: string;
  readonly clock: Clock;
}

/** Whoever goes on with a session. */
export interface Returned extends Carrier {
  readonly token: string;
  readonly role: Role;
  /** What to come back with the next time. */
  readonly ticket: string;
  /** What was said that it has not heard. */
  readonly missed: readonly string[];
}
