/** Parameters of the layout that people have changed, per graph. */
import * as v from "valibot";
import type { Database } from "./sqlite.ts";

/** What one graph's layout has other than by default. Bound: one row per parameter. */
export interface LayoutParams {
  list(): ReadonlyMap<string, number>;
  /** Replaces all of it, in one write. */
  save(values: ReadonlyMap<string, number>): void;
}

const rows = v.array(v.object({ name: v.string(), value: v.number() }));

/** `graph` is the fingerprint by which the graph is known again. */
export function openLayoutParams(database: Database, graph: string): LayoutParams {
  const insert = database.prepare("INSERT INTO layout_params (graph, name, value) VALUES (?, ?, ?)");
  const erase = database.prepare("DELETE FROM layout_params WHERE graph = ?");
  const select = database.prepare("SELECT name, value FROM layout_params WHERE graph = ? ORDER BY name");
  return {
    list: () => new Map(v.parse(rows, select.all(graph)).map(({ name, value }) => [name, value])),
    save(values) {
      database.transaction(() => {
        erase.run(graph);
        for (const [name, value] of values) insert.run(graph, name, value);
      });
    },
  };
}
