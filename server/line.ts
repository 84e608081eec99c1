import type { EventChannel, ServerEvent, ShutdownData } from "../protocol/graph/events.ts";
import type { ResumeEvent } from "../protocol/graph/resume.ts";
import { encodeHeartbeat } from "../protocol/graph/v4.ts";
import type { Place } from "./admissions.ts";
import type { Clock } from "./clock.ts";
import type { ServedDialect } from "./frame_encoders.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Meter } from "./meter.ts";
import type { Outbox } from "./outbox.ts";
import { Backlog } from "./resume/backlog.ts";
import type { FrameSocket } from "./transport/frame_socket.ts";

/** What a session is carried by at present, and not kept for longer. */
export interface Carrier {
  readonly socket: FrameSocket;
  /** Of the socket, among all that may be open. */
  readonly place: Pick<Place, "release">;
}

export interface LineOptions {
  readonly outbox: Outbox;
  readonly dialect: ServedDialect;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** The codes of a connection that nobody meant to end: it simply went, or its client heard nothing any more. */
const LOST_CODES: readonly number[] = [1006, 4000];

/** What a session says, over one socket or, when that was lost, over another one; nothing is sent while there is none. */
export class Line {
  /** A socket that has sent no text is sent none: its client may take every message for a frame. */
  readsText = false;
  #socket: FrameSocket | undefined;
  #place: Pick<Place, "release">;
  #heartbeat: Heartbeat | undefined;
  #backlog: Backlog | undefined;
  /** By the server's own wish. */
  #isEnded = false;

  constructor(private readonly options: LineOptions, { socket, place }: Carrier) {
    this.#socket = socket;
    this.#place = place;
    this.#heartbeat = this.#heartbeatOf(socket);
    options.meter.open++;
  }

  #heartbeatOf(socket: FrameSocket): Heartbeat {
    const { dialect, outbox, clock, meter } = this.options;
    return new Heartbeat({
      socket,
      clock,
      ask: dialect === "v4" ? (stampMs) => outbox.sendEvent(encodeHeartbeat(stampMs, { reply: false })) : undefined,
      onMeasured: (latencyMs) => meter.measured("roundTrip", latencyMs / 1000),
    });
  }

  get isAway(): boolean {
    return this.#socket === undefined;
  }

  /** Of the socket at present. */
  get heartbeat(): Heartbeat | undefined {
    return this.#heartbeat;
  }

  /** What can be said again, of a client that may come back. */
  get backlog(): Backlog | undefined {
    return this.#backlog;
  }

  /** Whether this is the socket at present, and not one that was lost before. */
  carries(socket: FrameSocket): boolean {
    return this.#socket === socket;
  }

  say(event: ServerEvent): void {
    if (this.readsText) this.options.outbox.sendEvent(this.#backlog?.add(event) ?? JSON.stringify(event));
  }

  /** Not numbered, and not said again. */
  sayResume(data: ResumeEvent["data"]): void {
    this.options.outbox.sendEvent(JSON.stringify({ type: "resume", data } satisfies ResumeEvent));
  }

  /** Not numbered either: no session outlives its server. */
  sayStopping(data: ShutdownData): void {
    const event: ServerEvent = { type: "shutdown", data };
    if (this.readsText) this.options.outbox.sendEvent(JSON.stringify(event));
  }

  offerState(channel: EventChannel | "voice", text: string): void {
    if (this.readsText) this.options.outbox.offerState(channel, text);
  }

  /** Asks the peer for a sign of life; one that was silent since the last time is dropped. */
  beat(): void {
    if (this.#heartbeat?.beat() !== "silent") return;
    this.options.meter.endedBy("silent");
    this.#socket?.terminate();
  }

  /** The client may come back: from now on what is said to it is numbered, and kept for a while. */
  keep(): Backlog {
    return this.#backlog ??= new Backlog();
  }

  /** It is not to come back. */
  condemn(): "first" | "again" {
    const before = this.#isEnded;
    this.#isEnded = true;
    return before ? "again" : "first";
  }

  close(code: number, reason: string): void {
    this.condemn();
    this.#socket?.close(code, reason);
  }

  /** Whether somebody whose socket closed by this code may come back. */
  mayReturn(code: number): boolean {
    return this.#backlog !== undefined && LOST_CODES.includes(code) && !this.#isEnded &&
      !this.options.outbox.isOverfull;
  }

  /** The socket is gone. */
  detach(): void {
    this.options.outbox.detach();
    this.#place.release();
    if (this.#socket !== undefined) this.options.meter.open--;
    this.#socket = this.#heartbeat = undefined;
  }

  /** Goes on over this socket; one that was still believed to be open is closed. */
  attach({ socket, place }: Carrier): void {
    const before = this.#socket;
    if (before !== undefined) this.detach();
    before?.close(1000, "This session goes on over another connection.");
    this.#socket = socket;
    this.#place = place;
    this.#heartbeat = this.#heartbeatOf(socket);
    this.options.meter.open++;
    this.options.outbox.attach(socket);
  }
}
