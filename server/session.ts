import { DecodeError } from "../protocol/codec.ts";
import { FieldError } from "../protocol/fields.ts";
import { type EventChannel, parseClientText, type Subscribe } from "../protocol/graph/events.ts";
import { asksForSource, decodeSource, encodeAccepted } from "../protocol/graph/sssp.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { decodeAck } from "../protocol/graph/q1.ts";
import { decodeV4, encodeHeartbeat, V4_VERSION, type V4Message } from "../protocol/graph/v4.ts";
import { encodeHeartbeat as encodeTextHeartbeat } from "../protocol/network/heartbeat.ts";
import { parseVoiceCommand } from "../protocol/network/voice_room.ts";
import type { Role } from "./auth.ts";
import type { Watcher } from "./broadcaster.ts";
import { FilterDesk } from "./filters/filter_desk.ts";
import type { Lens } from "./filters/lens.ts";
import { Hand } from "./hand.ts";
import type { OverLimit } from "./inbound_limits.ts";
import { LIMITS } from "./limits.ts";
import { Line } from "./line.ts";
import { Presence } from "./presence.ts";
import { SlidingCount } from "./rate.ts";
import { Refusal, RemovedNode } from "./refusal.ts";
import { Ear } from "./resume/ear.ts";
import type { Returned, SessionOptions } from "./session_options.ts";
import { StoreError } from "./store/store_error.ts";
import type { SocketListener } from "./transport/frame_socket.ts";
import { VoiceSeat } from "./voice/voice_seat.ts";

/**
 * One connection to the graph socket, from the accepted handshake to the close.
 * Messages are decoded by the negotiated dialect, acted on, or refused with a reason; a refusal changes nothing.
 */
export class GraphSession implements SocketListener {
  readonly watcher: Watcher;
  /** Of a dialect that carries voice. */
  readonly seat: VoiceSeat | undefined;
  channels: ReadonlySet<EventChannel> = new Set();
  /** As the account stands now. */
  role: Role;
  /** Frames per second it is offered, less than it asked for while it cannot keep up. */
  rateHz: number;
  /** What its participant does to nodes. */
  readonly hand: Hand;
  /** What its participant shows of itself. */
  readonly presence: Presence;
  /** What carries what is said here, and for whom it is kept. */
  readonly line: Line;
  /** What its client has shown last of who it is. */
  token: string;
  readonly #subscriptions = new SlidingCount({ limit: LIMITS.subscriptions.value + 1, windowMs: 60_000 });
  readonly #filterDesk: FilterDesk;

