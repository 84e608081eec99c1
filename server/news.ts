import type { EventChannel, ServerEvent } from "../protocol/graph/events.ts";
import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";
import type { LayoutSettings } from "./layout_settings.ts";
import type { GraphSession } from "./session.ts";
import type { SimulationLoop } from "./simulation_loop.ts";

export interface NewsOptions {
  readonly hub: Hub<GraphSession>;
  readonly loop: SimulationLoop;
  readonly layout: Pick<LayoutSettings, "report" | "news">;
  readonly clock: Clock;
}

/** How long a change may wait to be told, so that a crowd of changes is told once. */
const TELL_DELAY_MS = 100;

/** What is told in words about the graph and the people around it, and when. */
export class News {
  readonly #untold = new Set<EventChannel>();
  #cancelTelling: (() => void) | undefined;

  constructor(private readonly options: NewsOptions) {}

  /** What a subscriber of `channel` should know at this moment, as text. */
  present(channel: EventChannel, session: GraphSession): string {
    if (channel !== "status") return this.#presentForAll(channel);
    const { hub, loop } = this.options, { participant, rateHz: askedHz } = session.options;
    const data = { ...loop.report(), rateHz: session.rateHz, askedHz, participant, watchers: hub.size };
    return textOf({ type: "status", data });
  }

  #presentForAll(channel: Exclude<EventChannel, "status">): string {
    const { hub, loop, layout } = this.options;
    if (channel === "layout") return textOf({ type: "layout", data: layout.report() });
    if (channel === "pins") return textOf({ type: "pins", data: { ids: loop.pinnedIds() } });
    const selections = hub.members().flatMap(({ hand: { selected: id }, options: { participant, user } }) =>
      id === undefined || loop.indexOf(id) === undefined ? [] : [{ participant, user, id }]
    );
    return textOf({ type: "selections", data: { selections } });
  }

  #newsForAll(channel: Exclude<EventChannel, "status">): string {
    if (channel !== "layout") return this.#presentForAll(channel);
    return textOf({ type: "layout", data: this.options.layout.news() });
  }

  /** The content of a channel has changed. */
  tellSoon(channel: EventChannel): void {
    this.#untold.add(channel);
    this.#cancelTelling ??= this.options.clock.after(TELL_DELAY_MS, () => this.#tellNow());
  }

  #tellNow(): void {
    this.#cancelTelling = undefined;
    for (const channel of this.#untold) {
      const text = channel === "status" ? undefined : this.#newsForAll(channel);
      for (const session of this.options.hub.subscribers(channel)) {
        session.offerState(channel, text ?? this.present(channel, session));
      }
    }
    this.#untold.clear();
  }

  close(): void {
    this.#cancelTelling?.();
  }
}

function textOf(event: ServerEvent): string {
  return JSON.stringify(event);
}
