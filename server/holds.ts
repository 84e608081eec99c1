import type { ParticipantNode, ReleasedData } from "../protocol/graph/presence.ts";
import type { Pin } from "../gpu/mod.ts";
import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import type { SimulationLoop } from "./simulation_loop.ts";
import { StoreError } from "./store/store_error.ts";

/** Somebody who may hold nodes. */
export interface Holder {
  readonly participant: number;
  readonly user: string;
  /** A node is no longer in its hand, and not by its own doing. */
  released(what: ReleasedData): void;
}

interface Hold {
  readonly holder: Holder;
  readonly cancel: () => void;
  pin: Pin;
  movedAtMs: number;
}

export interface HoldsOptions {
  readonly loop: Pick<SimulationLoop, "indexOf" | "hold" | "pin">;
  readonly clock: Pick<Clock, "now" | "after">;
  /** Nodes have changed hands. */
  readonly onChange: () => void;
}

/** Whose hand every held node is in: at most one over the whole server. Wire ids, since an index may change meanwhile. */
export class Holds {
  readonly #holds = new Map<number, Hold>();
  readonly #handfuls = new Map<Holder, Set<number>>();

  constructor(private readonly options: HoldsOptions) {}

  holderOf(id: number): Holder | undefined {
    return this.#holds.get(id)?.holder;
  }

  /** Of nodes that are still there, at most `LIMITS.listedHolds`. */
  list(): ParticipantNode[] {
    const listed: ParticipantNode[] = [];
    for (const [id, { holder: { participant, user } }] of this.#holds) {
      if (listed.length >= LIMITS.listedHolds.value) break;
      if (this.options.loop.indexOf(id) !== undefined) listed.push({ participant, user, id });
    }
    return listed;
  }

  countOf(holder: Holder): number {
    return this.#handfuls.get(holder)?.size ?? 0;
  }

  /** Puts a node where its holder drags it; whoever else held it is told. */
  put(id: number, pin: Pin, holder: Holder): void {
    const known = this.#holds.get(id);
    if (known?.holder === holder) {
      known.pin = pin;
      known.movedAtMs = this.options.clock.now();
    } else {
      this.forget(id);
      this.#begin(id, pin, holder);
      const { participant, user } = holder;
      known?.holder.released({ id, reason: "taken", by: { participant, user } });
    }
    this.options.loop.hold(pin);
  }

  #begin(id: number, pin: Pin, holder: Holder): void {
    const { clock } = this.options;
    let cancelTimer = () => {};
    const hold: Hold = { holder, pin, movedAtMs: clock.now(), cancel: () => cancelTimer() };
    const watch = () => {
      const leftMs = hold.movedAtMs + LIMITS.holdIdleMs.value - clock.now();
      if (leftMs > 0) cancelTimer = clock.after(leftMs, watch);
      else this.#leave(id, hold, { reason: "idle" });
    };
    watch();
    this.#holds.set(id, hold);
    const handful = this.#handfuls.get(holder) ?? new Set();
    this.#handfuls.set(holder, handful.add(id));
    this.options.onChange();
  }

  /** The node is in nobody's hand any more. */
  forget(id: number): void {
    const hold = this.#holds.get(id);
    if (hold === undefined) return;
    hold.cancel();
    this.#holds.delete(id);
    const handful = this.#handfuls.get(hold.holder);
    handful?.delete(id);
    if (handful?.size === 0) this.#handfuls.delete(hold.holder);
    this.options.onChange();
  }

  /** The holder is gone: what it held is pinned where it was last put. */
  leaveAll(holder: Holder): void {
    for (const id of [...this.#handfuls.get(holder) ?? []]) {
      const hold = this.#holds.get(id);
      if (hold !== undefined) this.#leave(id, hold, { reason: "gone" });
    }
  }

  /** A drag that its client did not end: pinned where it was last put. Where that cannot be stored, the loop has freed it. */
  #leave(id: number, { holder, pin }: Hold, { reason }: { readonly reason: "idle" | "gone" }): void {
    this.forget(id);
    const index = this.options.loop.indexOf(id);
    if (index === undefined) return;
    try {
      this.options.loop.pin({ ...pin, index });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    if (reason === "idle") holder.released({ id, reason });
  }
}
