/** Nodes that people have fastened in place, per graph: a reload, a restart and a crash keep them. */
import * as v from "valibot";
import type { Database } from "./sqlite.ts";

/** Units: edge lengths. `node` is the key in the graph's source, since indices change with the file. */
export interface StoredPin {
  readonly node: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The pins of one graph, written when a call returns. Bound: one per node, set by the caller. */
export interface Pins {
  /** Shape: by node key. */
  list(): readonly StoredPin[];
  /** Adds or moves pins, all in one write. Cost: one commit, so collect what came in one tick. */
  save(pins: readonly StoredPin[]): void;
  remove(node: string): void;
  /** All in one write. */
  removeAll(nodes: readonly string[]): void;
}

const pinRows = v.array(v.object({ node: v.string(), x: v.number(), y: v.number(), z: v.number() }));

/** `graph` is the fingerprint by which the graph is known again. */
export function openPins(database: Database, graph: string): Pins {
  const upsert = database.prepare(
    `INSERT INTO pins (graph, node, x, y, z) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET x = excluded.x, y = excluded.y, z = excluded.z`,
  );
  const erase = database.prepare("DELETE FROM pins WHERE graph = ? AND node = ?");
  const select = database.prepare("SELECT node, x, y, z FROM pins WHERE graph = ? ORDER BY node");
  return {
    save(pins) {
      for (const { node, x, y, z } of pins) {
        const finite = Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z);
        if (!finite) throw new RangeError(`Cannot pin "${node}": its place is (${x}, ${y}, ${z}).`);
      }
      database.transaction(() => pins.forEach(({ node, x, y, z }) => upsert.run(graph, node, x, y, z)));
    },
    remove: (node) => void erase.run(graph, node),
    removeAll: (nodes) => database.transaction(() => nodes.forEach((node) => erase.run(graph, node))),
    list: () => v.parse(pinRows, select.all(graph)),
  };
}
