import { type ResumeAsked, resumeAsked } from "../../protocol/graph/resume.ts";
import { negotiate, offeredProtocols } from "../../protocol/graph/negotiate.ts";
import type { Broadcaster } from "../broadcaster.ts";
import type { Clock } from "../clock.ts";
import { comeBackAfterS } from "../come_back.ts";
import type { Filters } from "../filters/filters.ts";
import { type ServedDialect, SPOKEN_AT } from "../frame_encoders.ts";
import type { GraphStore } from "../graph_store.ts";
import { Holds } from "../holds.ts";
import type { Hub } from "../hub.ts";
import type { InboundLimits } from "../inbound_limits.ts";
import type { LayoutSettings } from "../layout_settings.ts";
import { LIMITS } from "../limits.ts";
import type { Meter } from "../meter.ts";
import type { ReturnFigures } from "../metrics.ts";
import { News } from "../news.ts";
import { Outbox } from "../outbox.ts";
import { Absences } from "../resume/absences.ts";
import { Ear } from "../resume/ear.ts";
import { ReturnDesk } from "../resume/return_desk.ts";
import { SlidingCount, TokenBucket } from "../rate.ts";
import { GraphSession } from "../session.ts";
import type { SessionSurroundings, SourceChooser } from "../session_options.ts";
import type { Change, SimulationLoop } from "../simulation_loop.ts";
import { HandshakeRefusal, type SocketAdmission, type Visitor } from "../socket_admission.ts";
import type { FrameSocket, SocketListener, UpgradeDecision, UpgradeRequest } from "../transport/frame_socket.ts";
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
  /** Signs what clients come back with. */
  readonly resumeKey: Uint8Array;
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
  /** Which session it wants to go on with. */
  readonly resume: ResumeAsked | undefined;
}

/** Frames per second a client gets while the layout moves, unless it asks by `?rate=`. */
const DEFAULT_RATE_HZ: Record<ServedDialect, number> = { v2: 60, v4: 20, q1: 60, sssp: 5 };

/** Bytes of messages of one socket. */
const INBOUND = { burst: LIMITS.placedBytes.value, perMinute: 60 * LIMITS.placedBytes.value };

interface GoingOn {
  readonly socket: FrameSocket;
  readonly visitor: Visitor;
  readonly missed: readonly string[];
}

/** `/ws` and `/ws/positions`: who may watch the graph, in which dialect, how often. */
export class GraphEndpoint {
  readonly #news: News;
  readonly #holds: Holds;
  readonly #surroundings: SessionSurroundings<GraphSession>;
  readonly #absences: Absences;
  readonly #desk: ReturnDesk<GraphSession>;

  constructor(private readonly options: GraphEndpointOptions) {
    const { loop, clock, hub, resumeKey: key } = options;
    this.#absences = new Absences(clock);
    this.#desk = new ReturnDesk({ key, find: (participant) => hub.find(participant) });
    this.#holds = new Holds({ loop, clock, onChange: () => this.#news.tellSoon("holds") });
    this.#news = new News({ ...options, holds: this.#holds });
    this.#surroundings = this.#surround();
  }

  #surround(): SessionSurroundings<GraphSession> {
    const { hub, broadcaster, loop, sourcePaths, filters, clock, rooms, onFault } = this.options, news = this.#news;
    return {
      ...{ clock, loop, holds: this.#holds, rooms, broadcaster, sourcePaths, filters, onFault },
      onRate: (session) => {
        if (session.channels.has("status")) session.offerState("status", news.present("status", session));
      },
      onSelect: () => news.tellSoon("selections"),
      onIntroduce: () => news.tellSoon("participants"),
      onLook: (session) => news.tellCamera(session),
      onSubscribe: (session, channels) => {
        for (const channel of channels) session.offerState(channel, news.present(channel, session));
      },
      onMayReturn: (session) => session.line.sayResume({ resumed: false, token: this.#ticketOf(session) }),
      onAway: (session) => {
        broadcaster.remove(session.watcher);
        return this.#absences.add(session);
      },
      onClose: (session) => {
        this.#absences.delete(session);
        hub.remove(session);
        broadcaster.remove(session.watcher);
        if (session.selected !== undefined) news.tellSoon("selections");
        if (session.camera !== undefined) news.tellCamera(session);
        this.#tellComing();
      },
    };
  }

  /** Of connections that were lost. */
  get returns(): ReturnFigures {
    const { resumed, refused } = this.#desk;
    return { resumed, refused, away: this.#absences.size };
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
    if (room instanceof HandshakeRefusal) return room;
    return { path: url.pathname, room, dialect, protocol, rateHz, resume: resumeAsked(url.searchParams) };
  }

  #open(socket: FrameSocket, asked: Asked, visitor: Visitor): SocketListener {
    visitor.place.keep();
    if (asked.resume === undefined) return new Ear(this.#begin(socket, asked, visitor), socket);
    const { account } = visitor.identity, { dialect, path } = asked;
    const claimed = this.#desk.claim(asked.resume, { account, dialect, path });
    if ("session" in claimed) return this.#goOn(claimed.session, { socket, visitor, missed: claimed.missed });
    claimed.lost?.close(1000, "Its client has begun anew.");
    const session = this.#begin(socket, asked, visitor);
    session.line.readsText = true;
    session.line.sayResume({ resumed: false, reason: claimed.reason });
    return new Ear(session, socket);
  }

  /** The same session over another socket; nobody is told that it was away. */
  #goOn(session: GraphSession, { socket, visitor, missed }: GoingOn): SocketListener {
    const { place, token, identity: { role } } = visitor, { broadcaster } = this.options;
    const isOtherRole = session.role !== role;
    this.#absences.delete(session);
    broadcaster.remove(session.watcher);
    const ear = session.resume({ socket, place, token, role, ticket: this.#ticketOf(session), missed });
    broadcaster.add(session.watcher, session.lens);
    if (isOtherRole) this.#news.tellSoon("participants");
    return ear;
  }

  #ticketOf(session: GraphSession): string {
    return this.#desk.tokenOf(session, session.line.keep());
  }

  #begin(socket: FrameSocket, asked: Asked, { participant, identity, token, place }: Visitor): GraphSession {
    const { hub, broadcaster, clock, limits } = this.options, { dialect, rateHz, path } = asked;
    const meter = this.options.meterOf(dialect, path), { user, account, role } = identity;
    const session = new GraphSession({
      ...{ surroundings: this.#surroundings, participant, user, account, role, token, path, dialect, rateHz },
      ...{ meter, clock, outbox: new Outbox(socket, { now: clock.now, meter }), roomName: asked.room.name },
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      inbound: new TokenBucket(INBOUND),
      gate: limits.gate(path, user),
    }, { socket, place });
    if (asked.room.isNamed) session.participation.seat?.enter();
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

  /** The server stops: everybody is told when to come back, in words and by the close. */
  sendAllAway(random: () => number): void {
    for (const session of this.options.hub.members()) session.sendAway(comeBackAfterS(random));
  }

  close(): void {
    this.#absences.close();
    this.#news.close();
  }
}
