import { carryPins, type Pin } from "../gpu/mod.ts";
import type { Clock } from "./clock.ts";
import type { AppliedChange } from "./graph_change.ts";
import type { Pins, StoredPin } from "./store/pins.ts";

export interface KeptPinsOptions {
  /** Where the places of pinned nodes are kept between runs. */
  readonly pins: Pins;
  readonly maxPins: number;
  /** Key of each node, which stays when its index does not. */
  readonly keys: readonly string[];
  readonly clock: Pick<Clock, "after">;
  /** Hears of a write that failed behind everybody's back. */
  readonly onFault: (error: unknown) => void;
}

/** How long new places of pinned nodes may wait to be stored. */
const SAVE_DELAY_MS = 250;

/** The pinned nodes of a layout, by index, as they are in the store or will be in a moment. */
export class KeptPins {
  readonly #options: KeptPinsOptions;
  readonly #unsaved = new Set<number>();
  #keys: readonly string[];
  #pinned = new Map<number, Pin>();
  #cancelSave: (() => void) | undefined;

  /** Begins with those of earlier runs whose nodes are there. */
  constructor(options: KeptPinsOptions) {
    this.#options = options;
    this.#keys = options.keys;
    const indexOf = new Map(options.keys.map((key, index) => [key, index]));
    for (const { node, x, y, z } of options.pins.list()) {
      const index = indexOf.get(node);
      if (index !== undefined && !this.isFull) this.#pinned.set(index, { index, x, y, z });
    }
  }

  get isFull(): boolean {
    return this.#pinned.size >= this.#options.maxPins;
  }

  has(index: number): boolean {
    return this.#pinned.has(index);
  }

  get(index: number): Pin | undefined {
    return this.#pinned.get(index);
  }

  list(): Pin[] {
    return [...this.#pinned.values()];
  }

  #stored({ index, x, y, z }: Pin): StoredPin {
    return { node: this.#keys[index], x, y, z };
  }

  /** Stored first: what a client is told is pinned survives the process. @throws {StoreError}, and nothing has changed. */
  keep(pin: Pin): void {
    this.#options.pins.save([this.#stored(pin)]);
    this.#pinned.set(pin.index, pin);
  }

  drop(index: number): void {
    this.#options.pins.remove(this.#keys[index]);
    this.#pinned.delete(index);
  }

  /** New places of those of them that are pinned: stored a moment later, many by one write. */
  move(pins: Iterable<Pin>): void {
    for (const pin of pins) {
      if (!this.#pinned.has(pin.index)) continue;
      this.#pinned.set(pin.index, pin);
      this.#unsaved.add(pin.index);
    }
    if (this.#unsaved.size > 0) this.#cancelSave ??= this.#options.clock.after(SAVE_DELAY_MS, () => this.save());
  }

  /** Stores what waits for it. */
  save(): void {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const pins = [...this.#unsaved].flatMap((index) => this.#pinned.get(index) ?? []);
    this.#unsaved.clear();
    this.#attempt(() => {
      if (pins.length > 0) this.#options.pins.save(pins.map((pin) => this.#stored(pin)));
    });
  }

  /** Takes over a change of the graph, before which all was saved. True when pinned nodes have gone with it. */
  follow({ store, before, origins, removed }: AppliedChange): boolean {
    const gone = removed.filter((index) => this.#pinned.has(index)).map((index) => before.input.keys[index]);
    this.#pinned = carryPins(this.#pinned, origins);
    this.#keys = store.input.keys;
    // A row that stays is passed over at the next start: its node is gone.
    if (gone.length > 0) this.#attempt(() => this.#options.pins.removeAll(gone));
    return gone.length > 0;
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
