import { offeredProtocols, SUBPROTOCOL_PREFIX } from "../../protocol/graph/negotiate.ts";
import type { Auth } from "../auth.ts";
import type { Clock } from "../clock.ts";
import { every } from "../every.ts";
import type { InboundLimits } from "../inbound_limits.ts";
import { LIMITS } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { Outbox } from "../outbox.ts";
import { SlidingCount } from "../rate.ts";
import { recheck } from "../recheck.ts";
import { HandshakeRefusal, type SocketAdmission, type Visitor } from "../socket_admission.ts";
import type { FrameSocket, UpgradeDecision, UpgradeRequest } from "../transport/frame_socket.ts";
import { roomAsked } from "../voice/room_asked.ts";
import type { VoiceRooms } from "../voice/voice_rooms.ts";
import { VoiceSession } from "../voice/voice_session.ts";

export const VOICE_PATH = "/ws/voice";
const PROTOCOL = `${SUBPROTOCOL_PREFIX}voice`;
/** How often open connections are looked at. */
const SWEEP_MS = 1000;

export interface VoiceEndpointOptions {
  readonly admission: SocketAdmission;
  readonly rooms: VoiceRooms;
  readonly limits: InboundLimits;
  readonly auth: Pick<Auth, "verify">;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly onFault: (error: unknown) => void;
}

/** What a handshake asks for. */
interface Asked {
  readonly roomName: string;
  /** To be echoed. */
  readonly protocol: string | undefined;
}

/** `/ws/voice`: who may listen and speak, and in which room. */
export class VoiceEndpoint {
  readonly #sessions = new Set<VoiceSession>();
  readonly #stops: readonly (() => void)[];

  constructor(private readonly options: VoiceEndpointOptions) {
    const { clock } = options;
    this.#stops = [
      every(SWEEP_MS, () => this.#lookAfter(), clock),
      every(LIMITS.heartbeatMs.value, () => this.#recheck(), clock),
    ];
  }

  /** Answers a handshake. */
  upgrade(request: UpgradeRequest): Promise<UpgradeDecision> {
    return this.options.admission.decide(request, {
      read: (request) => this.#read(request),
      accept: (asked, visitor) => ({
        accept: true,
        protocol: asked.protocol,
        maxMessageBytes: LIMITS.voiceMessageBytes.value,
        open: (socket) => this.#open(socket, asked, visitor),
      }),
    });
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #read({ url, headers }: UpgradeRequest): Asked | HandshakeRefusal {
    const ours = offeredProtocols(headers.get("Sec-WebSocket-Protocol"))
      .filter((name) => name.startsWith(SUBPROTOCOL_PREFIX));
    if (ours.length > 0 && !ours.includes(PROTOCOL)) {
      return new HandshakeRefusal(400, "unknown_protocol", `Spoken here: ${PROTOCOL}.`);
    }
    const room = roomAsked(url, this.options.rooms);
    if (room instanceof HandshakeRefusal) return room;
    return { roomName: room.name, protocol: ours.length > 0 ? PROTOCOL : undefined };
  }

  #open(socket: FrameSocket, { roomName }: Asked, { participant, identity, token, place }: Visitor): VoiceSession {
    const { rooms, limits, clock, meter } = this.options, { user, role } = identity;
    place.keep();
    const session = new VoiceSession({
      ...{ participant, user, role, token, rooms, roomName, socket, meter, clock },
      outbox: new Outbox(socket, { now: clock.now, meter }),
      gate: limits.gate(VOICE_PATH, user),
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      onClose: (session) => {
        place.release();
        meter.open--;
        this.#sessions.delete(session);
      },
    });
    meter.open++;
    this.#sessions.add(session);
    const crowded = session.seat.enter();
    if (crowded !== undefined) session.close(1008, crowded);
    return session;
  }

  #lookAfter(): void {
    for (const session of this.#sessions) session.lookAfter();
  }

  #recheck(): void {
    for (const session of this.#sessions) recheck(session, this.options.auth).catch(this.options.onFault);
  }
}
