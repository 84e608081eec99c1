import { DecodeError } from "../protocol/codec.ts";
import { FieldError } from "../protocol/fields.ts";
import { type EventChannel, parseClientText, type ServerEvent } from "../protocol/graph/events.ts";
import { asksForSource, decodeSource, encodeAccepted } from "../protocol/graph/sssp.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { decodeAck } from "../protocol/graph/q1.ts";
import { decodeV4, encodeHeartbeat, V4_VERSION, type V4Message } from "../protocol/graph/v4.ts";
import { encodeHeartbeat as encodeTextHeartbeat } from "../protocol/network/heartbeat.ts";
import type { Pin } from "../gpu/mod.ts";
import { allows, type Role } from "./auth.ts";
import type { Broadcaster, Watcher } from "./broadcaster.ts";
import type { Clock } from "./clock.ts";
import type { ServedDialect } from "./frame_encoders.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LIMITS } from "./limits.ts";
import type { Meter } from "./meter.ts";
import type { Outbox } from "./outbox.ts";
import type { SlidingCount, TokenBuckets } from "./rate.ts";
import type { SourcePaths } from "./paths/source_paths.ts";
import type { SimulationLoop } from "./simulation_loop.ts";
import { StoreError } from "./store/store_error.ts";
import type { FrameSocket, SocketListener } from "./transport/frame_socket.ts";

/** Why a message was not acted on; the code travels in the error event. */
class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly code: "bad_message" | "forbidden" | "unknown_node" | "limit", message: string) {
    super(message);
  }
}

export type SourceChooser = Pick<SourcePaths, "asked" | "set">;
/** A message about a node that somebody has just removed: its sender could not know, and is only told. */
class RemovedNode extends Error {
  override readonly name = "RemovedNode";
}

export interface SessionOptions {
  readonly participant: number;
  readonly user: string;
  readonly role: Role;
  readonly token: string;
  readonly dialect: ServedDialect;
  readonly rateHz: number;
  readonly socket: FrameSocket;
  readonly outbox: Outbox;
  readonly meter: Meter;
  readonly badMessages: SlidingCount;
  /** Bytes of binary messages. */
  readonly inbound: TokenBuckets;
  readonly clock: Clock;
  readonly loop: SimulationLoop;
  readonly broadcaster: Pick<Broadcaster, "acknowledge">;
  readonly sourcePaths: SourceChooser;
  /** The connection is offered fewer or more frames per second than before. */
  readonly onRate: () => void;
  readonly onSelect: () => void;
  /** The client asked for these channels; their present content is due. */
  readonly onSubscribe: (session: GraphSession, channels: readonly EventChannel[]) => void;
  readonly onClose: (session: GraphSession) => void;
}

/**
 * One connection to the graph socket, from the accepted handshake to the close.
 * Messages are decoded by the negotiated dialect, acted on, or refused with a reason; a refusal changes nothing.
 */
export class GraphSession implements SocketListener {
  readonly watcher: Watcher;
  channels: ReadonlySet<EventChannel> = new Set();
  /** As the account stands now. */
  role: Role;
  /** Frames per second it is offered, less than it asked for while it cannot keep up. */
  rateHz: number;
  /** Wire id of the node this participant has selected. */
  selected: number | undefined;
  /** By wire id: the index of a node may change while it is held. */
  readonly #held = new Map<number, Pin>();
  /** A socket that has sent no text is sent none: its client may take every message for a frame. */
  #readsText = false;
  readonly #heartbeat: Heartbeat;

