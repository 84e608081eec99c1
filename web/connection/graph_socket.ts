/**
 * The life of the graph socket: open, watch, lose, come back.
 *
 * At most one socket is current; whatever an older one still says is ignored. Every wait can be cancelled, and nothing
 * is retried while the page is hidden.
 */
import { DecodeError } from "../../protocol/codec.ts";
import { parseServerEvent } from "../../protocol/graph/events.ts";
import { SUBPROTOCOL_PREFIX } from "../../protocol/graph/negotiate.ts";
import type { Camera, Introduction } from "../../protocol/graph/presence.ts";
import { BACKOFF, backoffDelayMs, retryAfterInReason } from "./backoff.ts";
import { CLOSE, closeSentence } from "./connection_state.ts";
import { type ClientDialect, dialect, type NodeFilter } from "./dialect.ts";
import { type Drag, Drags } from "./drags.ts";
import { channelsOf, tellEvent } from "./graph_events.ts";
import type { GraphSocketOptions } from "./graph_socket_options.ts";
import { type LatencyFigures, LatencyTracker } from "./latency_tracker.ts";
import { OwnPresence } from "./own_presence.ts";
import { Q1Stream } from "./q1_stream.ts";
import type { RawSocket } from "./raw_socket.ts";

export const TIMES = {
  openTimeoutMs: 10_000,
  heartbeatMs: 30_000,
  /** A peer that has not answered a heartbeat by then is gone. */
  replyTimeoutMs: 10_000,
  /** A connection that lived this long was a success: the next loss starts from the shortest delay. */
  stableMs: 5_000,
} as const;

/** Heartbeats that the round trip is averaged over: five minutes of them. */
const ROUND_TRIPS = 10;

/** Own close code for a peer that stopped answering heartbeats; 4000–4999 are the application's. */
const CLOSE_SILENT = 4000;

interface Connection {
  readonly raw: RawSocket;
  /** Absent until it opened. */
  openedAtMs?: number;
  /** Of a connection that speaks Q1; absent where it is V4. */
  stream?: Q1Stream;
  awaitingReply: boolean;
  readonly roundTrips: LatencyTracker;
  /** Whether the peer knows what is selected here: it forgets with every connection. */
  resumed: boolean;
  cancelTimer: () => void;
}

const nothing = () => {};

const dialectOf = ({ stream }: Connection): ClientDialect => stream === undefined ? "v4" : "q1";

export class GraphSocket {
  readonly #options: GraphSocketOptions;
  #current: Connection | undefined;
  #cancelRetry = nothing;
  #waiting: { readonly reason: string; readonly notBeforeMs: number } | undefined;
  #attempt = 0;
  #selected: number | undefined;
  /** Absent: everything is wanted. */
  #filter: Uint8Array<ArrayBuffer> | undefined;
  readonly #drags: Drags;
  readonly #presence: OwnPresence;
  /** Grows with every decision to connect or close, so that a late probe answer is not acted on. */
  #epoch = 0;

