import { type EventChannel, parseClientText, type Subscribe } from "../protocol/graph/events.ts";
import type { Camera, Introduction } from "../protocol/graph/presence.ts";
import { asksForSource, decodeSource, encodeAccepted } from "../protocol/graph/sssp.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { decodeAck } from "../protocol/graph/q1.ts";
import { decodeV4, encodeHeartbeat, peekType, V4_TYPE, V4_VERSION, type V4Message } from "../protocol/graph/v4.ts";
import { encodeHeartbeat as encodeTextHeartbeat } from "../protocol/network/heartbeat.ts";
import { parseVoiceCommand } from "../protocol/network/voice_room.ts";
import type { Role } from "./auth.ts";
import type { Watcher } from "./broadcaster.ts";
import { stoppingReason } from "./come_back.ts";
import type { Lens } from "./filters/lens.ts";
import type { OverLimit } from "./inbound_limits.ts";
import { LIMITS } from "./limits.ts";
import { type Carrier, Line } from "./line.ts";
import { carriesVoice, Participation } from "./participation.ts";
import { SlidingCount } from "./rate.ts";
import { Refusal, toldOf } from "./refusal.ts";
import { Ear } from "./resume/ear.ts";
import type { Returned, SessionOptions } from "./session_options.ts";
import type { SocketListener } from "./transport/frame_socket.ts";
import { V4Intake } from "./v4_intake.ts";

const NO_CHANNELS: ReadonlySet<EventChannel> = new Set();
const UNKNOWN: Introduction = {};

/**
 * One connection to the graph socket, from the accepted handshake to the close.
 * Messages are decoded by the negotiated dialect, acted on, or refused with a reason; a refusal changes nothing.
 *
 * Most connections only watch, and there may be tens of thousands: what is for those who do more is made when they do.
 */
export class GraphSession implements SocketListener {
  readonly watcher: Watcher;
  channels: ReadonlySet<EventChannel> = NO_CHANNELS;
  /** As the account stands now. */
  role: Role;
  /** Frames per second it is offered, less than it asked for while it cannot keep up. */
  rateHz: number;
  /** What carries what is said here, and for whom it is kept. */
  readonly line: Line;
  /** What its client has shown last of who it is. */
  token: string;
  readonly #subscriptions = new SlidingCount({ limit: LIMITS.subscriptions.value + 1, windowMs: 60_000 });
  #participation: Participation | undefined;
  /** Made for the first filter. */
  #filters: V4Intake | undefined;

  constructor(readonly options: SessionOptions<GraphSession>, carrier: Carrier) {
    this.role = options.role;
    this.token = options.token;
    this.line = new Line(options, carrier);
    const { dialect, rateHz, outbox: sink, meter } = options;
    this.rateHz = rateHz;
    this.watcher = {
      dialect,
      rateHz,
      sink,
      meter,
      onRate: (offeredHz) => {
        this.rateHz = offeredHz;
        options.surroundings.onRate(this);
      },
    };
  }

