import type { ServerEvent } from "../protocol/graph/events.ts";
import type { Role } from "./auth.ts";
import type { Watcher } from "./broadcaster.ts";
import type { Clock } from "./clock.ts";
import { FilterDesk, type FilterDeskOptions } from "./filters/filter_desk.ts";
import type { ServedDialect } from "./frame_encoders.ts";
import { Hand } from "./hand.ts";
import type { Holds } from "./holds.ts";
import type { Outbox } from "./outbox.ts";
import { Presence } from "./presence.ts";
import type { SimulationLoop } from "./simulation_loop.ts";
import type { VoiceRooms } from "./voice/voice_rooms.ts";
import { VoiceSeat } from "./voice/voice_seat.ts";

export interface ParticipationSurroundings extends Pick<FilterDeskOptions, "filters" | "broadcaster" | "onFault"> {
  readonly clock: Clock;
  readonly loop: SimulationLoop;
  readonly holds: Holds;
  readonly rooms: VoiceRooms;
  readonly onSelect: () => void;
  /** Somebody says who it is. */
  readonly onIntroduce: () => void;
}

export interface ParticipationOptions extends Pick<FilterDeskOptions, "refuse" | "tell"> {
  readonly surroundings: ParticipationSurroundings;
  readonly participant: number;
  readonly user: string;
  /** As the account stands now. */
  readonly role: () => Role;
  readonly dialect: ServedDialect;
  readonly roomName: string;
  readonly outbox: Outbox;
  readonly watcher: Watcher;
  /** Its camera is elsewhere. */
  readonly onLook: () => void;
  readonly say: (event: ServerEvent) => void;
  readonly tellRoom: (text: string) => void;
}

/** What one connection does besides watching. */
export class Participation {
  /** What it does to nodes. */
  readonly hand: Hand;
  /** What it shows of itself. */
  readonly presence: Presence;
  /** Where it asks to see less. */
  readonly filterDesk: FilterDesk;
  /** Of a dialect that carries voice. */
  readonly seat: VoiceSeat | undefined;

  constructor({ surroundings, participant, user, role, outbox, watcher, ...options }: ParticipationOptions) {
    const { loop, holds, clock, rooms, filters, broadcaster, onSelect, onIntroduce, onFault } = surroundings;
    const { dialect, roomName, onLook, say, tellRoom, refuse, tell } = options;
    this.hand = new Hand({
      ...{ participant, user, role, loop, holds, clock, onSelect },
      onReleased: (data) => say({ type: "released", data }),
    });
    this.presence = new Presence({ introduced: onIntroduce, looked: onLook });
    this.filterDesk = new FilterDesk({
      ...{ filters, broadcaster, watcher, user, loop, clock, refuse, tell, onFault },
      requireNode: (id) => void this.hand.requireNode(id),
      onFilter: (filter, nodes) => say({ type: "filter", data: { filter, nodes } }),
    });
    this.seat = carriesVoice(dialect)
      ? new VoiceSeat({ participant, user, rooms, roomName, dialect: "v4", outbox, role, tellRoom })
      : undefined;
  }

  /** The participant is gone. */
  end(): void {
    this.seat?.leave();
    this.filterDesk.close();
    this.hand.letGo();
  }
}

export function carriesVoice(dialect: ServedDialect): boolean {
  return dialect === "v4" || dialect === "q1";
}
