import { type AppliedChange, applyChange, type GraphChange } from "./graph_change.ts";
import type { GraphStore } from "./graph_store.ts";
import { traced } from "./trace.ts";
import type { StoredChanges } from "./store/changes.ts";

export interface LiveGraphOptions {
  readonly first: GraphStore;
  /** Where changes are kept between runs. */
  readonly changes: Pick<StoredChanges, "save">;
}

/** The graph that is being served, from one generation to the next. */
export class LiveGraph {
  readonly #options: LiveGraphOptions;
  readonly #listeners: ((applied: AppliedChange) => void)[] = [];
  #current: GraphStore;
  /** Made with the first change: most graphs never see one. */
  #idOfKey: Map<string, number> | undefined;

  constructor(options: LiveGraphOptions) {
    this.#options = options;
    this.#current = options.first;
  }

  get current(): GraphStore {
    return this.#current;
  }

  /** From now on `listener` hears of every change, when it has been stored. */
  listen(listener: (applied: AppliedChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Stored before anybody hears of it. Cost: O(n + m). @throws {ChangeRefused} @throws {StoreError} Then nothing changed. */
  change(change: GraphChange): AppliedChange {
    return traced("graph edit", {}, (span) => {
      const applied = this.#change(change), { store, removed } = applied;
      span.set({
        "orrery.nodes": store.nodeCount,
        "orrery.edges": store.edges.count,
        "orrery.nodes_added": change.add.nodes.length,
        "orrery.nodes_removed": removed.length,
      });
      return applied;
    });
  }

  #change(change: GraphChange): AppliedChange {
    const before = this.#current, idOfKey = this.#idOfKey ??= indexKeys(before);
    const applied = applyChange(before, change, (key) => {
      const id = idOfKey.get(key);
      return id === undefined ? undefined : before.indexOf(id);
    });
    this.#options.changes.save(change, applied);
    for (const index of applied.removed) idOfKey.delete(before.input.keys[index]);
    const { store } = applied;
    for (let index = store.nodeCount - change.add.nodes.length; index < store.nodeCount; index++) {
      idOfKey.set(store.input.keys[index], store.ids[index]);
    }
    this.#current = store;
    for (const listener of this.#listeners) listener(applied);
    return applied;
  }
}

function indexKeys({ input, ids }: GraphStore): Map<string, number> {
  return new Map(input.keys.map((key, index) => [key, ids[index]]));
}
