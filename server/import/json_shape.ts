import { Problem, shown } from "./problem.ts";
import { isRecord } from "./values.ts";

/** A list in the file that holds nodes, edges or (Cytoscape's `elements: […]`) both. */
export interface Section {
  readonly path: readonly string[];
  readonly entries: readonly unknown[];
  /** Whether this entry belongs to the section. */
  accepts(entry: unknown): boolean;
}

/** Where a JSON graph keeps its nodes and edges. */
export interface JsonShape {
  readonly nodes: Section;
  readonly edges: Section;
}

/** A shape that is not one of those below, at the place that shows it. */
export class ShapeProblem extends Problem {
  constructor(message: string, readonly path: readonly string[]) {
    super(message);
  }
}

/**
 * Recognises `{nodes, links}` and `{nodes, edges}` (d3, graphology, NetworkX, vis), `{edges}` alone, `{elements}`
 * (Cytoscape; one list or two), a list of Cytoscape elements, and a list of edges.
 */
export function shapeOf(root: unknown): JsonShape {
  if (Array.isArray(root)) {
    if (root.some((entry) => isRecord(entry) && isRecord(entry.data))) return mixed([], root);
    return { nodes: section(["nodes"], []), edges: section([], root) };
  }
  if (!isRecord(root)) throw new ShapeProblem(`expected an object or a list, found ${shown(root)}`, []);
  const { elements } = root;
  if (Array.isArray(elements)) return mixed(["elements"], elements);
  if (isRecord(elements)) return twoLists(elements, ["elements"]);
  return twoLists(root, []);
}

function twoLists(record: Readonly<Record<string, unknown>>, path: readonly string[]): JsonShape {
  const edgesName = record.links === undefined ? "edges" : "links";
  if (record.nodes === undefined && record[edgesName] === undefined) {
    const names = Object.keys(record).slice(0, 5).map(shown).join(", ");
    throw new ShapeProblem(
      `expected "nodes" with "links" or "edges", or "elements"; found ${names === "" ? "an empty object" : names}`,
      path,
    );
  }
  return { nodes: listAt(record, path, "nodes"), edges: listAt(record, path, edgesName) };
}

function listAt(record: Readonly<Record<string, unknown>>, path: readonly string[], name: string): Section {
  const entries = record[name] ?? [];
  if (!Array.isArray(entries)) throw new ShapeProblem(`expected a list, found ${shown(entries)}`, [...path, name]);
  return section([...path, name], entries);
}

function section(path: readonly string[], entries: readonly unknown[]): Section {
  return { path, entries, accepts: () => true };
}

function mixed(path: readonly string[], entries: readonly unknown[]): JsonShape {
  return {
    nodes: { path, entries, accepts: (entry) => !isEdgeElement(entry) },
    edges: { path, entries, accepts: isEdgeElement },
  };
}

function isEdgeElement(entry: unknown): boolean {
  if (!isRecord(entry)) return false;
  if (entry.group === "nodes" || entry.group === "edges") return entry.group === "edges";
  return isRecord(entry.data) && entry.data.source !== undefined && entry.data.target !== undefined;
}
