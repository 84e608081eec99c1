import type { NodeFrame } from "../protocol/frame.ts";
import type { V4Message } from "../protocol/graph/v4.ts";
import type { Pin } from "../gpu/mod.ts";
import { allows, type Role } from "./auth.ts";
import { LIMITS } from "./limits.ts";
import { Refusal, RemovedNode } from "./refusal.ts";
import type { SimulationLoop } from "./simulation_loop.ts";
import { StoreError } from "./store/store_error.ts";

export type NodeDrag = Extract<V4Message, { type: "nodeDrag" }>;
export type PlacedNodes = Pick<NodeFrame, "count" | "ids" | "positions">;

export interface HandOptions {
  readonly user: string;
  /** As the account stands now. */
  readonly role: () => Role;
  readonly loop: Pick<SimulationLoop, "indexOf" | "wasRemoved" | "hold" | "pin" | "place">;
  readonly onSelect: () => void;
}

/** What one participant does to nodes. Everything is checked before anything happens. */
export class Hand {
  /** Wire id of the node this participant has selected. */
  selected: number | undefined;
  /** By wire id: the index of a node may change while it is held. */
  readonly #held = new Map<number, Pin>();

  constructor(private readonly options: HandOptions) {}

  select(id: number | undefined): void {
    if (id !== undefined) this.requireNode(id);
    if (this.selected === id) return;
    this.selected = id;
    this.options.onSelect();
  }

  drag({ id, phase, x, y, z }: NodeDrag): void {
    const pin = this.#checkedPin(id, x, y, z);
    this.requireEditor("Moving nodes");
    if (phase === "end") this.#drop(id, pin);
    else this.#hold(id, pin);
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
    for (const [id, pin] of this.#held) this.#pinAsLeft(id, pin);
    this.#held.clear();
  }

  /** A drag that its client did not end: pinned where it was last put. Where that cannot be stored, the loop has freed it. */
  #pinAsLeft(id: number, pin: Pin): void {
    const index = this.options.loop.indexOf(id);
    if (index === undefined) return;
    try {
      this.options.loop.pin({ ...pin, index });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #hold(id: number, pin: Pin): void {
    for (const known of this.#held.keys()) if (this.options.loop.wasRemoved(known)) this.#held.delete(known);
    if (!this.#held.has(id) && this.#held.size >= LIMITS.heldNodesPerSession.value) {
      throw new Refusal("limit", `At most ${LIMITS.heldNodesPerSession.value} nodes can be held at once.`);
    }
    this.#held.set(id, pin);
    this.options.loop.hold(pin);
  }

  #drop(id: number, pin: Pin): void {
    this.#held.delete(id);
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
