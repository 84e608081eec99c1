import { negotiate, offeredProtocols } from "../../protocol/graph/negotiate.ts";
import type { EventChannel, ServerEvent } from "../../protocol/graph/events.ts";
import { bearerToken, type Identity, type VerifyOutcome } from "../auth.ts";
import type { Broadcaster, Clock } from "../broadcaster.ts";
import type { Hub } from "../hub.ts";
import { LIMITS } from "../limits.ts";
import { checkOrigin, type OriginRules } from "../origin.ts";
import { Outbox } from "../outbox.ts";
import { SlidingCount } from "../rate.ts";
import { GraphSession } from "../session.ts";
import type { SimulationLoop } from "../simulation_loop.ts";
import type { UpgradeDecision, UpgradeRequest } from "../transport/frame_socket.ts";

export interface GraphEndpointOptions {
  readonly hub: Hub<GraphSession>;
  readonly broadcaster: Broadcaster;
  readonly loop: SimulationLoop;
  readonly origin: OriginRules;
  readonly verify: (token: string | undefined) => Promise<VerifyOutcome>;
  readonly clock: Clock;
}

/** Frames per second a client gets while the layout moves, unless it asks by `?rate=`. */
const DEFAULT_RATE_HZ = { v2: 60, v4: 20 };
const MAX_RATE_HZ = 60;

function refuse(status: number, code: string, message: string): UpgradeDecision {
  return { accept: false, response: Response.json({ error: { code, message } }, { status }) };
}

/** How long a change in the number of watchers may wait, so that a crowd coming in is told once. */
const CROWD_DELAY_MS = 250;

/** `/ws`: who may watch the graph, in which dialect, how often. */
export class GraphEndpoint {
  #participants = 0;
  #cancelCrowd: (() => void) | undefined;

  constructor(private readonly options: GraphEndpointOptions) {}

  /** Answers a handshake. A refusal says why in the body, before any socket exists. */
  async upgrade(request: UpgradeRequest): Promise<UpgradeDecision> {
    const { url, headers } = request, { hub, origin, verify } = this.options;
    if (url.pathname !== "/ws") return refuse(404, "not_found", `There is no socket at ${url.pathname}.`);
    const crossSite = checkOrigin(headers, origin);
    if (crossSite !== undefined) return refuse(403, "forbidden_origin", crossSite);
    const negotiated = negotiate(
      offeredProtocols(headers.get("Sec-WebSocket-Protocol")),
      url.searchParams.get("protocol") ?? undefined,
    );
    if (!negotiated.ok) return refuse(400, "unknown_protocol", negotiated.reason);
    const rateHz = Number(url.searchParams.get("rate") ?? DEFAULT_RATE_HZ[negotiated.dialect]);
    if (!(rateHz >= 1 && rateHz <= MAX_RATE_HZ)) {
      return refuse(400, "bad_request", `rate must be a number from 1 to ${MAX_RATE_HZ} frames per second.`);
    }
    const token = url.searchParams.get("token") ?? bearerToken(headers.get("Authorization")) ?? "";
    const outcome = await verify(token);
    if (!outcome.ok) return refuse(401, outcome.reason, outcome.message);
    const crowd = this.#crowded(outcome.identity.user, request.remoteAddress);
    if (crowd !== undefined) return crowd;
    const { dialect, protocol } = negotiated, { identity } = outcome;
    return {
      accept: true,
      protocol,
      maxMessageBytes: LIMITS.graphMessageBytes.value,
      open: (socket) => {
        const session = this.#open(socket, { dialect, rateHz, identity, token, address: request.remoteAddress });
        hub.add(session);
        this.options.broadcaster.add(session.watcher);
        this.#tellCrowd();
        return session;
      },
    };
  }

  /** The refusal when nobody else can come in. */
  #crowded(user: string, address: string): UpgradeDecision | undefined {
    const members = this.options.hub.members();
    if (members.length >= LIMITS.connections.value) {
      return refuse(503, "too_many_connections", "This server has no room for another connection.");
    }
    let sameUser = 0, sameAddress = 0;
    for (const { options } of members) {
      if (options.user === user) sameUser++;
      if (options.address === address) sameAddress++;
    }
    if (sameUser >= LIMITS.connectionsPerUser.value) {
      return refuse(429, "too_many_connections", `${user} has too many connections open.`);
    }
    if (sameAddress >= LIMITS.connectionsPerAddress.value) {
      return refuse(429, "too_many_connections", "Too many connections are open from this address.");
    }
    return undefined;
  }

  #open(
    socket: Parameters<Extract<UpgradeDecision, { accept: true }>["open"]>[0],
    { dialect, rateHz, identity, token, address }: {
      dialect: "v2" | "v4";
      rateHz: number;
      identity: Identity;
      token: string;
      address: string;
    },
  ): GraphSession {
    const { hub, broadcaster, loop, clock: { now } } = this.options;
    return new GraphSession({
      participant: ++this.#participants,
      user: identity.user,
      role: identity.role,
      token,
      address,
      dialect,
      rateHz,
      socket,
      outbox: new Outbox(socket, { now }),
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      now,
      loop,
      onSelect: () => this.#publishSelections(),
      onSubscribe: (session, channels) => {
        for (const channel of channels) session.sendEvent(this.#present(channel, session));
      },
      onClose: (session) => {
        hub.remove(session);
        broadcaster.remove(session.watcher);
        if (session.selected !== undefined) this.#publishSelections();
        this.#tellCrowd();
      },
    });
  }

  /** What a subscriber of `channel` should know at this moment. */
  #present(channel: EventChannel, session: GraphSession): ServerEvent {
    const { hub, loop } = this.options;
    switch (channel) {
      case "status":
        return { type: "status", data: { ...loop.report(), rateHz: session.rateHz, watchers: hub.size } };
      case "pins":
        return { type: "pins", data: { ids: loop.pinnedIds() } };
      case "selections": {
        const others = hub.members().filter((member) => member !== session && member.selected !== undefined);
        const selections = others.map(({ options, selected = 0 }) => ({
          participant: options.participant,
          user: options.user,
          id: selected,
        }));
        return { type: "selections", data: { selections } };
      }
    }
  }

  publishStatus(): void {
    this.options.hub.publish("status", (session) => this.#present("status", session));
  }

  #tellCrowd(): void {
    this.#cancelCrowd ??= this.options.clock.after(CROWD_DELAY_MS, () => {
      this.#cancelCrowd = undefined;
      this.publishStatus();
    });
  }

  close(): void {
    this.#cancelCrowd?.();
  }

  publishPins(): void {
    this.options.hub.publish("pins", (session) => this.#present("pins", session));
  }

  #publishSelections(): void {
    this.options.hub.publish("selections", (session) => this.#present("selections", session));
  }
}