  constructor(options: GraphSocketOptions) {
    this.#options = options;
    const { clock } = options;
    const send = (data: string | Uint8Array<ArrayBuffer>) => {
      if (this.#current?.openedAtMs !== undefined) this.#current.raw.send(data);
    };
    this.#drags = new Drags(clock, send);
    this.#presence = new OwnPresence(clock, send);
  }

  /** Opens a fresh socket, whatever there was before. */
  connect(): void {
    this.#drop("replaced");
    this.#options.on.state?.({ kind: "connecting" });
    const ifCurrent = (act: () => void) => this.#current === connection && act();
    const { url, openSocket, dialects = ["v4"] } = this.#options;
    const raw = openSocket(url(), dialects.map((name) => SUBPROTOCOL_PREFIX + name), {
      open: (subprotocol) => ifCurrent(() => this.#opened(connection, subprotocol)),
      message: (data) => ifCurrent(() => this.#received(connection, data)),
      close: (code, reason) => ifCurrent(() => this.#lost(code, reason)),
    });
    const connection: Connection = {
      ...{ raw, awaitingReply: false, resumed: false, cancelTimer: nothing },
      roundTrips: new LatencyTracker(ROUND_TRIPS),
    };
    connection.cancelTimer = this.#options.clock.after(TIMES.openTimeoutMs, () => this.#abandon(connection));
    this.#current = connection;
  }

  /**
   * The page became visible or the network came back: try at once, or as soon as the server allows;
   * of a live connection, check that the peer still answers.
   */
  wake(): void {
    const current = this.#current, waiting = this.#waiting;
    if (waiting !== undefined) {
      if (waiting.notBeforeMs <= this.#options.clock.now()) this.connect();
      else this.#tryAt(waiting.notBeforeMs, waiting.reason);
    } else if (current?.openedAtMs !== undefined && !current.awaitingReply) {
      current.cancelTimer();
      this.#beat(current);
    }
  }

  close(): void {
    this.#selected = this.#filter = undefined;
    this.#drop("page closed");
    this.#options.on.state?.({ kind: "idle" });
  }

  /** Moves a node, while the connection is open. A hand that rests holds on; one that lost its node does nothing more. */
  drag(drag: Drag): void {
    if (this.#current?.openedAtMs !== undefined) this.#drags.drag(drag);
  }

  /**
   * From now on only the nodes that pass are seen, with `{}` all again; asked for again after every reconnect. The answer
   * is a `graph`, over Q1 too, or an `error`. @throws {RangeError} for a field beyond its bound.
   */
  filter(filter: NodeFilter): void {
    const message = dialect.encodeFilter(filter);
    this.#filter = Object.values(filter).every((field) => field === undefined) ? undefined : message;
    if (this.#current?.openedAtMs !== undefined) this.#current.raw.send(message);
  }

  /** Says who this is, also over later connections; what is left out is taken back. */
  introduce = (introduction: Introduction): void => this.#presence.introduce(introduction);

  /** Shows the others where one looks, as often as is of use; without a camera, that one does not. */
  look = (camera: Camera | undefined): void => this.#presence.look(camera);

  /** The newest frame of `positions` is on the screen, or done with: the next ones may come. */
  shown(): void {
    this.#current?.stream?.shown();
  }

  /** Says what is selected here; said again after every reconnect, once the graph is known. */
  select(id: number | undefined): void {
    this.#selected = id;
    const current = this.#current;
    // Over V4 the graph is on its way, and what is selected is said when it has come.
    const mayTell = current?.resumed || (current?.openedAtMs !== undefined && current.stream !== undefined);
    if (mayTell) current.raw.send(dialect.encodeSelect(id));
  }

  /** The graph has been read, by REST where the connection speaks Q1: says again what is selected, if it has that node. */
  known(ids: Uint32Array): void {
    if (this.#current?.openedAtMs !== undefined) this.#resume(this.#current, ids);
  }

  /** Round trips of the present connection; absent before the first. Units: ms. */
  roundTrips(): LatencyFigures | undefined {
    return this.#current?.roundTrips.figures();
  }

  /** Lets go of the current socket, every timer and every pending probe, without a word to the page. */
  #drop(reason: string): void {
    this.#epoch++;
    this.#cancelRetry();
    this.#cancelRetry = nothing;
    this.#waiting = undefined;
    this.#current?.raw.close(CLOSE.normal, reason);
    this.#leaveCurrent();
  }

  #leaveCurrent(): void {
    this.#current?.cancelTimer();
    this.#current = undefined;
    this.#drags.forget();
    this.#presence.closed();
  }

  #opened(connection: Connection, subprotocol: string): void {
    connection.cancelTimer();
    if (subprotocol === `${SUBPROTOCOL_PREFIX}q1`) connection.stream = new Q1Stream((ack) => connection.raw.send(ack));
    connection.openedAtMs = this.#options.clock.now();
    this.#options.on.state?.({ kind: "live", dialect: dialectOf(connection) });
    const channels = channelsOf(this.#options.on);
    connection.raw.send(JSON.stringify({ type: "subscribe", data: { channels } }));
    if (this.#filter !== undefined) connection.raw.send(this.#filter);
    this.#presence.opened();
    this.#beat(connection);
  }

  #beat(connection: Connection): void {
    const { clock } = this.#options;
    connection.awaitingReply = true;
    connection.raw.send(dialect.encodeHeartbeat(clock.now()));
    connection.cancelTimer = clock.after(TIMES.replyTimeoutMs, () => {
      if (connection.awaitingReply) return this.#abandon(connection);
      connection.cancelTimer = clock.after(TIMES.heartbeatMs - TIMES.replyTimeoutMs, () => this.#beat(connection));
    });
  }

  /** A peer that says nothing is gone, whatever TCP believes. */
  #abandon(connection: Connection): void {
    this.#lost(CLOSE.abnormal, "");
    connection.raw.close(CLOSE_SILENT, "no answer");
  }

  #received(connection: Connection, data: unknown): void {
    if (typeof data === "string") {
      const event = parseServerEvent(data);
      if (event === undefined) return;
      this.#drags.hear(event);
      tellEvent(this.#options.on, event);
    } else if (data instanceof ArrayBuffer) {
      this.#receivedBytes(connection, new Uint8Array(data));
    }
  }

  #receivedBytes(connection: Connection, bytes: Uint8Array): void {
    const { on } = this.#options, { stream } = connection;
    try {
      if (stream !== undefined && !dialect.isV4(bytes)) {
        const frame = stream.receive(bytes);
        return frame === undefined ? undefined : on.positions?.(frame, bytes.byteLength);
      }
      const message = dialect.read(bytes);
      if (message.type === "positions") on.frame?.(bytes);
      else if (message.type === "graph") {
        on.graph?.(message.nodes, message.edges);
        this.#resume(connection, message.nodes.ids);
      } else if (message.type === "heartbeatReply") this.#measured(connection, message.sentAtMs);
      else if (message.type === "heartbeat") connection.raw.send(dialect.encodeHeartbeatReply(message.timeMs));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      on.problem?.(`A message from the server could not be read: ${error.message}.`);
    }
  }

  #measured(connection: Connection, sentAtMs: number): void {
    connection.awaitingReply = false;
    const roundTripMs = Math.max(0, this.#options.clock.now() - sentAtMs);
    if (!Number.isFinite(roundTripMs)) return; // no time of ours
    connection.roundTrips.add(roundTripMs);
    const roundTrip = connection.roundTrips.figures()?.avg;
    this.#options.on.state?.({ kind: "live", dialect: dialectOf(connection), roundTripMs: roundTrip });
  }

  /** Says again what is selected, once it is known that this graph has such a node. */
  #resume(connection: Connection, ids: Uint32Array): void {
    const selected = this.#selected;
    if (connection.resumed) return;
    connection.resumed = true;
    if (selected !== undefined && ids.includes(selected)) connection.raw.send(dialect.encodeSelect(selected));
  }

  #lost(code: number, reason: string): void {
    const { on, clock } = this.#options, openedAtMs = this.#current?.openedAtMs, sentence = closeSentence(code, reason);
    this.#leaveCurrent();
    if (openedAtMs !== undefined && clock.now() - openedAtMs >= TIMES.stableMs) this.#attempt = 0;
    if (code === CLOSE.normal) return on.state?.({ kind: "ended", reason: sentence });
    const floorMs = retryAfterInReason(reason);
    if (floorMs !== undefined) return this.#wait(sentence, { floorMs });
    if (code === CLOSE.policy) {
      on.state?.({ kind: "waiting", reason: sentence });
      return void this.#ask(() => on.state?.({ kind: "refused", reason: sentence }));
    }
    if (openedAtMs === undefined) return void this.#ask(() => this.#wait(sentence, { floorMs: 0 }));
    const expected = code === CLOSE.goingAway || code === CLOSE.abnormal;
    this.#wait(sentence, { floorMs: expected ? 0 : BACKOFF.afterServerErrorMs });
  }

  /** Asks REST what the socket could not say; `otherwise` is for a server that would welcome us. */
  async #ask(otherwise: () => void): Promise<void> {
    const asked = ++this.#epoch, { probe, on } = this.#options;
    const answer = await probe();
    if (asked !== this.#epoch) return;
    if (answer.kind === "welcome") otherwise();
    else if (answer.kind === "signedOut") on.signedOut?.(answer.reason);
    else if (answer.kind === "refused") on.state?.({ kind: "refused", reason: answer.reason });
    else this.#wait(answer.reason, { floorMs: answer.retryAfterMs ?? 0 });
  }

  #wait(reason: string, { floorMs }: { floorMs: number }): void {
    const { on, clock, random, isVisible } = this.#options, nowMs = clock.now();
    this.#waiting = { reason, notBeforeMs: nowMs + Math.min(floorMs, BACKOFF.floorCapMs) };
    if (!isVisible()) return on.state?.({ kind: "waiting", reason });
    this.#tryAt(nowMs + backoffDelayMs(this.#attempt++, { random, floorMs }), reason);
  }

  #tryAt(retryAtMs: number, reason: string): void {
    const { on, clock, isVisible } = this.#options;
    this.#cancelRetry();
    on.state?.({ kind: "waiting", reason, retryAtMs });
    this.#cancelRetry = clock.after(Math.max(0, retryAtMs - clock.now()), () => {
      if (isVisible()) this.connect();
      else on.state?.({ kind: "waiting", reason });
    });
  }
}
