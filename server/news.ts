import type { EventChannel, ServerEvent } from "../protocol/graph/events.ts";
import type { Clock } from "./clock.ts";
import type { Holds } from "./holds.ts";
import type { Hub } from "./hub.ts";
import type { LayoutSettings } from "./layout_settings.ts";
import { LIMITS } from "./limits.ts";
import type { GraphSession } from "./session.ts";
import type { SimulationLoop } from "./simulation_loop.ts";

export interface NewsOptions {
  readonly hub: Hub<GraphSession>;
  readonly loop: SimulationLoop;
  readonly layout: Pick<LayoutSettings, "report" | "news">;
  readonly holds: Pick<Holds, "list">;
  readonly clock: Clock;
}

/** How long a change may wait to be told, so that a crowd of changes is told once. */
const TELL_DELAY_MS = 100;
/** Texts in one turn of the loop: to tell tens of thousands at once would keep everybody else waiting. */
const TOLD_A_TURN = 256;

/** Channels with the same content for everybody. */
type CommonChannel = Exclude<EventChannel, "status" | "cameras">;

/** What is told in words about the graph and the people around it, and when. */
export class News {
  readonly #untold = new Set<Exclude<EventChannel, "cameras">>();
  /** Whose cameras have moved since they were told. */
  readonly #moved = new Set<GraphSession>();
  #cancelTelling: (() => void) | undefined;
  #cancelCameras: (() => void) | undefined;

  constructor(private readonly options: NewsOptions) {}

  /** What a subscriber of `channel` should know at this moment, as text. */
  present(channel: EventChannel, session: GraphSession): string {
    if (channel === "cameras") return camerasBut(session, this.#cameras());
    if (channel !== "status") return this.#presentForAll(channel);
    const { hub, loop } = this.options, { participant, rateHz: askedHz } = session.options;
    const data = { ...loop.report(), rateHz: session.rateHz, askedHz, participant, watchers: hub.size };
    return textOf({ type: "status", data });
  }

  #presentForAll(channel: CommonChannel): string {
    const { loop, layout, holds } = this.options;
    switch (channel) {
      case "layout":
        return textOf({ type: "layout", data: layout.report() });
      case "pins":
        return textOf({ type: "pins", data: { ids: loop.pinnedIds() } });
      case "selections":
        return this.#selections();
      case "holds":
        return textOf({ type: "holds", data: { holds: holds.list() } });
      case "participants":
        return this.#participants();
    }
  }

  #selections(): string {
    const { hub, loop } = this.options;
    const selections = hub.members().flatMap(({ selected: id, options: { participant, user } }) =>
      id === undefined || loop.indexOf(id) === undefined ? [] : [{ participant, user, id }]
    );
    return textOf({ type: "selections", data: { selections } });
  }

  #participants(): string {
    const members = this.options.hub.members();
    const participants = members.slice(0, LIMITS.listedParticipants.value).map((session) => ({
      participant: session.options.participant,
      user: session.options.user,
      role: session.role,
      ...session.introduction,
    }));
    return textOf({ type: "participants", data: { participants, count: members.length } });
  }

  /** Of everybody who shows one, as JSON: most of a text is the same for all readers. */
  #cameras(): Map<GraphSession, string> {
    const cameras = new Map<GraphSession, string>();
    for (const session of this.options.hub.members()) {
      if (cameras.size >= LIMITS.listedCameras.value) break;
      const { camera, options: { participant } } = session;
      if (camera !== undefined) cameras.set(session, JSON.stringify({ participant, ...camera }));
    }
    return cameras;
  }

  /** The content of a channel has changed. */
  tellSoon(channel: Exclude<EventChannel, "cameras">): void {
    this.#untold.add(channel);
    this.#cancelTelling ??= this.options.clock.after(TELL_DELAY_MS, () => this.#tell(this.#telling()));
  }

  /** The camera of this participant is elsewhere, or gone with it. */
  tellCamera(session: GraphSession): void {
    this.#moved.add(session);
    this.#cancelCameras ??= this.options.clock.after(1000 / LIMITS.cameraHz.value, () => this.#tellCameras());
  }

  /** Goes on in the next turns of the loop where there is much to tell; what changes meanwhile is told after it. */
  #tell(telling: Iterator<void>): void {
    for (let told = 0; told < TOLD_A_TURN; told++) if (telling.next().done) return this.#told();
    this.#cancelTelling = this.options.clock.after(0, () => this.#tell(telling));
  }

  #told(): void {
    this.#cancelTelling = undefined;
    for (const channel of this.#untold) this.tellSoon(channel);
  }

  *#telling(): Generator<void> {
    const channels = [...this.#untold];
    this.#untold.clear();
    for (const channel of channels) {
      const text = channel === "status" ? undefined : this.#newsForAll(channel);
      for (const session of this.options.hub.subscribers(channel)) {
        session.offerState(channel, text ?? this.present(channel, session));
        yield;
      }
    }
  }

  #newsForAll(channel: CommonChannel): string {
    if (channel !== "layout") return this.#presentForAll(channel);
    return textOf({ type: "layout", data: this.options.layout.news() });
  }

  /** Nobody is told only because its own camera has moved. */
  #tellCameras(): void {
    this.#cancelCameras = undefined;
    const cameras = this.#cameras(), forAll = camerasBut(undefined, cameras);
    for (const session of this.options.hub.subscribers("cameras")) {
      if (this.#moved.size === 1 && this.#moved.has(session)) continue;
      session.offerState("cameras", cameras.has(session) ? camerasBut(session, cameras) : forAll);
    }
    this.#moved.clear();
  }

  close(): void {
    this.#cancelTelling?.();
    this.#cancelCameras?.();
  }
}

function camerasBut(reader: GraphSession | undefined, cameras: ReadonlyMap<GraphSession, string>): string {
  const others = [...cameras].flatMap(([session, text]) => session === reader ? [] : [text]);
  return `{"type":"cameras","data":{"cameras":[${others.join(",")}]}}`;
}

function textOf(event: ServerEvent): string {
  return JSON.stringify(event);
}
