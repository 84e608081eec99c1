import type { VoiceFrameStamp } from "../../protocol/network/voice.ts";
import type { VoiceCommand } from "../../protocol/network/voice_room.ts";
import type { Voice } from "../../protocol/voice.ts";
import { allows, type Role } from "../auth.ts";
import { Refusal } from "../refusal.ts";
import type { VoiceMember, VoiceRoom, VoiceRooms } from "./voice_rooms.ts";

export interface VoiceSeatOptions
  extends Pick<VoiceMember, "participant" | "user" | "dialect" | "outbox" | "tellRoom"> {
  readonly rooms: VoiceRooms;
  /** The room that this connection is in, once it has to do with voice. */
  readonly roomName: string;
  /** As the account stands now. */
  readonly role: () => Role;
}

/** What one connection has to do with voice: nothing, until it joins, speaks or asks who is there. */
export class VoiceSeat implements VoiceMember {
  readonly participant: number;
  readonly user: string;
  readonly dialect: VoiceMember["dialect"];
  readonly outbox: VoiceMember["outbox"];
  hears = true;
  speaks = true;
  #room: VoiceRoom | undefined;

  constructor(private readonly options: VoiceSeatOptions) {
    const { participant, user, dialect, outbox } = options;
    this.participant = participant;
    this.user = user;
    this.dialect = dialect;
    this.outbox = outbox;
  }

  tellRoom(text: string): void {
    this.options.tellRoom(text);
  }

  /** As soon as the socket is open, where there still is a place; else why there is none. */
  enter(): string | undefined {
    const crowded = this.options.rooms.crowded(this.options.roomName);
    if (crowded === undefined) this.join();
    return crowded;
  }

  /** @throws {Refusal} where the room is full. */
  join(): VoiceRoom {
    return this.#room ??= this.options.rooms.join(this.options.roomName, this);
  }

  /** @throws {Refusal} where the room is full, or the account has said too much. */
  speak(voice: Voice, stamp: VoiceFrameStamp): void {
    this.options.rooms.speak(this.join(), this, { voice, stamp });
  }

  /** @throws {Refusal} for a command that is not allowed, or names nobody. */
  obey(command: VoiceCommand): void {
    const { rooms, role, user } = this.options;
    switch (command.type) {
      case "voice":
        this.hears = command.hear ?? this.hears;
        this.speaks = command.speak ?? this.speaks;
        return rooms.tellSoon(this.join());
      case "mute":
        if (!allows(role(), "administer")) {
          throw new Refusal("forbidden", `Muting others needs the admin role; ${user} has it not.`);
        }
        return rooms.mute(this.join(), command.user, { muted: command.muted });
    }
  }

  /** Who is in its room, if it is in one. */
  tell(): void {
    if (this.#room !== undefined) this.options.rooms.tellSoon(this.#room);
  }

  /** The connection is gone. */
  leave(): void {
    if (this.#room !== undefined) this.options.rooms.leave(this.#room, this);
    this.#room = undefined;
  }
}
