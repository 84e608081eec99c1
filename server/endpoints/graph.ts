import { negotiate, offeredProtocols } from "../../protocol/graph/negotiate.ts";
import { bearerToken, type Identity, type VerifyOutcome } from "../auth.ts";
import { Admissions, type Place } from "../admissions.ts";
import type { Broadcaster } from "../broadcaster.ts";
import type { Clock } from "../clock.ts";
import { type ServedDialect, SPOKEN_AT } from "../frame_encoders.ts";
import type { GraphStore } from "../graph_store.ts";
import type { Hub } from "../hub.ts";
import type { LayoutSettings } from "../layout_settings.ts";
import { LIMITS } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { News } from "../news.ts";
import { checkOrigin, type OriginRules } from "../origin.ts";
import { Outbox } from "../outbox.ts";
import { SlidingCount, TokenBuckets } from "../rate.ts";
import { GraphSession, type SourceChooser } from "../session.ts";
import type { Change, SimulationLoop } from "../simulation_loop.ts";
import type { FrameSocket, UpgradeDecision, UpgradeRequest } from "../transport/frame_socket.ts";

export interface GraphEndpointOptions {
  readonly hub: Hub<GraphSession>;
  readonly broadcaster: Broadcaster;
  readonly loop: SimulationLoop;
  readonly graphNow: () => GraphStore;
  readonly layout: Pick<LayoutSettings, "report" | "news">;
  readonly sourcePaths: SourceChooser;
  readonly origin: OriginRules;
  readonly verify: (token: string | undefined) => Promise<VerifyOutcome>;
  readonly clock: Clock;
  readonly meterOf: (dialect: string) => Meter;
}

/** What a handshake has settled. */
interface Admitted {
  readonly dialect: ServedDialect;
  readonly rateHz: number;
  readonly identity: Identity;
  readonly token: string;
  readonly place: Place;
}

/** Frames per second a client gets while the layout moves, unless it asks by `?rate=`. */
const DEFAULT_RATE_HZ: Record<ServedDialect, number> = { v2: 60, v4: 20, q1: 60, sssp: 5 };

/** What is counted before a dialect is settled. */
const HANDSHAKE = "handshake";

/** `/ws` and `/ws/positions`: who may watch the graph, in which dialect, how often. */
export class GraphEndpoint {
  #participants = 0;
  readonly #admissions: Admissions;
  readonly #news: News;

  constructor(private readonly options: GraphEndpointOptions) {
    this.#admissions = new Admissions(options.clock);
    this.#news = new News(options);
  }

  #refuse(status: number, code: string, message: string): UpgradeDecision {
    this.options.meterOf(HANDSHAKE).refused(code);
    return { accept: false, response: Response.json({ error: { code, message } }, { status }) };
  }

  /** Answers a handshake. A refusal says why in the body, before any socket exists. */
  async upgrade(request: UpgradeRequest): Promise<UpgradeDecision> {
    const { url, headers } = request, { origin, verify } = this.options;
    const spoken = SPOKEN_AT.get(url.pathname);
    if (spoken === undefined) return this.#refuse(404, "not_found", `There is no socket at ${url.pathname}.`);
    const crossSite = checkOrigin(headers, origin);
    if (crossSite !== undefined) return this.#refuse(403, "forbidden_origin", crossSite);
    const negotiated = negotiate(
      offeredProtocols(headers.get("Sec-WebSocket-Protocol")),
      url.searchParams.get("protocol") ?? undefined,
      { spoken, nodeCount: this.options.graphNow().nextId },
    );
    if (!negotiated.ok) return this.#refuse(400, "unknown_protocol", negotiated.reason);
    const rateHz = Number(url.searchParams.get("rate") ?? DEFAULT_RATE_HZ[negotiated.dialect]);
    if (!(rateHz >= 1 && rateHz <= LIMITS.rateHz.value)) {
      return this.#refuse(
        400,
        "bad_request",
        `rate must be a number from 1 to ${LIMITS.rateHz.value} frames per second.`,
      );
    }
    const token = url.searchParams.get("token") ?? bearerToken(headers.get("Authorization")) ?? "";
    const outcome = await verify(token);
    if (!outcome.ok) return this.#refuse(401, outcome.reason, outcome.message);
    const { identity } = outcome, address = request.remoteAddress;
    const place = this.#admissions.take(identity.user, address);
    if ("status" in place) return this.#refuse(place.status, "too_many_connections", place.message);
    const { dialect, protocol } = negotiated;
    return {
      accept: true,
      protocol,
      maxMessageBytes: LIMITS.graphMessageBytes.value,
      open: (socket) => this.#open(socket, { dialect, rateHz, identity, token, place }),
    };
  }

  #open(socket: FrameSocket, { dialect, rateHz, identity, token, place }: Admitted): GraphSession {
    const { hub, broadcaster, loop, sourcePaths, clock } = this.options, meter = this.options.meterOf(dialect);
    place.keep();
    const session = new GraphSession({
      participant: ++this.#participants,
      user: identity.user,
      role: identity.role,
      token,
      dialect,
      rateHz,
      socket,
      outbox: new Outbox(socket, { now: clock.now, meter }),
      meter,
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      inbound: new TokenBuckets({
        burst: LIMITS.placedBytes.value,
        perMinute: 60 * LIMITS.placedBytes.value,
        maxKeys: 1,
      }),
      clock,
      loop,
      broadcaster,
      sourcePaths,
      onRate: () => {
        if (session.channels.has("status")) session.offerState("status", this.#news.present("status", session));
      },
      onSelect: () => this.#news.tellSoon("selections"),
      onSubscribe: (session, channels) => {
        for (const channel of channels) session.offerState(channel, this.#news.present(channel, session));
      },
      onClose: (session) => {
        place.release();
        hub.remove(session);
        broadcaster.remove(session.watcher);
        if (session.hand.selected !== undefined) this.#news.tellSoon("selections");
        this.#news.tellSoon("status");
      },
    });
    hub.add(session);
    broadcaster.add(session.watcher);
    this.#news.tellSoon("status");
    return session;
  }

  /** The simulation's state, its pins or its parameters have changed. */
  tell(change: Change | "layout"): void {
    this.#news.tellSoon(change === "state" ? "status" : change);
  }

  /** The graph has changed: its generation, and the selections of nodes that are gone. */
  tellGraph(): void {
    this.#news.tellSoon("status");
    this.#news.tellSoon("selections");
  }

  close(): void {
    this.#news.close();
  }
}