  /** What it does besides watching. */
  get participation(): Participation {
    const { surroundings, participant, user, dialect, roomName, outbox } = this.options;
    return this.#participation ??= new Participation({
      ...{ surroundings, participant, user, dialect, roomName, outbox, watcher: this.watcher },
      role: () => this.role,
      onLook: () => surroundings.onLook(this),
      say: (event) => this.line.say(event),
      tellRoom: (text) => this.offerState("voice", text),
      refuse: (code, message) => this.#refuse(code, message),
      tell: (code, message, retryAfterS) => this.#tell(code, message, retryAfterS),
    });
  }

  /** Wire id of the node that its participant has selected. */
  get selected(): number | undefined {
    return this.#participation?.hand.selected;
  }

  get introduction(): Introduction {
    return this.#participation?.presence.introduction ?? UNKNOWN;
  }

  get camera(): Camera | undefined {
    return this.#participation?.presence.camera;
  }

  /** How long the peer took to answer the newest heartbeat that it has answered. */
  get latencyMs(): number | undefined {
    return this.line.heartbeat?.latencyMs;
  }

  /** What it sees the graph through. */
  get lens(): Lens | undefined {
    return this.#participation?.filterDesk.lens;
  }

  /** The present content of a channel, as text: an older one that has not left yet is replaced. */
  offerState(channel: EventChannel | "voice", text: string): void {
    this.line.offerState(channel, text);
  }

  close(code: number, reason: string): void {
    this.line.close(code, reason);
    if (this.line.isAway) this.end();
  }

  /** The server stops. */
  sendAway(retryAfterS: number): void {
    this.line.sayStopping({ message: "The server is stopping.", retry_after: retryAfterS });
    this.close(1001, stoppingReason(retryAfterS));
  }

  onMessage(data: Uint8Array | string): void {
    this.line.heartbeat?.heard();
    this.options.meter.receivedMessages++;
    this.options.meter.receivedBytes += data.length;
    const over = this.#isPartOfStream(data) ? undefined : this.options.gate?.take();
    if (over !== undefined) return this.#refuseForNow(over, data);
    try {
      if (typeof data === "string") this.#onText(data);
      else this.#onBytes(data);
    } catch (error) {
      this.#answer(error);
    }
  }

  onPong(): void {
    this.line.heartbeat?.onPong();
  }

  onFlood(): void {
    // Where sockets are in workers, both isolates may see it.
    if (this.line.condemn() === "first") this.options.meter.endedBy("flood");
  }

  onClose(code = 1006, _reason = ""): void {
    this.#filters?.reset();
    if (!this.line.mayReturn(code) || !this.options.surroundings.onAway(this)) return this.end();
    this.line.detach();
  }

  /** Goes on over another socket: what was missed first, then how things stand. */
  resume({ socket, place, token, role, ticket, missed }: Returned): SocketListener {
    const { outbox, rateHz, surroundings } = this.options;
    this.line.attach({ socket, place });
    this.token = token;
    this.role = role;
    this.rateHz = rateHz;
    this.line.sayResume({ resumed: true, token: ticket });
    for (const text of missed) outbox.sendEvent(text);
    surroundings.onSubscribe(this, [...this.channels]);
    this.#participation?.seat?.tell();
    return new Ear(this, socket);
  }

  /** The participant is gone for good. */
  end(): void {
    this.line.detach();
    this.options.surroundings.onClose(this);
    this.#participation?.end();
  }

  /** Says why a message was not acted on. @throws what is a fault of ours. */
  #answer(error: unknown): void {
    const told = toldOf(error);
    if (told === undefined) throw error;
    return told.isSendersFault ? this.#refuse(told.code, told.message) : this.#tell(told.code, told.message);
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
    const command = carriesVoice(this.options.dialect) ? parseVoiceCommand(text) : undefined;
    if (command !== undefined) return this.participation.seat?.obey(command);
    if (this.options.dialect === "sssp" && asksForSource(text)) return this.#onSource(decodeSource(text));
    const message = parseClientText(text);
    switch (message.type) {
      case "invalid":
        throw new Refusal("bad_message", message.reason);
      case "ping":
        return this.options.outbox.sendEvent(encodeTextHeartbeat({ type: "pong", timestamp: message.timestamp }));
      case "filter":
        return this.participation.filterDesk.ask(message.filter);
      case "introduce":
        return this.participation.presence.introduce(message.introduction);
      case "camera":
        return this.participation.presence.look(message.camera);
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
    const { surroundings } = this.options;
    if (mayReturn) surroundings.onMayReturn(this);
    surroundings.onSubscribe(this, channels);
  }

  /** Chooses whose paths all watchers of this dialect see, and answers. */
  #onSource(source: number): void {
    const { outbox, surroundings: { sourcePaths } } = this.options;
    this.participation.hand.requireNode(source);
    this.participation.hand.requireEditor("Choosing the source");
    sourcePaths.set({ ...sourcePaths.asked, source });
    outbox.sendEvent(encodeAccepted(source));
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.options.inbound.take(this.options.clock.now(), bytes.byteLength) > 0) {
      throw new Refusal("limit", `At most ${LIMITS.placedBytes.value} bytes of messages are taken in a second.`);
    }
    switch (this.options.dialect) {
      case "v2":
        return this.participation.hand.place(v2.decode(bytes));
      case "v4":
        return this.#takeV4(bytes);
      case "sssp":
        throw new Refusal("bad_message", "In this dialect records travel from the server to the client only.");
      case "q1":
        // V4's messages begin with a 4, Q1's own with a 1.
        if (bytes[0] === V4_VERSION) return this.#takeV4(bytes);
        return this.options.surroundings.broadcaster.acknowledge(this.watcher, decodeAck(bytes));
    }
  }

  #takeV4(bytes: Uint8Array): void {
    if (peekType(bytes) !== V4_TYPE.filterUpdate) return this.#onV4(decodeV4(bytes));
    this.#filters ??= new V4Intake({
      ...this.options.surroundings,
      onMessage: (message) => this.#onV4(message),
      onError: (error) => this.#answer(error),
    });
    this.#filters.take(bytes);
  }

  #onV4(message: V4Message): void {
    switch (message.type) {
      case "nodeSelect":
        return this.participation.hand.select(message.id);
      case "nodeDrag":
        return this.participation.hand.drag(message);
      case "heartbeat":
        if (message.reply) return this.line.heartbeat?.onAnswer(message.timeMs);
        return this.options.outbox.sendEvent(encodeHeartbeat(message.timeMs, { reply: true }));
      case "fullGraph":
      case "positionUpdate":
        throw new Refusal("bad_message", `${message.type} travels from the server to the client only.`);
      case "filterUpdate":
        return this.participation.filterDesk.ask(message.filter);
      case "voiceData":
        return this.participation.seat?.speak(message, {
          timestampMs: this.options.clock.wallNow(),
          priority: "critical",
        });
    }
  }
}
