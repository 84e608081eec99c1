/**
 * The life of the graph socket: open, watch, lose, come back.
 *
 * At most one socket is current; whatever an older one still says is ignored. Every wait can be cancelled, and nothing
 * is retried while the page is hidden.
 */
import { DecodeError } from "../../protocol/codec.ts";
import { parseServerEvent, type ServerEvent } from "../../protocol/graph/events.ts";
import { SUBPROTOCOL_PREFIX } from "../../protocol/graph/negotiate.ts";
import type { Camera, Introduction } from "../../protocol/graph/presence.ts";
import { Comeback } from "./comeback.ts";
import { CLOSE } from "./connection_state.ts";
import { type ClientDialect, dialect, type NodeFilter } from "./dialect.ts";
import { type Drag, Drags } from "./drags.ts";
import { channelsOf, tellEvent } from "./graph_events.ts";
import type { GraphSocketOptions } from "./graph_socket_options.ts";
import { type LatencyFigures, LatencyTracker } from "./latency_tracker.ts";
import { OwnPresence } from "./own_presence.ts";
import { Q1Stream } from "./q1_stream.ts";
import type { RawSocket } from "./raw_socket.ts";
import { Resumption } from "./resumption.ts";

export const TIMES = {
  openTimeoutMs: 10_000,
  heartbeatMs: 30_000,
  /** A peer that has not answered a heartbeat by then is gone. */
  replyTimeoutMs: 10_000,
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
  /** Whether it goes on where another one was lost; absent until the server has said so. */
  goesOn?: boolean;
  /** Whether the peer knows what is selected here. */
  knowsSelection: boolean;
  cancelTimer: () => void;
}

const nothing = () => {};

const dialectOf = ({ stream }: Connection): ClientDialect => stream === undefined ? "v4" : "q1";

export class GraphSocket {
  readonly #options: GraphSocketOptions;
  #current: Connection | undefined;
  readonly #comeback: Comeback;
  readonly #resumption = new Resumption();
  #selected: number | undefined;
  /** Absent: everything is wanted. */
  #filter: Uint8Array<ArrayBuffer> | undefined;
  /** The server has said that it shows what is wanted. */
  #isFiltered = true;
  readonly #drags: Drags;
  readonly #presence: OwnPresence;

