/** The filters that somebody watches through: one lens for all who ask for the same. */
import type { NodeFilter } from "../../protocol/graph/v4.ts";
import { NoClusters } from "../clusters/graph_clusters.ts";
import { LIMITS } from "../limits.ts";
import { SearchBusyError } from "../search/graph_index.ts";
import { Lens, type LensOptions, type LookedUp } from "./lens.ts";

/** Why a filter is not served at present; whoever asked goes on to see what it saw. */
export class FilterRefused extends Error {
  override readonly name = "FilterRefused";
  constructor(readonly code: "limit" | "unavailable", message: string, readonly retryAfterS?: number) {
    super(message);
  }
}

export interface FiltersOptions extends Omit<LensOptions, "lookUp" | "nextGeneration" | "gapMs"> {
  /** Nodes by what only others than the graph can tell. */
  readonly lookUp: (filter: NodeFilter) => Promise<LookedUp>;
}

interface Held {
  readonly lens: Lens;
  readonly opened: Promise<void>;
  /** How many of each account's connections look through it. */
  readonly watchers: Map<string, number>;
}

/** Who asks, and what it looks through until it is answered. */
export interface Looker {
  readonly user: string;
  readonly before?: Lens;
}

/** Generations of graphs count from 1; those of subsets have the high bit. */
const FIRST_GENERATION = 0x8000_0000, GENERATIONS = 0x8000_0000;

/** When a filter may have become free, in seconds: nobody knows, so not at once. */
const RETRY_S = 5;

/** Bound: `LIMITS.filters` that differ, of one account `LIMITS.filtersPerUser`. */
export class Filters {
  readonly #options: FiltersOptions;
  readonly #held = new Map<string, Held>();
  #generations = 0;

  constructor(options: FiltersOptions) {
    this.#options = options;
  }

  /** How many that differ are watched through. */
  get size(): number {
    return this.#held.size;
  }

  /** To be closed by everybody who opened it. `filter`: in its canonical form. @throws {FilterRefused} */
  async open(filter: NodeFilter, looker: Looker): Promise<Lens> {
    const key = JSON.stringify(filter), { user } = looker;
    if (this.#held.get(key)?.watchers.has(user) !== true) this.#requireRoom(looker);
    const held = this.#held.get(key) ?? this.#start(filter, key);
    held.watchers.set(user, (held.watchers.get(user) ?? 0) + 1);
    try {
      await held.opened;
      return held.lens;
    } catch (error) {
      this.close(held.lens, user);
      throw refusalOf(error);
    }
  }

  /** What it looks through alone gives its place to what it asks for. */
  #requireRoom({ user, before }: Looker): void {
    let count = 0;
    for (const { lens, watchers } of this.#held.values()) {
      const mine = watchers.get(user) ?? 0;
      if (mine > 1 || (mine === 1 && lens !== before)) count++;
    }
    const most = LIMITS.filtersPerUser.value;
    if (count < most) return;
    throw new FilterRefused("limit", `One account watches through at most ${most} different filters at once.`, RETRY_S);
  }

  #start(filter: NodeFilter, key: string): Held {
    if (this.#held.size >= LIMITS.filters.value) {
      throw new FilterRefused(
        "limit",
        `At most ${LIMITS.filters.value} different filters are served at once.`,
        RETRY_S,
      );
    }
    const { lookUp } = this.#options, needsOthers = filter.search !== undefined || filter.clusters !== undefined;
    const lens = new Lens(filter, {
      ...this.#options,
      lookUp: needsOthers ? () => lookUp(filter) : undefined,
      gapMs: () => this.#gapMs,
      nextGeneration: () => FIRST_GENERATION + this.#generations++ % GENERATIONS,
    });
    const held = { lens, opened: lens.open(), watchers: new Map<string, number>() };
    this.#held.set(key, held);
    return held;
  }

  /** Filters together take at most half of the time, so that whoever sees everything is never kept waiting by them. */
  get #gapMs(): number {
    let costMs = 0;
    for (const { lens } of this.#held.values()) costMs += lens.costMs;
    return 2 * costMs;
  }

  close(lens: Lens, user: string): void {
    const key = JSON.stringify(lens.filter), held = this.#held.get(key);
    if (held?.lens !== lens) return;
    const left = (held.watchers.get(user) ?? 0) - 1;
    if (left > 0) held.watchers.set(user, left);
    else held.watchers.delete(user);
    if (held.watchers.size > 0) return;
    this.#held.delete(key);
    lens.close();
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof SearchBusyError) return new FilterRefused("unavailable", error.message, 1);
  if (error instanceof NoClusters) return new FilterRefused("unavailable", error.message);
  return error;
}