  constructor(readonly options: SessionOptions) {
    this.role = options.role;
    const { dialect, rateHz, outbox: sink } = options;
    this.rateHz = rateHz;
    this.watcher = {
      dialect,
      rateHz,
      sink,
      onRate: (offeredHz) => {
        this.rateHz = offeredHz;
        options.onRate();
      },
    };
    const askV4 = (stampMs: number) => sink.sendEvent(encodeHeartbeat(stampMs, { reply: false }));
    this.#heartbeat = new Heartbeat({
      socket: options.socket,
      clock: options.clock,
      ask: dialect === "v4" ? askV4 : undefined,
      onMeasured: (latencyMs) => options.meter.measured("roundTrip", latencyMs / 1000),
    });
  }

  /** How long the peer took to answer the newest heartbeat that it has answered. */
  get latencyMs(): number | undefined {
    return this.#heartbeat.latencyMs;
  }

  /** The present content of a channel, as text: an older one that has not left yet is replaced. */
  offerState(channel: EventChannel, text: string): void {
    if (this.#readsText) this.options.outbox.offerState(channel, text);
  }

  /** Asks the peer for a sign of life; one that was silent since the last heartbeat is dropped. */
  heartbeat(): void {
    if (this.#heartbeat.beat() === "asked") return;
    this.options.meter.endedBy("silent");
    this.options.socket.terminate();
  }

  close(code: number, reason: string): void {
    this.options.socket.close(code, reason);
  }

  onMessage(data: Uint8Array | string): void {
    this.#heartbeat.heard();
    this.options.meter.receivedMessages++;
    this.options.meter.receivedBytes += data.length;
    try {
      if (typeof data === "string") this.#onText(data);
      else this.#onBytes(data);
    } catch (error) {
      if (error instanceof RemovedNode) this.#tell("unknown_node", error.message);
      else if (error instanceof DecodeError || error instanceof FieldError) this.#refuse("bad_message", error.message);
      else if (error instanceof Refusal) this.#refuse(error.code, error.message);
      else if (error instanceof StoreError) this.#tell("unavailable", error.message);
      else throw error;
    }
  }

  onPong(): void {
    this.#heartbeat.onPong();
  }

  onClose(): void {
    this.options.onClose(this);
    for (const [id, pin] of this.#held) this.#letGo(id, pin);
    this.#held.clear();
  }

  /** A drag that its client did not end: pinned where it was last put. Where that cannot be stored, the loop has freed it. */
  #letGo(id: number, pin: Pin): void {
    const index = this.options.loop.indexOf(id);
    if (index === undefined) return;
    try {
      this.options.loop.pin({ ...pin, index });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #tell(code: string, message: string): void {
    this.options.meter.refused(code);
    const event: ServerEvent = { type: "error", data: { code, message } };
    if (this.#readsText) this.options.outbox.sendEvent(JSON.stringify(event));
  }

  #refuse(code: string, message: string): void {
    this.#tell(code, message);
    if (this.options.badMessages.hit(this.options.clock.now())) {
      this.options.meter.endedBy("refused");
      this.close(1008, `Too many refused messages: ${message}`);
    }
  }

  #onText(text: string): void {
    this.#readsText = true;
    if (this.options.dialect === "sssp" && asksForSource(text)) return this.#onSource(decodeSource(text));
    const message = parseClientText(text);
    if (message.type === "invalid") throw new Refusal("bad_message", message.reason);
    if (message.type === "ping") {
      return this.options.outbox.sendEvent(encodeTextHeartbeat({ type: "pong", timestamp: message.timestamp }));
    }
    this.channels = new Set(message.channels);
    this.options.onSubscribe(this, message.channels);
  }

  /** Chooses whose paths all watchers of this dialect see, and answers. */
  #onSource(source: number): void {
    const { sourcePaths, outbox, user } = this.options;
    this.#requireNode(source);
    if (!allows(this.role, "edit")) {
      throw new Refusal("forbidden", `Choosing the source needs the editor role; ${user} is a viewer.`);
    }
    sourcePaths.set({ ...sourcePaths.asked, source });
    outbox.sendEvent(encodeAccepted(source));
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.options.inbound.take("", this.options.clock.now(), bytes.byteLength) > 0) {
      throw new Refusal("limit", `At most ${LIMITS.placedBytes.value} bytes of messages are taken in a second.`);
    }
    switch (this.options.dialect) {
      case "v2":
        return this.#onRecords(bytes);
      case "v4":
        return this.#onV4(decodeV4(bytes));
      case "sssp":
        throw new Refusal("bad_message", "In this dialect records travel from the server to the client only.");
      case "q1":
        // V4's messages begin with a 4, Q1's own with a 1.
        if (bytes[0] === V4_VERSION) return this.#onV4(decodeV4(bytes));
        return this.options.broadcaster.acknowledge(this.watcher, decodeAck(bytes));
    }
  }

  /** V2: every record moves its node, but for nodes that have been removed. All are checked before the first is moved. */
  #onRecords(bytes: Uint8Array): void {
    const { count, ids, positions } = v2.decode(bytes), pins: Pin[] = [];
    for (let at = 0; at < count; at++) {
      if (this.options.loop.wasRemoved(ids[at])) continue;
      pins.push(this.#checkedPin(ids[at], positions[3 * at], positions[3 * at + 1], positions[3 * at + 2]));
    }
    this.#requireEditor();
    this.options.loop.place(pins);
  }

  #onV4(message: V4Message): void {
    switch (message.type) {
      case "nodeSelect":
        if (message.id !== undefined) this.#requireNode(message.id);
        if (this.selected === message.id) return;
        this.selected = message.id;
        return this.options.onSelect();
      case "nodeDrag": {
        const pin = this.#checkedPin(message.id, message.x, message.y, message.z);
        this.#requireEditor();
        return message.phase === "end" ? this.#drop(message.id, pin) : this.#hold(message.id, pin);
      }
      case "heartbeat":
        if (message.reply) return this.#heartbeat.onAnswer(message.timeMs);
        return this.options.outbox.sendEvent(encodeHeartbeat(message.timeMs, { reply: true }));
      case "fullGraph":
      case "positionUpdate":
        throw new Refusal("bad_message", `${message.type} travels from the server to the client only.`);
      case "filterUpdate":
      case "voiceData":
        throw new Refusal("bad_message", `${message.type} is not served by this version.`);
    }
  }

  #hold(id: number, pin: Pin): void {
    for (const known of this.#held.keys()) if (this.options.loop.wasRemoved(known)) this.#held.delete(known);
    if (!this.#held.has(id) && this.#held.size >= LIMITS.heldNodesPerSession.value) {
      throw new Refusal("limit", `At most ${LIMITS.heldNodesPerSession.value} nodes can be held at once.`);
    }
    this.#held.set(id, pin);
    this.options.loop.hold(pin);
  }

  #drop(id: number, pin: Pin): void {
    this.#held.delete(id);
    if (this.options.loop.pin(pin) === "full") {
      throw new Refusal("limit", `At most ${LIMITS.pins.value} nodes can be pinned; unpin some first.`);
    }
  }

  #requireEditor(): void {
    if (!allows(this.role, "edit")) {
      throw new Refusal("forbidden", `Moving nodes needs the editor role; ${this.options.user} is a viewer.`);
    }
  }

  #requireNode(id: number): number {
    const index = this.options.loop.indexOf(id);
    if (this.options.loop.wasRemoved(id)) throw new RemovedNode(`Node ${id} has been removed.`);
    if (index === undefined) throw new Refusal("unknown_node", `There is no node ${id}.`);
    return index;
  }

  #checkedPin(id: number, x: number, y: number, z: number): Pin {
    const index = this.#requireNode(id);
    if (![x, y, z].every((value) => Math.abs(value) <= LIMITS.coordinate.value)) {
      throw new Refusal("bad_message", `Coordinates must be finite and within ±${LIMITS.coordinate.value}.`);
    }
    return { index, x, y, z };
  }
}
