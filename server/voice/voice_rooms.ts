import type { VoiceFrameStamp } from "../../protocol/network/voice.ts";
import { encodeRoomState } from "../../protocol/network/voice_room.ts";
import type { Voice } from "../../protocol/voice.ts";
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import type { Outbox } from "../outbox.ts";
import { TokenBuckets } from "../rate.ts";
import { Refusal } from "../refusal.ts";
import { RelayedVoice, type VoiceDialect } from "./relayed_voice.ts";

/** One connection, as a room sees it. */
export interface VoiceMember {
  /** Number of the connection. */
  readonly participant: number;
  readonly user: string;
  readonly dialect: VoiceDialect;
  readonly outbox: Pick<Outbox, "offerVoice" | "flush">;
  /** Wants to be sent what others say. */
  readonly hears: boolean;
  /** Wants what it says to be sent to others. */
  readonly speaks: boolean;
  /** Who is in the room, in words; an older text that has not left yet is replaced. */
  tellRoom(text: string): void;
}

export interface VoiceRoom {
  readonly name: string;
  readonly members: Set<VoiceMember>;
  /** Accounts that an administrator has muted here; until the room is empty. */
  readonly muted: Set<string>;
}

/** How soon to look again at a socket that had no room. */
const RETRY_MS = 4;
/** How long a change may wait to be told, so that a crowd of changes is told once. */
const TELL_DELAY_MS = 100;
/** A packet costs the server this much at least, however short it is. */
const LEAST_PACKET_BYTES = 8192;

/**
 * Who talks with whom, whichever dialect they speak. A packet is handed to every other member of the room at once, or
 * waits in that member's own outbox for a moment: nobody waits for a slow listener.
 */
export class VoiceRooms {
  readonly #rooms = new Map<string, VoiceRoom>();
  /** Members for whom packets wait. */
  readonly #waiting = new Set<VoiceMember>();
  readonly #untold = new Set<VoiceRoom>();
  readonly #spoken = new TokenBuckets({
    burst: LIMITS.voiceBytes.value,
    perMinute: 60 * LIMITS.voiceBytes.value,
    maxKeys: LIMITS.rateKeys.value,
  });
  #cancelRetry: (() => void) | undefined;
  #cancelTelling: (() => void) | undefined;

  constructor(private readonly clock: Pick<Clock, "now" | "after">) {}

  get size(): number {
    return this.#rooms.size;
  }

  /** Why nobody more can come into this room; absent where there is a place. */
  crowded(name: string): string | undefined {
    const room = this.#rooms.get(name);
    if (room === undefined) return this.#rooms.size < LIMITS.voiceRooms.value ? undefined : "There are too many rooms.";
    return room.members.size < LIMITS.voiceMembers.value ? undefined : `The room ${name} is full.`;
  }

  /** Opens the room where nobody is in it yet. @throws {Refusal} where there is no place. */
  join(name: string, member: VoiceMember): VoiceRoom {
    const crowded = this.crowded(name);
    if (crowded !== undefined) throw new Refusal("limit", crowded);
    const room = this.#rooms.get(name) ?? { name, members: new Set<VoiceMember>(), muted: new Set<string>() };
    this.#rooms.set(name, room);
    room.members.add(member);
    this.tellSoon(room);
    return room;
  }

  leave(room: VoiceRoom, member: VoiceMember): void {
    room.members.delete(member);
    this.#waiting.delete(member);
    if (room.members.size > 0) return this.tellSoon(room);
    this.#rooms.delete(room.name);
    this.#untold.delete(room);
  }

  /** To everybody else who hears. @throws {Refusal} for more than one account may say. */
  speak(room: VoiceRoom, speaker: VoiceMember, said: { readonly voice: Voice; readonly stamp: VoiceFrameStamp }): void {
    const { voice, stamp } = said, cost = Math.max(LEAST_PACKET_BYTES, voice.audio.byteLength);
    if (this.#spoken.take(speaker.user, this.clock.now(), cost) > 0) {
      throw new Refusal("limit", `At most ${LIMITS.voiceBytes.value} bytes of voice are relayed in a second.`);
    }
    if (!speaker.speaks || room.muted.has(speaker.user)) return;
    const packet = new RelayedVoice(speaker.participant, voice, stamp);
    for (const member of room.members) {
      if (member === speaker || !member.hears) continue;
      if (member.outbox.offerVoice(packet.bytes(member.dialect))) this.#waiting.add(member);
    }
    this.#retrySoon();
  }

  /** @throws {Refusal} for an account that is not in the room. */
  mute(room: VoiceRoom, user: string, { muted }: { readonly muted: boolean }): void {
    if (!muted) room.muted.delete(user);
    else if ([...room.members].some((member) => member.user === user)) room.muted.add(user);
    else throw new Refusal("bad_message", `${user} is not in the room ${room.name}.`);
    this.tellSoon(room);
  }

  /** Who is in the room, or what they want, has changed. */
  tellSoon(room: VoiceRoom): void {
    this.#untold.add(room);
    this.#cancelTelling ??= this.clock.after(TELL_DELAY_MS, () => this.#tellNow());
  }

  close(): void {
    this.#cancelRetry?.();
    this.#cancelTelling?.();
  }

  #retrySoon(): void {
    if (this.#waiting.size > 0) this.#cancelRetry ??= this.clock.after(RETRY_MS, () => this.#retry());
  }

  #retry(): void {
    this.#cancelRetry = undefined;
    for (const member of this.#waiting) if (!member.outbox.flush()) this.#waiting.delete(member);
    this.#retrySoon();
  }

  #tellNow(): void {
    this.#cancelTelling = undefined;
    for (const room of this.#untold) {
      const members = Array.from(room.members, ({ participant, user, hears: hear, speaks: speak }) => {
        return { participant, user, hear, speak, muted: room.muted.has(user) };
      });
      for (const member of room.members) {
        member.tellRoom(encodeRoomState({ room: room.name, participant: member.participant, members }));
      }
    }
    this.#untold.clear();
  }
}
