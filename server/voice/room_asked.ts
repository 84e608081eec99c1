import { GRAPH_ROOM, isRoomName } from "../../protocol/network/voice_room.ts";
import { HandshakeRefusal } from "../socket_admission.ts";
import type { VoiceRooms } from "./voice_rooms.ts";

export interface RoomAsked {
  readonly name: string;
  /** By the client; else it is the room of the graph. */
  readonly isNamed: boolean;
}

/** The room that a handshake names, or that of the graph. */
export function roomAsked(url: URL, rooms: Pick<VoiceRooms, "crowded">): RoomAsked | HandshakeRefusal {
  const asked = url.searchParams.get("room") ?? undefined, name = asked ?? GRAPH_ROOM;
  if (!isRoomName(name)) {
    return new HandshakeRefusal(
      400,
      "bad_request",
      "room must be 1 to 64 letters, digits, dots, hyphens or underscores.",
    );
  }
  const crowded = asked === undefined ? undefined : rooms.crowded(name);
  return crowded === undefined
    ? { name, isNamed: asked !== undefined }
    : new HandshakeRefusal(503, "room_full", crowded);
}
