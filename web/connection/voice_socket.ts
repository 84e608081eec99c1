/**
 * The life of a voice socket: open, speak and hear, lose, come back. Unlike the graph's it goes on while the page is
 * hidden: people talk while they look elsewhere. What is said while it is not open is lost, not kept.
 */
import { DecodeError } from "../../protocol/codec.ts";
import { FieldError } from "../../protocol/fields.ts";
import { SUBPROTOCOL_PREFIX } from "../../protocol/graph/negotiate.ts";
import { decodeNetworkFrame, encodeNetworkFrame, type NetworkFrame } from "../../protocol/network/frame.ts";
import { parseNetworkPayload } from "../../protocol/network/payload.ts";
import { decodeVoicePayload, encodeVoiceFrame, type SpokenVoice } from "../../protocol/network/voice.ts";
import {
  encodeVoiceCommand,
  GRAPH_ROOM,
  parseRoomState,
  type RoomState,
  type VoiceCommand,
} from "../../protocol/network/voice_room.ts";
import type { Voice } from "../../protocol/voice.ts";
import type { Clock } from "./clock.ts";
import { Comeback } from "./comeback.ts";
import { CLOSE, type ConnectionState, type ProbeResult } from "./connection_state.ts";
import type { OpenSocket, RawSocket } from "./raw_socket.ts";

export const VOICE_TIMES = {
  openTimeoutMs: 10_000,
  /** The server says something every 15 s; one that is silent for so long is gone, whatever TCP believes. */
  silenceMs: 40_000,
} as const;

/** Own close code for a peer that has gone silent; 4000–4999 are the application's. */
const CLOSE_SILENT = 4000;
const SEQUENCES = 0x1_0000;

export type VoiceState = Exclude<ConnectionState, { kind: "live" }> | { readonly kind: "live" };

/** All are optional. */
export interface VoiceEvents {
  state(state: VoiceState): void;
  /** Somebody says something; a gap in one speaker's `voice.sequence` is what was lost. */
  frame(spoken: SpokenVoice, timestampMs: number): void;
  /** Who is in the room, oneself included; replaces what was known. */
  room(room: RoomState): void;
  /** The server refused something, and says why. Units: seconds. */
  error(error: { readonly code: string; readonly message: string; readonly retry_after?: number }): void;
  /** The token is not, or no longer, good for this server; nothing is retried. */
  signedOut(reason: string): void;
  /** A message of the server could not be read. */
  problem(sentence: string): void;
}

export interface VoiceSocketOptions {
  readonly url: () => string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  readonly random: () => number;
  readonly probe: () => Promise<ProbeResult>;
  readonly on: Partial<VoiceEvents>;
}

interface Connection {
  readonly raw: RawSocket;
  /** Absent until it opened. */
  openedAtMs?: number;
  cancelTimer: () => void;
}

const nothing = () => {};

/** The voice socket of the server that serves `page`. */
export function voiceSocketUrl(page: string, { token, room = GRAPH_ROOM }: { token: string; room?: string }): string {
  const url = new URL("/ws/voice", page.replace(/^http/, "ws"));
  url.searchParams.set("token", token);
  url.searchParams.set("room", room);
  return url.href;
}

export class VoiceSocket {
  readonly #options: VoiceSocketOptions;
  #current: Connection | undefined;
  readonly #comeback: Comeback;
  #sequence = 0;
  /** What the server asked for: until then nothing that is said would be taken. */
  #quietUntilMs = -Infinity;
  /** What is wished here; said again after every reconnect. */
  #wishes = { hear: true, speak: true };

  constructor(options: VoiceSocketOptions) {
    this.#options = options;
    this.#comeback = new Comeback({ ...options, isVisible: () => true, connect: () => this.connect() });
  }

