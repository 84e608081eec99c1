/** How often is too often: both forms keep a bounded memory and are told the time. */

export interface SlidingCountOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/** Answers "`limit` times within `windowMs`?" exactly, from the last `limit` times. */
export class SlidingCount {
  /** Made by the first hit, and as long as there were hits, up to the limit: most connections see none. */
  #times: number[] | undefined;
  readonly #limit: number;
  readonly #windowMs: number;
  #next = 0;

  constructor({ limit, windowMs }: SlidingCountOptions) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`Limit ${limit} is not a positive whole number.`);
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Counts one; true when it is at least the `limit`th within the window that ends now. */
  hit(nowMs: number): boolean {
    const times = this.#times ??= [];
    times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#limit;
    return nowMs - (times[this.#next] ?? -Infinity) < this.#windowMs;
  }
}

export interface TokenBucketOptions {
  /** Tokens it starts with, and the most it can save up. */
  readonly burst: number;
  readonly perMinute: number;
}

/** Tokens that are taken out, and refilled continuously. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  /** It is full before, so that it does not matter when it was made. */
  #atMs = 0;

  /** The options are kept, not copied: there may be a bucket for each of many sockets. */
  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /** Takes `count` tokens. Returns 0, or how many ms from now they will be there. */
  take(nowMs: number, count = 1): number {
    const { burst, perMinute } = this.#options, perMs = perMinute / 60_000;
    const tokens = Math.min(burst, this.#tokens + Math.max(0, nowMs - this.#atMs) * perMs), granted = tokens >= count;
    this.#tokens = granted ? tokens - count : tokens;
    this.#atMs = nowMs;
    return granted ? 0 : Math.ceil((count - tokens) / perMs);
  }
}

export interface TokenBucketsOptions extends TokenBucketOptions {
  /** Keys remembered; beyond it the one used longest ago is forgotten, and would start full. */
  readonly maxKeys: number;
}

/** One token bucket per key. */
export class TokenBuckets {
  // In order of use, so the first key is the stalest.
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(private readonly options: TokenBucketsOptions) {}

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `count` tokens of `key`. Returns 0, or how many ms from now they will be there. */
  take(key: string, nowMs: number, count = 1): number {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.options);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    for (const stalest of this.#buckets.keys()) {
      if (this.#buckets.size <= this.options.maxKeys) break;
      this.#buckets.delete(stalest);
    }
    return bucket.take(nowMs, count);
  }
}
