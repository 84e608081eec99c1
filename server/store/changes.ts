/**
 * What people have changed of a graph, beside the file it came from: one row per node or edge that differs, so that the
 * same thing changed a hundred times is kept once. A reload, a restart and a crash keep it.
 */
import * as v from "valibot";
import { NewNodeSchema } from "../change_request.ts";
import { ChangeRefused } from "../change_refused.ts";
import type { AppliedChange, GraphChange, NewNode } from "../graph_change.ts";
import { LIMITS } from "../limits.ts";
import type { Database } from "./sqlite.ts";

/** `removed`: the file's node of this key is gone. `added`: one was put in its place, or where none was. */
export interface ChangedNode {
  readonly node: string;
  readonly removed: boolean;
  readonly added?: NewNode;
}

/** `weight` undefined: the edge is gone. */
export interface ChangedEdge {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly weight?: number;
}

export interface StoredChanges {
  /** In the order in which nodes and edges were first changed. */
  list(): { readonly nodes: readonly ChangedNode[]; readonly edges: readonly ChangedEdge[] };
  /** Stored when the call returns, all or nothing. @throws {ChangeRefused} Code `limit`. @throws {StoreError} */
  save(change: GraphChange, applied: Pick<AppliedChange, "before" | "removed" | "removedEdges">): void;
  /** Forgets what makes no difference any more. */
  forget(rows: { readonly nodes: readonly string[]; readonly edges: readonly Omit<ChangedEdge, "weight">[] }): void;
}

const nodeRows = v.array(v.object({ node: v.string(), removed: v.number(), added: v.nullable(v.string()) }));
const edgeRows = v.array(
  v.object({ source: v.string(), target: v.string(), type: v.string(), weight: v.nullable(v.number()) }),
);
const countRow = v.object({ rows: v.number() });

/** `graph` is the fingerprint by which the graph is known again. */
export function openChanges(database: Database, graph: string): StoredChanges {
  const sql = prepareAll(database);
  const count = () => v.parse(countRow, sql.count.get(graph, graph)).rows;
  let rowsAtMost = count();
  const removeNode = (key: string) => {
    const [known] = v.parse(nodeRows, sql.node.all(graph, key));
    // A node that only people added leaves no trace; the file's leaves a mark.
    if (known === undefined || known.added === null) sql.markNode.run(graph, key);
    else if (known.removed === 1) sql.dropAddition.run(graph, key);
    else sql.dropNode.run(graph, key);
    sql.dropEdges.run(graph, key, key);
  };
  return {
    list: () => ({
      nodes: v.parse(nodeRows, sql.nodes.all(graph)).map(readNode),
      edges: v.parse(edgeRows, sql.edges.all(graph)).map(({ weight, ...name }) => ({
        ...name,
        weight: weight ?? undefined,
      })),
    }),
    save({ add }, { before, removed, removedEdges }) {
      database.transaction(() => {
        for (const index of removed) removeNode(before.input.keys[index]);
        for (const { source, target, type } of removedEdges) sql.setEdge.run(graph, source, target, type, null);
        for (const { key, ...node } of add.nodes) sql.addNode.run(graph, key, JSON.stringify(node));
        for (const edge of add.edges) sql.setEdge.run(graph, edge.source, edge.target, edge.type, edge.weight);
        const most = LIMITS.storedChanges.value;
        const wanted = rowsAtMost + removed.length + removedEdges.length + add.nodes.length + add.edges.length;
        const rows = wanted > most ? count() : wanted;
        if (rows > most) {
          throw new ChangeRefused(
            "limit",
            `At most ${most} changed nodes and edges are kept; write the graph to a file and serve that.`,
          );
        }
        rowsAtMost = rows;
      });
    },
    forget({ nodes, edges }) {
      if (nodes.length + edges.length === 0) return;
      database.transaction(() => {
        for (const node of nodes) sql.dropNode.run(graph, node);
        for (const { source, target, type } of edges) sql.dropEdge.run(graph, source, target, type);
      });
      rowsAtMost = count();
    },
  };
}

function prepareAll(database: Database) {
  return {
    nodes: database.prepare("SELECT node, removed, added FROM changed_nodes WHERE graph = ? ORDER BY rowid"),
    edges: database.prepare("SELECT source, target, type, weight FROM changed_edges WHERE graph = ? ORDER BY rowid"),
    count: database.prepare(
      `SELECT (SELECT count(*) FROM changed_nodes WHERE graph = ?) +
              (SELECT count(*) FROM changed_edges WHERE graph = ?) AS rows`,
    ),
    addNode: database.prepare(
      `INSERT INTO changed_nodes (graph, node, removed, added) VALUES (?, ?, 0, ?)
       ON CONFLICT DO UPDATE SET added = excluded.added`,
    ),
    node: database.prepare("SELECT node, removed, added FROM changed_nodes WHERE graph = ? AND node = ?"),
    dropAddition: database.prepare("UPDATE changed_nodes SET added = NULL WHERE graph = ? AND node = ?"),
    markNode: database.prepare(
      "INSERT INTO changed_nodes (graph, node, removed, added) VALUES (?, ?, 1, NULL) ON CONFLICT DO NOTHING",
    ),
    dropNode: database.prepare("DELETE FROM changed_nodes WHERE graph = ? AND node = ?"),
    setEdge: database.prepare(
      `INSERT INTO changed_edges (graph, source, target, type, weight) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET weight = excluded.weight`,
    ),
    dropEdge: database.prepare(
      "DELETE FROM changed_edges WHERE graph = ? AND source = ? AND target = ? AND type = ?",
    ),
    dropEdges: database.prepare("DELETE FROM changed_edges WHERE graph = ? AND (source = ? OR target = ?)"),
  };
}

/** What this version cannot read is as if it had not been added. */
function readNode({ node, removed, added }: v.InferOutput<typeof nodeRows>[number]): ChangedNode {
  const parsed = added === null ? undefined : v.safeParse(NewNodeSchema, { key: node, ...parseJson(added) });
  return { node, removed: removed === 1, added: parsed?.success ? parsed.output : undefined };
}

function parseJson(text: string): object {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? value : {};
}
