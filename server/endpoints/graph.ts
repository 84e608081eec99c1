import { negotiate, offeredProtocols } from "../../protocol/graph/negotiate.ts";
import type { Broadcaster } from "../broadcaster.ts";
import type { Clock } from "../clock.ts";
import type { Filters } from "../filters/filters.ts";
import { type ServedDialect, SPOKEN_AT } from "../frame_encoders.ts";
import type { GraphStore } from "../graph_store.ts";
import { Holds } from "../holds.ts";
import type { Hub } from "../hub.ts";
import type { InboundLimits } from "../inbound_limits.ts";
import type { LayoutSettings } from "../layout_settings.ts";
import { LIMITS } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { News } from "../news.ts";
import { Outbox } from "../outbox.ts";
import { SlidingCount, TokenBucket } from "../rate.ts";
import { GraphSession, type SourceChooser } from "../session.ts";
import type { Change, SimulationLoop } from "../simulation_loop.ts";
import { HandshakeRefusal, type SocketAdmission, type Visitor } from "../socket_admission.ts";
import type { FrameSocket, UpgradeDecision, UpgradeRequest } from "../transport/frame_socket.ts";
import { type RoomAsked, roomAsked } from "../voice/room_asked.ts";
import type { VoiceRooms } from "../voice/voice_rooms.ts";

export interface GraphEndpointOptions {
  readonly hub: Hub<GraphSession>;
  readonly broadcaster: Broadcaster;
  readonly loop: SimulationLoop;
  readonly graphNow: () => GraphStore;
  readonly layout: Pick<LayoutSettings, "report" | "news">;
  readonly sourcePaths: SourceChooser;
  readonly filters: Filters;
  readonly onFault: (error: unknown) => void;
  readonly admission: SocketAdmission;
  readonly limits: InboundLimits;
  readonly rooms: VoiceRooms;
  readonly clock: Clock;
  readonly meterOf: (dialect: string, endpoint?: string) => Meter;
}

/** What a handshake asks for. */
interface Asked {
  /** The address, which settles what is counted. */
  readonly path: string;
  readonly room: RoomAsked;
  readonly dialect: ServedDialect;
  /** To be echoed. */
  readonly protocol: string | undefined;
  readonly rateHz: number;
}

/** Frames per second a client gets while the layout moves, unless it asks by `?rate=`. */
const DEFAULT_RATE_HZ: Record<ServedDialect, number> = { v2: 60, v4: 20, q1: 60, sssp: 5 };

/** Bytes of messages of one socket. */
const INBOUND = { burst: LIMITS.placedBytes.value, perMinute: 60 * LIMITS.placedBytes.value };

/** `/ws` and `/ws/positions`: who may watch the graph, in which dialect, how often. */
export class GraphEndpoint {
  readonly #news: News;
  readonly #holds: Holds;

  constructor(private readonly options: GraphEndpointOptions) {
    const { loop, clock } = options;
    this.#holds = new Holds({ loop, clock, onChange: () => this.#news.tellSoon("holds") });
    this.#news = new News({ ...options, holds: this.#holds });
  }

  /** Answers a handshake. */
  upgrade(request: UpgradeRequest): Promise<UpgradeDecision> {
    return this.options.admission.decide(request, {
      read: (request) => this.#read(request),
      accept: (asked, visitor) => ({
        accept: true,
        protocol: asked.protocol,
        maxMessageBytes: LIMITS.graphMessageBytes.value,
        open: (socket) => this.#open(socket, asked, visitor),
      }),
    });
  }

  #read({ url, headers }: UpgradeRequest): Asked | HandshakeRefusal {
    const spoken = SPOKEN_AT.get(url.pathname);
    if (spoken === undefined) return new HandshakeRefusal(404, "not_found", `There is no socket at ${url.pathname}.`);
    const negotiated = negotiate(
      offeredProtocols(headers.get("Sec-WebSocket-Protocol")),
      url.searchParams.get("protocol") ?? undefined,
      { spoken, nodeCount: this.options.graphNow().nextId },
    );
    if (!negotiated.ok) return new HandshakeRefusal(400, "unknown_protocol", negotiated.reason);
    const { dialect, protocol } = negotiated, most = LIMITS.rateHz.value;
    const rateHz = Number(url.searchParams.get("rate") ?? DEFAULT_RATE_HZ[dialect]);
    if (!(rateHz >= 1 && rateHz <= most)) {
      return new HandshakeRefusal(400, "bad_request", `rate must be a number from 1 to ${most} frames per second.`);
    }
    const room = roomAsked(url, this.options.rooms);
    return room instanceof HandshakeRefusal ? room : { path: url.pathname, room, dialect, protocol, rateHz };
  }

  #open(socket: FrameSocket, asked: Asked, { participant, identity, token, place }: Visitor): GraphSession {
    const { hub, broadcaster, loop, sourcePaths, filters, clock, limits, rooms, onFault } = this.options;
    const { dialect, rateHz } = asked, meter = this.options.meterOf(dialect, asked.path);
    const outbox = new Outbox(socket, { now: clock.now, meter });
    place.keep();
    const session = new GraphSession({
      participant,
      user: identity.user,
      role: identity.role,
      token,
      dialect,
      rateHz,
      socket,
      outbox,
      meter,
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      inbound: new TokenBucket(INBOUND),
      gate: limits.gate(asked.path, identity.user),
      voice: { rooms, roomName: asked.room.name },
      clock,
      loop,
      holds: this.#holds,
      broadcaster,
      sourcePaths,
      filters,
      onFault,
      onRate: () => {
        if (session.channels.has("status")) session.offerState("status", this.#news.present("status", session));
      },
      onSelect: () => this.#news.tellSoon("selections"),
      onIntroduce: () => this.#news.tellSoon("participants"),
      onLook: (session) => this.#news.tellCamera(session),
      onSubscribe: (session, channels) => {
        for (const channel of channels) session.offerState(channel, this.#news.present(channel, session));
      },
      onClose: (session) => {
        place.release();
        hub.remove(session);
        broadcaster.remove(session.watcher);
        if (session.hand.selected !== undefined) this.#news.tellSoon("selections");
        if (session.presence.camera !== undefined) this.#news.tellCamera(session);
        this.#tellComing();
      },
    });
    if (asked.room.isNamed) session.seat?.enter();
    hub.add(session);
    broadcaster.add(session.watcher);
    this.#tellComing();
    return session;
  }

  /** Somebody has come or gone. */
  #tellComing(): void {
    this.#news.tellSoon("status");
    this.#news.tellSoon("participants");
  }

  /** The simulation's state, its pins, its parameters or what is known of people have changed. */
  tell(change: Change | "layout" | "participants"): void {
    this.#news.tellSoon(change === "state" ? "status" : change);
  }

  /** The graph has changed: its generation, and what is selected or held of nodes that are gone. */
  tellGraph(): void {
    this.#news.tellSoon("status");
    this.#news.tellSoon("selections");
    this.#news.tellSoon("holds");
  }

  close(): void {
    this.#news.close();
  }
}
