import { DecodeError } from "../../protocol/codec.ts";
import { FieldError } from "../../protocol/fields.ts";
import { decodeNetworkFrame, encodeNetworkFrame, type NetworkFrame } from "../../protocol/network/frame.ts";
import { encodeHeartbeat, parseHeartbeat } from "../../protocol/network/heartbeat.ts";
import { encodeNetworkPayload } from "../../protocol/network/payload.ts";
import { decodeVoicePayload } from "../../protocol/network/voice.ts";
import { parseVoiceCommand } from "../../protocol/network/voice_room.ts";
import type { Role } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { InboundGate } from "../inbound_limits.ts";
import { LIMITS } from "../limits.ts";
import type { Meter } from "../meter.ts";
import type { Outbox } from "../outbox.ts";
import type { SlidingCount } from "../rate.ts";
import { Refusal } from "../refusal.ts";
import type { FrameSocket, SocketListener } from "../transport/frame_socket.ts";
import { VoiceSeat, type VoiceSeatOptions } from "./voice_seat.ts";

export interface VoiceSessionOptions extends Pick<VoiceSeatOptions, "participant" | "user" | "rooms" | "roomName"> {
  readonly role: Role;
  readonly token: string;
  readonly socket: FrameSocket;
  readonly outbox: Outbox;
  readonly meter: Meter;
  readonly gate: InboundGate | undefined;
  readonly badMessages: SlidingCount;
  readonly clock: Clock;
  readonly onClose: (session: VoiceSession) => void;
}

type Word = Pick<NetworkFrame, "type"> & { readonly timestampMs?: number; readonly payload?: Uint8Array };

const NO_PAYLOAD = new Uint8Array(0);

/** One connection to `/ws/voice`: typed frames both ways, and words for a client that has sent some. */
export class VoiceSession implements SocketListener {
  readonly seat: VoiceSeat;
  /** As the account stands now. */
  role: Role;
  readonly token: string;
  #readsText = false;
  #heardMs: number;
  /** The newest ping: when by our clock, and the timestamp it carried. */
  #ping: { readonly atMs: number; readonly stampMs: number; isAnswered: boolean };

  constructor(readonly options: VoiceSessionOptions) {
    const { participant, user, rooms, roomName, outbox, clock } = options;
    this.role = options.role;
    this.token = options.token;
    this.#heardMs = clock.now();
    this.#ping = { atMs: clock.now(), stampMs: 0, isAnswered: true };
    this.seat = new VoiceSeat({
      ...{ participant, user, rooms, roomName, outbox, dialect: "network", role: () => this.role },
      tellRoom: (text) => {
        if (this.#readsText) outbox.offerState("voice", text);
      },
    });
  }

  /** To be called about once a second: pings a peer when it is time, drops one that is silent or takes nothing. */
  lookAfter(): void {
    const { clock, outbox, meter, socket } = this.options, nowMs = clock.now();
    outbox.flush();
    if (nowMs - this.#heardMs >= LIMITS.voiceSilenceMs.value) {
      meter.endedBy("silent");
      return socket.terminate();
    }
    if (nowMs - this.#ping.atMs < LIMITS.voiceHeartbeatMs.value) return;
    this.#ping = { atMs: nowMs, stampMs: clock.wallNow(), isAnswered: false };
    this.#send({ type: "ping", timestampMs: this.#ping.stampMs });
  }

  close(code: number, reason: string): void {
    this.options.socket.close(code, reason);
  }

  onMessage(data: Uint8Array | string): void {
    const { meter, gate, clock } = this.options;
    this.#heardMs = clock.now();
    meter.receivedMessages++;
    meter.receivedBytes += data.length;
    const over = gate?.take();
    if (over !== undefined) {
      this.#tell("limit", over.message, over.retryAfterS);
      if (over.goesOn) this.#end("Too many messages over the limit.");
      return;
    }
    try {
      if (typeof data === "string") this.#onText(data);
      else this.#onFrame(decodeNetworkFrame(data));
    } catch (error) {
      if (error instanceof DecodeError || error instanceof FieldError) this.#refuse("bad_message", error.message);
      else if (error instanceof Refusal) this.#refuse(error.code, error.message);
      else throw error;
    }
  }

  /** Life is told by typed frames: where the runtime answers pings itself, a pong says nothing about the peer. */
  onPong(): void {}

  onClose(): void {
    this.seat.leave();
    this.options.onClose(this);
  }

  #onFrame(frame: NetworkFrame): void {
    switch (frame.type) {
      case "voiceFrame": {
        const { speaker, voice } = decodeVoicePayload(frame), { timestampMs, priority } = frame;
        if (speaker !== 0) throw new Refusal("bad_message", "The speaker is 0 on the way to the server.");
        return this.seat.speak(voice, { timestampMs, priority });
      }
      case "ping":
        return this.#send({ type: "pong", timestampMs: frame.timestampMs });
      case "pong":
        return this.#onAnswer(frame.timestampMs);
      case "close":
        return this.close(1000, "");
      default:
        throw new Refusal("bad_message", `A frame of type ${frame.type} is not taken at /ws/voice.`);
    }
  }

  #onText(text: string): void {
    this.#readsText = true;
    const command = parseVoiceCommand(text);
    if (command !== undefined) return this.seat.obey(command);
    const { type, timestamp } = parseHeartbeat(text);
    if (type === "ping") this.options.outbox.sendEvent(encodeHeartbeat({ type: "pong", timestamp }));
  }

  #onAnswer(stampMs: number): void {
    if (this.#ping.isAnswered || stampMs !== this.#ping.stampMs) return;
    this.#ping.isAnswered = true;
    this.options.meter.measured("roundTrip", (this.options.clock.now() - this.#ping.atMs) / 1000);
  }

  #send({ type, timestampMs = this.options.clock.wallNow(), payload = NO_PAYLOAD }: Word): void {
    this.options.outbox.sendEvent(
      encodeNetworkFrame({ type, priority: "high", packing: "none", timestampMs, payload }),
    );
  }

  #tell(code: string, message: string, retryAfterS?: number): void {
    this.options.meter.refused(code);
    this.#send({
      type: "error",
      payload: encodeNetworkPayload({ type: "error", code, message, retry_after: retryAfterS }),
    });
  }

  #refuse(code: string, message: string): void {
    this.#tell(code, message);
    if (this.options.badMessages.hit(this.options.clock.now())) this.#end(`Too many refused messages: ${message}`);
  }

  #end(reason: string): void {
    this.options.meter.endedBy("refused");
    this.close(1008, reason);
  }
}
