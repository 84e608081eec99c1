import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";

export interface Place {
  /** The connection is open: the place is kept until `release`. */
  keep(): void;
  release(): void;
}

export interface Crowded {
  readonly status: 429 | 503;
  readonly message: string;
}

/**
 * Places for connections: in all, per account, per address. A place is taken when a handshake is accepted, so that many
 * at once cannot all pass; one that is not kept within the time of a handshake is free again.
 */
export class Admissions {
  readonly #byUser = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(private readonly clock: Pick<Clock, "after">) {}

  get total(): number {
    return this.#total;
  }

  take(user: string, address: string): Place | Crowded {
    if (this.#total >= LIMITS.connections.value) {
      return { status: 503, message: "This server has no room for another connection." };
    }
    if ((this.#byUser.get(user) ?? 0) >= LIMITS.connectionsPerUser.value) {
      return { status: 429, message: `${user} has too many connections open.` };
    }
    if ((this.#byAddress.get(address) ?? 0) >= LIMITS.connectionsPerAddress.value) {
      return { status: 429, message: "Too many connections are open from this address." };
    }
    return new TakenPlace(this.clock, (change) => this.#count(user, address, change));
  }

  #count(user: string, address: string, change: 1 | -1): void {
    this.#total += change;
    bump(this.#byUser, user, change);
    bump(this.#byAddress, address, change);
  }
}

class TakenPlace implements Place {
  #isTaken = true;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Pick<Clock, "after">, private readonly count: (change: 1 | -1) => void) {
    count(1);
    this.#cancelTimer = clock.after(2 * LIMITS.handshakeMs.value, () => this.release());
  }

  keep(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  release(): void {
    this.keep();
    if (this.#isTaken) this.count(-1);
    this.#isTaken = false;
  }
}

function bump(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
