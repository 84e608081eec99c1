/** Where one connection asks to see less of the graph, or all of it again. */
import type { NodeFilter } from "../../protocol/graph/v4.ts";
import type { Broadcaster, Watcher } from "../broadcaster.ts";
import type { Clock } from "../clock.ts";
import type { GraphStore } from "../graph_store.ts";
import { LIMITS } from "../limits.ts";
import { TokenBucket } from "../rate.ts";
import { traced } from "../trace.ts";
import { FilterRefused, type Filters } from "./filters.ts";
import type { Lens } from "./lens.ts";
import { canonicalFilter } from "./node_filter.ts";

export interface FilterDeskOptions {
  readonly filters: Pick<Filters, "open" | "close">;
  readonly broadcaster: Pick<Broadcaster, "look">;
  readonly watcher: Watcher;
  /** Whose connection it is. */
  readonly user: string;
  readonly loop: { readonly shown: GraphStore };
  readonly clock: Clock;
  /** @throws Where there is no such node. */
  readonly requireNode: (id: number) => void;
  /** The message is at fault. */
  readonly refuse: (code: "bad_message", message: string) => void;
  /** The message is not at fault. */
  readonly tell: (code: string, message: string, retryAfterS?: number) => void;
  /** The filter is in force; so many nodes pass. */
  readonly onFilter: (filter: NodeFilter, nodes: number) => void;
  readonly onFault: (error: unknown) => void;
}

/** Filters are taken up one after the other; of those that wait for the one before, the newest. */
export class FilterDesk {
  readonly #options: FilterDeskOptions;
  readonly #changes = new TokenBucket({ burst: LIMITS.filterChanges.value, perMinute: LIMITS.filterChanges.value });
  #lens: Lens | undefined;
  #next: NodeFilter | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: FilterDeskOptions) {
    this.#options = options;
  }

  /** What is looked through at present; absent: nothing is hidden. */
  get lens(): Lens | undefined {
    return this.#lens;
  }

  ask(filter: NodeFilter): void {
    const { clock, loop, requireNode, refuse, tell } = this.#options, waitMs = this.#changes.take(clock.now());
    if (waitMs > 0) {
      const sentence = `A filter can be changed ${LIMITS.filterChanges.value} times a minute.`;
      return tell("limit", sentence, Math.ceil(waitMs / 1000));
    }
    if (filter.rootId !== undefined) requireNode(filter.rootId);
    else if (filter.maxDepth !== undefined && loop.shown.depths === undefined) {
      return refuse("bad_message", "maxDepth needs a rootId: no node of this graph has a depth of its own.");
    }
    this.#next = canonicalFilter(filter);
    if (!this.#isBusy) void this.#takeUp();
  }

  async #takeUp(): Promise<void> {
    this.#isBusy = true;
    for (let filter = this.#next; filter !== undefined; filter = this.#next) {
      this.#next = undefined;
      try {
        this.#lookThrough(await this.#open(filter));
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#isBusy = false;
  }

  #open(filter: NodeFilter): Promise<Lens | undefined> {
    const fields = Object.keys(filter), { user } = this.#options, before = this.#lens;
    return traced("filter change", { "orrery.fields": fields }, async (span) => {
      const lens = fields.length === 0 ? undefined : await this.#options.filters.open(filter, { user, before });
      span.set({ "orrery.nodes": lens?.count ?? this.#options.loop.shown.nodeCount });
      return lens;
    });
  }

  #lookThrough(lens: Lens | undefined): void {
    const { filters, broadcaster, watcher, user, loop, onFilter } = this.#options, before = this.#lens;
    if (this.#isClosed) return lens && filters.close(lens, user);
    this.#lens = lens;
    broadcaster.look(watcher, lens);
    if (before !== undefined) filters.close(before, user);
    onFilter(lens?.filter ?? {}, lens?.count ?? loop.shown.nodeCount);
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    if (error instanceof FilterRefused) return this.#options.tell(error.code, error.message, error.retryAfterS);
    this.#options.onFault(error);
    this.#options.tell("unavailable", "The filter could not be looked up.");
  }

  close(): void {
    this.#isClosed = true;
    this.#next = undefined;
    if (this.#lens !== undefined) this.#options.filters.close(this.#lens, this.#options.user);
    this.#lens = undefined;
  }
}