  constructor(readonly options: SessionOptions) {
    this.role = options.role;
    this.token = options.token;
    this.line = new Line(options);
    const { dialect, rateHz, outbox: sink } = options;
    this.hand = new Hand({
      ...options,
      role: () => this.role,
      onReleased: (data) => this.line.say({ type: "released", data }),
    });
    this.presence = new Presence({ introduced: options.onIntroduce, looked: () => options.onLook() });
    this.rateHz = rateHz;
    this.watcher = {
      dialect,
      rateHz,
      sink,
      meter: options.meter,
      onRate: (offeredHz) => {
        this.rateHz = offeredHz;
        options.onRate();
      },
    };
    this.#filterDesk = new FilterDesk({
      ...options,
      watcher: this.watcher,
      requireNode: (id) => void this.hand.requireNode(id),
      refuse: (code, message) => this.#refuse(code, message),
      tell: (code, message, retryAfterS) => this.#tell(code, message, retryAfterS),
      onFilter: (filter, nodes) => this.line.say({ type: "filter", data: { filter, nodes } }),
    });
    const { participant, user, voice } = options, tellRoom = (text: string) => this.offerState("voice", text);
    this.seat = dialect !== "v4" && dialect !== "q1" ? undefined : new VoiceSeat({
      ...{ ...voice, participant, user, dialect: "v4", outbox: sink, role: () => this.role, tellRoom },
    });
  }

  /** How long the peer took to answer the newest heartbeat that it has answered. */
  get latencyMs(): number | undefined {
    return this.line.heartbeat.latencyMs;
  }

  /** What it sees the graph through. */
  get lens(): Lens | undefined {
    return this.#filterDesk.lens;
  }

  /** The present content of a channel, as text: an older one that has not left yet is replaced. */
  offerState(channel: EventChannel | "voice", text: string): void {
    this.line.offerState(channel, text);
  }

  close(code: number, reason: string): void {
    this.line.close(code, reason);
    if (this.line.isAway) this.end();
  }

  onMessage(data: Uint8Array | string): void {
    this.line.heartbeat.heard();
    this.options.meter.receivedMessages++;
    this.options.meter.receivedBytes += data.length;
    const over = this.#isPartOfStream(data) ? undefined : this.options.gate?.take();
    if (over !== undefined) return this.#refuseForNow(over, data);
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
    this.line.heartbeat.onPong();
  }

  onFlood(): void {
    // Where sockets are in workers, both isolates may see it.
    if (this.line.condemn() === "first") this.options.meter.endedBy("flood");
  }

  onClose(code = 1006, _reason = ""): void {
    if (!this.line.mayReturn(code) || !this.options.onAway()) return this.end();
    this.line.detach();
  }

  /** Goes on over another socket: what was missed first, then how things stand. */
  resume({ socket, place, token, role, ticket, missed }: Returned): SocketListener {
    const { outbox, rateHz, onSubscribe } = this.options;
    this.line.attach(socket, place);
    this.token = token;
    this.role = role;
    this.rateHz = rateHz;
    this.line.sayResume({ resumed: true, token: ticket });
    for (const text of missed) outbox.sendEvent(text);
    onSubscribe([...this.channels]);
    this.seat?.tell();
    return new Ear(this, socket);
  }

  /** The participant is gone for good. */
  end(): void {
    this.seat?.leave();
    this.line.detach();
    this.options.onClose();
    this.#filterDesk.close();
    this.hand.letGo();
  }

  #tell(code: string, message: string, retryAfterS?: number): void {
    this.options.meter.refused(code);
    this.line.say({ type: "error", data: { code, message, retry_after: retryAfterS } });
  }

  #refuse(code: string, message: string): void {
    this.#tell(code, message);
    if (this.options.badMessages.hit(this.options.clock.now())) this.#end(`Too many refused messages: ${message}`);
  }

  /** What a Q1 reader says for every frame it shows. */
  #isPartOfStream(data: Uint8Array | string): boolean {
    return this.options.dialect === "q1" && typeof data !== "string" && data[0] !== V4_VERSION;
  }

  #refuseForNow({ message, retryAfterS, goesOn }: OverLimit, data: Uint8Array | string): void {
    this.line.readsText ||= typeof data === "string";
    this.#tell("limit", message, retryAfterS);
    if (goesOn) this.#end("Too many messages over the limit.");
  }

  #end(reason: string): void {
    this.options.meter.endedBy("refused");
    this.close(1008, reason);
  }

  #onText(text: string): void {
    this.line.readsText = true;
    const command = this.seat && parseVoiceCommand(text);
    if (command !== undefined) return this.seat?.obey(command);
    if (this.options.dialect === "sssp" && asksForSource(text)) return this.#onSource(decodeSource(text));
    const message = parseClientText(text);
    switch (message.type) {
      case "invalid":
        throw new Refusal("bad_message", message.reason);
      case "ping":
        return this.options.outbox.sendEvent(encodeTextHeartbeat({ type: "pong", timestamp: message.timestamp }));
      case "filter":
        return this.#filterDesk.ask(message.filter);
      case "introduce":
        return this.presence.introduce(message.introduction);
      case "camera":
        return this.presence.look(message.camera);
      case "subscribe":
        return this.#subscribe(message);
    }
  }

  /** Each subscription is answered with everything there is to know. */
  #subscribe({ channels, mayReturn }: Subscribe): void {
    if (this.#subscriptions.hit(this.options.clock.now())) {
      throw new Refusal("limit", `At most ${LIMITS.subscriptions.value} subscriptions a minute are taken.`);
    }
    this.channels = new Set(channels);
    if (mayReturn) this.options.onMayReturn();
    this.options.onSubscribe(channels);
  }

  /** Chooses whose paths all watchers of this dialect see, and answers. */
  #onSource(source: number): void {
    const { sourcePaths, outbox } = this.options;
    this.hand.requireNode(source);
    this.hand.requireEditor("Choosing the source");
    sourcePaths.set({ ...sourcePaths.asked, source });
    outbox.sendEvent(encodeAccepted(source));
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.options.inbound.take(this.options.clock.now(), bytes.byteLength) > 0) {
      throw new Refusal("limit", `At most ${LIMITS.placedBytes.value} bytes of messages are taken in a second.`);
    }
    switch (this.options.dialect) {
      case "v2":
        return this.hand.place(v2.decode(bytes));
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

  #onV4(message: V4Message): void {
    switch (message.type) {
      case "nodeSelect":
        return this.hand.select(message.id);
      case "nodeDrag":
        return this.hand.drag(message);
      case "heartbeat":
        if (message.reply) return this.line.heartbeat.onAnswer(message.timeMs);
        return this.options.outbox.sendEvent(encodeHeartbeat(message.timeMs, { reply: true }));
      case "fullGraph":
      case "positionUpdate":
        throw new Refusal("bad_message", `${message.type} travels from the server to the client only.`);
      case "filterUpdate":
        return this.#filterDesk.ask(message.filter);
      case "voiceData":
        return this.seat?.speak(message, { timestampMs: this.options.clock.wallNow(), priority: "critical" });
    }
  }
}
