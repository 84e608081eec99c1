/**
 * The words beside the voice, on `/ws/voice` and on a V4 socket: who is in the room, who hears and who speaks.
 * See `docs/protocol/voice.md`.
 */
import { Fields, parseJson } from "../fields.ts";
import { isObject, parseObject } from "../json.ts";

/** The room of those who name none: that of the graph. */
export const GRAPH_ROOM = "graph";
const ROOM_NAME = /^[A-Za-z0-9._-]{1,64}$/;
const TEXT_MAX_BYTES = 1024, USER_MAX_LENGTH = 128, MAX_DEPTH = 4;

export const isRoomName = (name: string): boolean => ROOM_NAME.test(name);

export type VoiceCommand =
  /** What is absent stays as it is. `hear`: what others say is sent to me. `speak`: what I say is sent to others. */
  | { readonly type: "voice"; readonly hear?: boolean; readonly speak?: boolean }
  /** An administrator's: nobody hears this account, on whichever connection it comes. */
  | { readonly type: "mute"; readonly user: string; readonly muted: boolean };

export interface RoomMember {
  /** Number of the connection: the speaker of its typed frames. */
  readonly participant: number;
  readonly user: string;
  readonly hear: boolean;
  readonly speak: boolean;
  /** By an administrator. */
  readonly muted: boolean;
}

/** A room as one of its members is told it; replaces what was known. */
export interface RoomState {
  readonly room: string;
  /** The reader's own number. */
  readonly participant: number;
  readonly members: readonly RoomMember[];
}

export function encodeVoiceCommand({ type, ...data }: VoiceCommand): string {
  return JSON.stringify({ type, data });
}

/**
 * What a client says of voice; absent where its text is about something else.
 * @throws {FieldError} for a text about voice that is none of the known ones.
 */
export function parseVoiceCommand(text: string): VoiceCommand | undefined {
  const type = text.length <= TEXT_MAX_BYTES ? parseObject(text)?.type : undefined;
  if (type !== "voice" && type !== "mute") return undefined;
  const value = parseJson("network", text, { maxBytes: TEXT_MAX_BYTES, maxDepth: MAX_DEPTH });
  const data = new Fields("network", value).object("data");
  if (type === "mute") {
    return { type: "mute", user: data.text("user", { min: 1, max: USER_MAX_LENGTH }), muted: data.flag("muted") };
  }
  const flag = (key: string) => data.optional(key, () => data.flag(key));
  return { type: "voice", hear: flag("hear"), speak: flag("speak") };
}

export function encodeRoomState(data: RoomState): string {
  return JSON.stringify({ type: "voice", data });
}

function parseMember(item: unknown): RoomMember | undefined {
  if (!isObject(item)) return undefined;
  const { participant, user, hear, speak, muted } = item;
  if (typeof participant !== "number" || typeof user !== "string") return undefined;
  return { participant, user, hear: hear === true, speak: speak === true, muted: muted === true };
}

/** The room that a server text tells; absent for any other text. */
export function parseRoomState(text: string): RoomState | undefined {
  const message = parseObject(text);
  if (message?.type !== "voice" || !isObject(message.data)) return undefined;
  const { room, participant, members } = message.data;
  if (typeof room !== "string" || typeof participant !== "number" || !Array.isArray(members)) return undefined;
  return { room, participant, members: members.flatMap((item: unknown) => parseMember(item) ?? []) };
}