  constructor(options: GraphSocketOptions) {
    this.#options = options;
    const { clock } = options;
    this.#comeback = new Comeback({ ...options, connect: () => this.connect() });
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
    const { url, openSocket, dialects = ["v4"] } = this.#options, { isPossible } = this.#resumption;
    const raw = openSocket(this.#resumption.address(url()), dialects.map((name) => SUBPROTOCOL_PREFIX + name), {
      open: (subprotocol) => ifCurrent(() => this.#opened(connection, subprotocol)),
      message: (data) => ifCurrent(() => this.#received(connection, data)),
      close: (code, reason) => ifCurrent(() => this.#lost(code, reason)),
    });
    const connection: Connection = {
      ...{ raw, awaitingReply: false, knowsSelection: false, cancelTimer: nothing },
      goesOn: isPossible ? undefined : false,
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
    const current = this.#current;
    if (this.#comeback.wake()) return;
    if (current?.openedAtMs !== undefined && !current.awaitingReply) {
      current.cancelTimer();
      this.#beat(current);
    }
  }

  close(): void {
    this.#selected = this.#filter = undefined;
    this.#isFiltered = true;
    this.#resumption.forget();
    this.#drop("page closed");
    this.#options.on.state?.({ kind: "idle" });
  }

  /** Moves a node, while the connection is open. A hand that rests holds on; one that lost its node does nothing more. */
  drag(drag: Drag): void {
    const { openedAtMs, goesOn } = this.#current ?? {};
    if (openedAtMs === undefined || goesOn === undefined) this.#drags.miss(drag);
    else this.#drags.drag(drag);
  }

  /**
   * From now on only the nodes that pass are seen, with `{}` all again; asked for again after every reconnect. The answer
   * is a `graph`, over Q1 too, or an `error`. @throws {RangeError} for a field beyond its bound.
   */
  filter(filter: NodeFilter): void {
    const message = dialect.encodeFilter(filter);
    this.#filter = Object.values(filter).every((field) => field === undefined) ? undefined : message;
    this.#isFiltered = false;
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
    const mayTell = current?.knowsSelection || (current?.openedAtMs !== undefined && current.stream !== undefined);
    if (mayTell) current.raw.send(dialect.encodeSelect(id));
  }

  /** The graph has been read, by REST where the connection speaks Q1: says again what is selected, if it has that node. */
  known(ids: Uint32Array): void {
    if (this.#current?.openedAtMs !== undefined) this.#saySelected(this.#current, ids);
  }

  /** Round trips of the present connection; absent before the first. Units: ms. */
  roundTrips(): LatencyFigures | undefined {
    return this.#current?.roundTrips.figures();
  }

  /** Lets go of the current socket, every timer and every pending probe, without a word to the page. */
  #drop(reason: string): void {
    this.#comeback.stop();
    if (this.#current === undefined) return;
    // Closed on purpose: there is nothing to come back to.
    this.#resumption.forget();
    this.#current.raw.close(CLOSE.normal, reason);
    this.#leaveCurrent();
  }

  #leaveCurrent(): void {
    this.#current?.cancelTimer();
    this.#current = undefined;
    this.#drags.interrupt();
    this.#presence.closed();
  }

  #opened(connection: Connection, subprotocol: string): void {
    connection.cancelTimer();
    if (subprotocol === `${SUBPROTOCOL_PREFIX}q1`) connection.stream = new Q1Stream((ack) => connection.raw.send(ack));
    connection.openedAtMs = this.#options.clock.now();
    this.#options.on.state?.({ kind: "live", dialect: dialectOf(connection) });
    if (connection.goesOn === false) this.#begin(connection);
    this.#beat(connection);
  }

  /** The server knows nothing of us yet. */
  #begin(connection: Connection): void {
    connection.goesOn = false;
    const channels = channelsOf(this.#options.on);
    connection.raw.send(JSON.stringify({ type: "subscribe", data: { channels, resume: true } }));
    if (this.#filter !== undefined) connection.raw.send(this.#filter);
    this.#drags.forget();
    this.#presence.opened();
  }

  /** The server knows of us what it knew before the loss; what it may not have heard since is said again. */
  #goOn(connection: Connection): void {
    connection.goesOn = true;
    if (!this.#isFiltered) connection.raw.send(this.#filter ?? dialect.encodeFilter({}));
    if (connection.stream !== undefined) this.#saySelected(connection);
    this.#drags.takeUp();
    this.#presence.resumed();
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
      if (event !== undefined && this.#resumption.hear(event)) this.#heard(connection, event);
    } else if (data instanceof ArrayBuffer) {
      this.#receivedBytes(connection, new Uint8Array(data));
    }
  }

  #heard(connection: Connection, event: ServerEvent): void {
    if (event.type === "resume") {
      this.#resumption.told(event.data);
      if (connection.goesOn !== undefined) return;
      return event.data.resumed ? this.#goOn(connection) : this.#begin(connection);
    }
    if (event.type === "shutdown") return this.#comeback.askedBack(1000 * event.data.retry_after);
    if (event.type === "filter") this.#isFiltered = true;
    this.#drags.hear(event);
    tellEvent(this.#options.on, event);
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
        this.#saySelected(connection, message.nodes.ids);
      } else if (message.type === "heartbeatReply") this.#measured(connection, message.sentAtMs);
      else if (message.type === "heartbeat") connection.raw.send(dialect.encodeHeartbeatReply(message.timeMs));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      on.problem?.(`A message from the server could not be read: ${error.message}.`);
    }
  }

  #measured(connection: Connection, sentAtMs: number): void {
    connection.awaitingReply = false;
    // A server that knows of no resumption has told nothing before it answered.
    if (connection.goesOn === undefined) this.#begin(connection);
    const roundTripMs = Math.max(0, this.#options.clock.now() - sentAtMs);
    if (!Number.isFinite(roundTripMs)) return; // no time of ours
    connection.roundTrips.add(roundTripMs);
    const roundTrip = connection.roundTrips.figures()?.avg;
    this.#options.on.state?.({ kind: "live", dialect: dialectOf(connection), roundTripMs: roundTrip });
  }

  /** Says again what is selected, once it is known that this graph has such a node. */
  #saySelected(connection: Connection, ids?: Uint32Array): void {
    const selected = this.#selected;
    if (connection.knowsSelection) return;
    connection.knowsSelection = true;
    const isDue = selected === undefined ? connection.goesOn : ids?.includes(selected) ?? true;
    if (isDue) connection.raw.send(dialect.encodeSelect(selected));
  }

  #lost(code: number, reason: string): void {
    const openedAtMs = this.#current?.openedAtMs;
    this.#leaveCurrent();
    this.#comeback.lost({ code, reason, openedAtMs });
  }
}
