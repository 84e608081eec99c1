/** Items that travel together: by size or by interval, the urgent first, and again where they could not be delivered. */
import { backoffDelayMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";

export interface BatchQueueOptions<T> {
  /** Delivers one batch; a rejection puts it back. Never called while an earlier batch is under way. */
  readonly send: (batch: readonly T[]) => Promise<void>;
  /** Told of every rejection; may answer how long to wait at least. Units: ms. */
  readonly failed: (error: unknown) => number | undefined;
  readonly batchSize: number;
  /** An item waits no longer than this for others to join it. */
  readonly intervalMs: number;
  /** Items at most, those under way included. */
  readonly capacity: number;
  /** Priorities 0 (first) to `levels - 1`; 1 level where absent. */
  readonly levels?: number;
  readonly priorityOf?: (item: T) => number;
  readonly clock: Clock;
  readonly random: () => number;
}

const nothing = () => {};

/**
 * One lane per priority, first in, first out within it.
 *
 * Overflow: a newcomer replaces the oldest waiting item of the lowest priority, unless everything that waits is more
 * urgent than it, or under way; then the newcomer itself is dropped.
 */
export class BatchQueue<T> {
  readonly #options: BatchQueueOptions<T>;
  readonly #lanes: T[][];
  #underWay: Promise<void> | undefined;
  #underWayCount = 0;
  #attempt = 0;
  #cancelTimer = nothing;
  #timer: "none" | "interval" | "backoff" = "none";
  #closed = false;
  #drained: (() => void)[] = [];

  constructor(options: BatchQueueOptions<T>) {
    const { batchSize, capacity, levels = 1 } = options;
    for (const [name, value] of Object.entries({ batchSize, capacity, levels })) {
      if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be an integer of at least 1.`);
    }
    this.#options = options;
    this.#lanes = Array.from({ length: levels }, () => []);
  }

  /** Items that wait, those under way not included. */
  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  /**
   * Takes an item; answers the one that had to go for it, which may be itself. After `close` that is always so.
   * Cost: constant, but for an overflow, which moves one lane up. @throws {RangeError} for a priority without a lane.
   */
  enqueue(item: T): T | undefined {
    if (this.#closed) return item;
    const lane = this.#laneOf(item);
    let dropped: T | undefined;
    if (this.waiting + this.#underWayCount >= this.#options.capacity) {
      const victim = this.#lanes.findLastIndex((waiting) => waiting.length > 0);
      if (victim < this.#lanes.indexOf(lane)) return item;
      dropped = this.#lanes[victim].shift();
    }
    lane.push(item);
    this.#schedule();
    return dropped;
  }

  /** Sends what waits without waiting for more; resolves when nothing is left, or the queue was closed. */
  async drain(): Promise<void> {
    if (this.#closed || (this.waiting === 0 && this.#underWay === undefined)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained.push(resolve);
    if (this.#timer !== "backoff") this.#flush();
    await promise;
  }

  /** Sends nothing more; answers, once the batch under way is over, what was not delivered, the urgent first. */
  async close(): Promise<readonly T[]> {
    this.#closed = true;
    this.#setTimer("none");
    await this.#underWay;
    this.#drained.splice(0).forEach((resolve) => resolve());
    return this.#lanes.flatMap((lane) => lane.splice(0));
  }

  #laneOf(item: T): T[] {
    const priority = this.#options.priorityOf?.(item) ?? 0, lane = this.#lanes[priority];
    if (lane === undefined) throw new RangeError(`Priority ${priority} is not one of 0 to ${this.#lanes.length - 1}.`);
    return lane;
  }

  #schedule(): void {
    const waiting = this.waiting;
    if (this.#closed || waiting === 0 || this.#underWay !== undefined || this.#timer === "backoff") return;
    if (waiting >= this.#options.batchSize || this.#drained.length > 0) this.#flush();
    else if (this.#timer === "none") this.#setTimer("interval", this.#options.intervalMs);
  }

  #setTimer(timer: "none" | "interval" | "backoff", delayMs = 0): void {
    this.#cancelTimer();
    this.#timer = timer;
    this.#cancelTimer = timer === "none" ? nothing : this.#options.clock.after(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#setTimer("none");
    if (this.#underWay !== undefined || this.waiting === 0) return;
    const batch: T[] = [];
    for (const lane of this.#lanes) batch.push(...lane.splice(0, this.#options.batchSize - batch.length));
    this.#underWayCount = batch.length;
    this.#underWay = this.#deliver(batch);
  }

  /** Never rejects, but for a mistake in `failed`. */
  async #deliver(batch: readonly T[]): Promise<void> {
    let floorMs: number | undefined, delivered = true;
    try {
      await this.#options.send(batch);
    } catch (error) {
      delivered = false;
      floorMs = this.#options.failed(error);
      for (const item of batch.toReversed()) this.#laneOf(item).unshift(item);
    }
    this.#underWay = undefined;
    this.#underWayCount = 0;
    if (delivered) this.#attempt = 0;
    else if (!this.#closed) {
      this.#setTimer("backoff", backoffDelayMs(this.#attempt++, { random: this.#options.random, floorMs }));
    }
    if (this.waiting === 0) this.#drained.splice(0).forEach((resolve) => resolve());
    this.#schedule();
  }
}
