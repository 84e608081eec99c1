import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import { SlidingCount, TokenBuckets } from "./rate.ts";

/** Endpoints whose inbound messages are counted. */
export const LIMITED_ENDPOINTS = ["/ws/positions", "/ws/voice"] as const;
export type LimitedEndpoint = typeof LIMITED_ENDPOINTS[number];

const BUCKETS: Record<LimitedEndpoint, { readonly burst: number; readonly perMinute: number }> = {
  "/ws/positions": { burst: LIMITS.positionBurst.value, perMinute: LIMITS.positionMessages.value },
  "/ws/voice": { burst: LIMITS.voiceBurst.value, perMinute: LIMITS.voiceMessages.value },
};

export interface OverLimit {
  /** When the next message would be taken. Units: seconds. */
  readonly retryAfterS: number;
  readonly message: string;
  /** The socket has gone on too often: it is to be closed. */
  readonly goesOn: boolean;
}

/** What one socket must pass before its message is read. */
export interface InboundGate {
  /** Counts one message; absent where it may be read. */
  take(): OverLimit | undefined;
}

/** Messages of one account to one endpoint, on however many sockets it sends them. */
export class InboundLimits {
  /** Messages that were refused since the start. */
  readonly refused = new Map<LimitedEndpoint, number>();
  readonly #buckets = new Map(LIMITED_ENDPOINTS.map((endpoint) => {
    return [endpoint, new TokenBuckets({ ...BUCKETS[endpoint], maxKeys: LIMITS.rateKeys.value })] as const;
  }));

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** For one socket; absent for an endpoint without such a limit. */
  gate(path: string, user: string): InboundGate | undefined {
    const endpoint = LIMITED_ENDPOINTS.find((one) => one === path);
    const buckets = endpoint && this.#buckets.get(endpoint);
    if (endpoint === undefined || buckets === undefined) return undefined;
    const strikes = new SlidingCount({ limit: LIMITS.messagesOverLimit.value, windowMs: 60_000 });
    const { perMinute } = BUCKETS[endpoint];
    return {
      take: () => {
        const nowMs = this.clock.now(), waitMs = buckets.take(user, nowMs);
        if (waitMs === 0) return undefined;
        this.refused.set(endpoint, (this.refused.get(endpoint) ?? 0) + 1);
        return {
          retryAfterS: waitMs / 1000,
          message: `At most ${perMinute} messages a minute are taken at ${endpoint}.`,
          goesOn: strikes.hit(nowMs),
        };
      },
    };
  }
}
