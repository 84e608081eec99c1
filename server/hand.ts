import type { NodeFrame } from "../protocol/frame.ts";
import type { ReleasedData } from "../protocol/graph/presence.ts";
import type { V4Message } from "../protocol/graph/v4.ts";
import type { Pin } from "../gpu/mod.ts";
import { allows, type Role } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Holder, Holds } from "./holds.ts";
import { LIMITS } from "./limits.ts";
import { Refusal, RemovedNode } from "./refusal.ts";
import type { SimulationLoop } from "./simulation_loop.ts";

export type NodeDrag = Extract<V4Message, { type: "nodeDrag" }>;
export type PlacedNodes = Pick<NodeFrame, "count" | "ids" | "positions">;

export interface HandOptions {
  readonly participant: number;
  readonly user: string;
  /** As the account stands now. */
  readonly role: () => Role;
  readonly loop: Pick<SimulationLoop, "indexOf" | "wasRemoved" | "pin" | "place">;
  readonly holds: Holds;
  readonly clock: Pick<Clock, "now">;
  readonly onSelect: () => void;
  readonly onReleased: (what: ReleasedData) => void;
}

/** What one participant does to nodes. Everything is checked before anything happens. */
export class Hand implements Holder {
  /** Wire id of the node this participant has selected. */
  selected: number | undefined;
  /** Nodes that somebody took from this hand, and when it last moved them: what is left of those drags is passed over. */
  readonly #lost = new Map<number, number>();

  constructor(private readonly options: HandOptions) {}

  get participant(): number {
    return this.options.participant;
  }

  get user(): string {
    return this.options.user;
  }

  select(id: number | undefined): void {
    if (id !== undefined) this.requireNode(id);
    if (this.selected === id) return;
    this.selected = id;
    this.options.onSelect();
  }

  /**
   * A start takes the node from whoever holds it. A move or an end does not: then this drag is lost, and what comes of
   * it is passed over until it has ended, by its end, by a start, or by as long a silence as ends a hold.
   */
  drag({ id, phase, x, y, z }: NodeDrag): void {
    const pin = this.#checkedPin(id, x, y, z);
    this.requireEditor("Moving nodes");
    if (phase === "start") this.#lost.delete(id);
    else if (this.#isLost(id)) return phase === "end" ? void this.#lost.delete(id) : this.#lose(id);
    const holder = this.options.holds.holderOf(id);
    if (phase !== "start" && holder !== undefined && holder !== this) {
      const { participant, user } = holder;
      return this.released({ id, reason: "taken", by: { participant, user } });
    }
    if (phase === "end") this.#drop(id, pin);
    else this.#hold(id, pin);
  }

  #isLost(id: number): boolean {
    const movedAtMs = this.#lost.get(id);
    if (movedAtMs === undefined) return false;
    const isOver = this.options.clock.now() - movedAtMs >= LIMITS.holdIdleMs.value;
    if (isOver) this.#lost.delete(id);
    return !isOver;
  }

  /** The stalest is forgotten where there are more than a hand holds. */
  #lose(id: number): void {
    this.#lost.delete(id);
    this.#lost.set(id, this.options.clock.now());
    for (const stalest of this.#lost.keys()) {
      if (this.#lost.size <= LIMITS.heldNodesPerSession.value) break;
      this.#lost.delete(stalest);
    }
  }

  released(what: ReleasedData): void {
    if (what.reason === "taken") this.#lose(what.id);
    this.options.onReleased(what);
  }

  /** Puts nodes somewhere, but for those that have been removed. All are checked before the first is moved. */
  place({ count, ids, positions }: PlacedNodes): void {
    const pins: Pin[] = [];
    for (let at = 0; at < count; at++) {
      if (this.options.loop.wasRemoved(ids[at])) continue;
      pins.push(this.#checkedPin(ids[at], positions[3 * at], positions[3 * at + 1], positions[3 * at + 2]));
    }
    this.requireEditor("Moving nodes");
    this.options.loop.place(pins);
  }

  /** The participant is gone. */
  letGo(): void {
    this.options.holds.leaveAll(this);
  }

  #hold(id: number, pin: Pin): void {
    const { holds } = this.options, most = LIMITS.heldNodesPerSession.value;
    if (holds.holderOf(id) !== this && holds.countOf(this) >= most) {
      throw new Refusal("limit", `At most ${most} nodes can be held at once.`);
    }
    holds.put(id, pin, this);
  }

  #drop(id: number, pin: Pin): void {
    this.options.holds.forget(id);
    if (this.options.loop.pin(pin) === "full") {
      throw new Refusal("limit", `At most ${LIMITS.pins.value} nodes can be pinned; unpin some first.`);
    }
  }

  /** @throws {Refusal} in words that begin with `what` is not allowed. */
  requireEditor(what: string): void {
    if (!allows(this.options.role(), "edit")) {
      throw new Refusal("forbidden", `${what} needs the editor role; ${this.options.user} is a viewer.`);
    }
  }

  /** Its index. @throws {RemovedNode} @throws {Refusal} */
  requireNode(id: number): number {
    const index = this.options.loop.indexOf(id);
    if (this.options.loop.wasRemoved(id)) throw new RemovedNode(`Node ${id} has been removed.`);
    if (index === undefined) throw new Refusal("unknown_node", `There is no node ${id}.`);
    return index;
  }

  #checkedPin(id: number, x: number, y: number, z: number): Pin {
    const index = this.requireNode(id);
    if (![x, y, z].every((value) => Math.abs(value) <= LIMITS.coordinate.value)) {
      throw new Refusal("bad_message", `Coordinates must be finite and within ±${LIMITS.coordinate.value}.`);
    }
    return { index, x, y, z };
  }
}