  /** Opens a fresh socket, whatever there was before. */
  connect(): void {
    this.#drop("replaced");
    this.#options.on.state?.({ kind: "connecting" });
    const ifCurrent = (act: () => void) => this.#current === connection && act();
    const raw = this.#options.openSocket(this.#options.url(), [`${SUBPROTOCOL_PREFIX}voice`], {
      open: () => ifCurrent(() => this.#opened(connection)),
      message: (data) => ifCurrent(() => this.#received(connection, data)),
      close: (code, reason) => ifCurrent(() => this.#lost(code, reason)),
    });
    const connection: Connection = { raw, cancelTimer: nothing };
    this.#watch(connection, VOICE_TIMES.openTimeoutMs);
    this.#current = connection;
  }

  close(): void {
    this.#drop("closed");
    this.#options.on.state?.({ kind: "idle" });
  }

  /**
   * Says one packet; the sequence is counted here. False where it is not said: the socket is not open, or the server has
   * asked to wait. @throws {RangeError} for a packet beyond its bounds.
   */
  speak(packet: Omit<Voice, "sequence">): boolean {
    const { clock, wallNow } = this.#options, sequence = this.#sequence;
    const stamp = { timestampMs: wallNow(), priority: "critical" } as const;
    const bytes = encodeVoiceFrame({ speaker: 0, voice: { ...packet, sequence } }, stamp);
    this.#sequence = (sequence + 1) % SEQUENCES; // also of what is lost, so that listeners see the gap
    if (this.#current?.openedAtMs === undefined || clock.now() < this.#quietUntilMs) return false;
    this.#current.raw.send(bytes);
    return true;
  }

  /** `hear`: what others say is sent here. `speak`: what is said here is sent to others. */
  wish(wishes: { readonly hear?: boolean; readonly speak?: boolean }): void {
    this.#wishes = { ...this.#wishes, ...wishes };
    this.#say({ type: "voice", ...this.#wishes });
  }

  /** An administrator's: nobody in the room hears this account. */
  mute(user: string, { muted }: { readonly muted: boolean }): void {
    this.#say({ type: "mute", user, muted });
  }

  #say(command: VoiceCommand): void {
    if (this.#current?.openedAtMs !== undefined) this.#current.raw.send(encodeVoiceCommand(command));
  }

  /** Lets go of the current socket, every timer and every pending probe. */
  #drop(reason: string): void {
    this.#comeback.stop();
    this.#current?.cancelTimer();
    this.#current?.raw.close(CLOSE.normal, reason);
    this.#current = undefined;
  }

  /** A peer that says nothing for `ms` from now on is gone. */
  #watch(connection: Connection, ms: number): void {
    connection.cancelTimer();
    connection.cancelTimer = this.#options.clock.after(ms, () => {
      this.#lost(CLOSE.abnormal, "");
      connection.raw.close(CLOSE_SILENT, "no answer");
    });
  }

  #opened(connection: Connection): void {
    connection.openedAtMs = this.#options.clock.now();
    this.#watch(connection, VOICE_TIMES.silenceMs);
    this.#options.on.state?.({ kind: "live" });
    const { hear, speak } = this.#wishes;
    if (this.#options.on.room !== undefined || !hear || !speak) this.wish({});
  }

  #received(connection: Connection, data: unknown): void {
    const { on } = this.#options;
    this.#watch(connection, VOICE_TIMES.silenceMs);
    if (typeof data === "string") {
      const room = parseRoomState(data);
      if (room !== undefined) on.room?.(room);
    } else if (data instanceof ArrayBuffer) {
      try {
        this.#receivedFrame(connection, decodeNetworkFrame(new Uint8Array(data)));
      } catch (error) {
        if (!(error instanceof DecodeError || error instanceof FieldError)) throw error;
        on.problem?.(`A message from the server could not be read: ${error.message}.`);
      }
    }
  }

  #receivedFrame({ raw }: Connection, frame: NetworkFrame): void {
    const { on } = this.#options;
    if (frame.type === "voiceFrame") on.frame?.(decodeVoicePayload(frame), frame.timestampMs);
    else if (frame.type === "ping") raw.send(encodeNetworkFrame({ ...frame, type: "pong" }));
    else if (frame.type === "error") this.#refused(frame.payload);
  }

  #refused(payload: Uint8Array): void {
    const error = parseNetworkPayload("error", payload);
    if (error.type !== "error") return;
    const { code, message, retry_after } = error;
    if (retry_after !== undefined) this.#quietUntilMs = this.#options.clock.now() + 1000 * retry_after;
    this.#options.on.error?.({ code, message, retry_after });
  }

  #lost(code: number, reason: string): void {
    const openedAtMs = this.#current?.openedAtMs;
    this.#current?.cancelTimer();
    this.#current = undefined;
    this.#comeback.lost({ code, reason, openedAtMs });
  }
}
