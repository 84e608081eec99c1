import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import { TokenBuckets } from "./rate.ts";

/** Who a request is counted for. */
export type Asker = "address" | "account";

/** A request that is not answered now. */
export interface TooMany {
  readonly message: string;
  readonly retryAfterS: number;
}

/** Requests of one address, and of one account, whatever they ask for. */
export class RequestLimits {
  /** Requests that were refused since the start. */
  readonly refused = new Map<Asker, number>();
  readonly #perMinute = { address: LIMITS.requestsPerAddress.value, account: LIMITS.requestsPerUser.value };
  readonly #buckets = {
    address: this.#open("address", LIMITS.requestBurstPerAddress.value),
    account: this.#open("account", LIMITS.requestBurstPerUser.value),
  };

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Counts one request; absent where it may be answered. */
  take(asker: Asker, key: string): TooMany | undefined {
    const waitMs = this.#buckets[asker].take(key, this.clock.now());
    if (waitMs === 0) return undefined;
    this.refused.set(asker, (this.refused.get(asker) ?? 0) + 1);
    const message = `Too many requests of one ${asker}: at most ${this.#perMinute[asker]} a minute are answered.`;
    return { message, retryAfterS: waitMs / 1000 };
  }

  #open(asker: Asker, burst: number): TokenBuckets {
    return new TokenBuckets({ burst, perMinute: this.#perMinute[asker], maxKeys: LIMITS.rateKeys.value });
  }
}

/** So many at a time of each key. Memory: one entry for each key that has one. */
export class Turns {
  readonly #taken = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** Ends what it has taken; absent where as many are taken as may be. */
  take(key: string): (() => void) | undefined {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.most) return undefined;
    this.#taken.set(key, taken + 1);
    return () => {
      const left = (this.#taken.get(key) ?? 0) - 1;
      if (left > 0) this.#taken.set(key, left);
      else this.#taken.delete(key);
    };
  }
}
