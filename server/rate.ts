/** How often is too often: both forms keep a bounded memory and are told the time. */

export interface SlidingCountOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/** Answers "`limit` times within `windowMs`?" exactly, from the last `limit` times. */
export class SlidingCount {
  readonly #times: number[];
  readonly #windowMs: number;
  #next = 0;

  constructor({ limit, windowMs }: SlidingCountOptions) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`Limit ${limit} is not a positive whole number.`);
    this.#times = new Array<number>(limit).fill(-Infinity);
    this.#windowMs = windowMs;
  }

  /** Counts one; true when it is at least the `limit`th within the window that ends now. */
  hit(nowMs: number): boolean {
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return nowMs - this.#times[this.#next] < this.#windowMs;
  }
}

export interface TokenBucketsOptions {
  /** Tokens a key starts with, and the most it can save up. */
  readonly burst: number;
  readonly perMinute: number;
  /** Keys remembered; beyond it the one used longest ago is forgotten, and would start full. */
  readonly maxKeys: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** One token bucket per key, refilled continuously. */
export class TokenBuckets {
  // In order of use, so the first key is the stalest.
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly options: TokenBucketsOptions) {}

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `count` tokens of `key`. Returns 0, or how many ms from now they will be there. */
  take(key: string, nowMs: number, count = 1): number {
    const { burst, perMinute, maxKeys } = this.options;
    const perMs = perMinute / 60_000;
    const known = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - known.atMs);
    const tokens = Math.min(burst, known.tokens + elapsedMs * perMs);
    const granted = tokens >= count;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: granted ? tokens - count : tokens, atMs: nowMs });
    for (const stalest of this.#buckets.keys()) {
      if (this.#buckets.size <= maxKeys) break;
      this.#buckets.delete(stalest);
    }
    return granted ? 0 : Math.ceil((count - tokens) / perMs);
  }
}
