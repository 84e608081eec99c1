import {
  AXIS_NAMES,
  EDGE_TYPE_NAMES,
  KEY_NAMES,
  LABEL_NAMES,
  plainName,
  SOURCE_NAMES,
  TARGET_NAMES,
  TYPE_NAMES,
  WEIGHT_NAMES,
} from "./field_names.ts";
import type { AttributeValue } from "./graph_input.ts";
import { type Neo4jHeading, parseNeo4jHeading } from "./neo4j_heading.ts";
import { Problem, shown } from "./problem.ts";
import { parseNumber } from "./values.ts";

/** A column that names nodes; keys of different spaces are different nodes. */
export interface KeyColumn {
  readonly column: number;
  readonly space: string | undefined;
}

/** What the columns of a table of edges mean, as column numbers from 0. */
export interface EdgeTable {
  readonly kind: "edges";
  readonly width: number;
  readonly source: KeyColumn;
  readonly target: KeyColumn;
  readonly weight: number | undefined;
  /** The first of these with a text in it is the type. */
  readonly types: readonly number[];
  /** Headings of columns that are not kept. */
  readonly dropped: readonly string[];
}

/** What the columns of a table of nodes mean, as column numbers from 0. */
export interface NodeTable {
  readonly kind: "nodes";
  readonly width: number;
  readonly key: KeyColumn;
  readonly label: number | undefined;
  readonly type: number | undefined;
  /** Whether the type column is Neo4j's: several, separated by semicolons. */
  readonly hasSeveralTypes: boolean;
  readonly axes: readonly { readonly column: number; readonly axis: number }[];
  readonly attributes: readonly AttributeColumn[];
}

export interface AttributeColumn {
  readonly column: number;
  readonly name: string;
  /** Declared type; without one, text, and numbers if the whole column is numbers. */
  readonly cast: ((cell: string) => AttributeValue) | undefined;
}

interface Heading {
  readonly column: number;
  readonly text: string;
  /** For comparing with known names; "" for a Neo4j column that is no property. */
  readonly plain: string;
  readonly neo4j: Neo4jHeading | undefined;
}

/** Reads a first row as headings; `undefined` where it names neither nodes nor edges, so may be a row itself. */
export function columnsFromHeading(row: readonly string[]): EdgeTable | NodeTable | undefined {
  const headings = row.map((cell, column) => parseHeading(cell.trim(), column));
  const source = keyColumn(headings, "start_id", SOURCE_NAMES);
  const target = keyColumn(headings, "end_id", TARGET_NAMES);
  if (source !== undefined && target !== undefined) return edgeTable(headings, source, target);
  if (source !== undefined || target !== undefined) return undefined;
  const key = keyColumn(headings, "id", KEY_NAMES) ?? keyColumn(headings, "id", LABEL_NAMES);
  return key === undefined ? undefined : nodeTable(headings, key);
}

/**
 * Reads rows without heading as edges: source, target, then weight and type in either order, told apart by whether the
 * column is numbers.
 */
export function columnsWithoutHeading(rows: readonly (readonly string[])[]): EdgeTable {
  const width = rows[0].length;
  const line = shown(rows[0].join(" "));
  if (width < 2 || width > 4) {
    throw new Problem(
      "expected a heading with source and target (edges) or id (nodes), or rows of two node names; " +
        `found a row of ${width}: ${line}`,
    );
  }
  const isNumeric = rows[0].map((_, column) => rows.every((row) => !isNoNumber(row[column] ?? "")));
  // A column whose first cell alone is no number has a heading; so has a row of names that speaks of a source only.
  const hasUnknownHeading = rows[0].some((cell, column) =>
    isNoNumber(cell) && rows.length > 1 &&
    rows.slice(1).every((row) => !isNoNumber(row[column] ?? ""))
  ) || width > 2 && rows[0].every(isNoNumber) && rows[0].some(isEndName);
  if (hasUnknownHeading) {
    throw new Problem(`expected headings such as source and target (edges) or id (nodes), found ${line}`);
  }
  const extra = [2, 3].filter((column) => column < width);
  const weight = extra.find((column) => isNumeric[column]);
  const types = extra.filter((column) => !isNumeric[column]);
  const dropped = extra.filter((column) => isNumeric[column] && column !== weight).map((column) =>
    `column ${column + 1}`
  );
  const [source, target] = [0, 1].map((column) => ({ column, space: undefined }));
  return { kind: "edges", width, source, target, weight, types, dropped };
}

function isNoNumber(cell: string): boolean {
  return parseNumber(cell) === undefined;
}

function isEndName(cell: string): boolean {
  return [...SOURCE_NAMES, ...TARGET_NAMES].some((name) => name === plainName(cell));
}

function parseHeading(text: string, column: number): Heading {
  const neo4j = parseNeo4jHeading(text);
  if (neo4j === undefined) return { column, text, plain: plainName(text), neo4j };
  return { column, text: neo4j.name, plain: neo4j.role === "property" ? plainName(neo4j.name) : "", neo4j };
}

function columnNamed(headings: readonly Heading[], names: readonly string[]): number | undefined {
  for (const name of names) {
    const heading = headings.find(({ plain }) => plain === name);
    if (heading !== undefined) return heading.column;
  }
  return undefined;
}

function keyColumn(
  headings: readonly Heading[],
  role: Neo4jHeading["role"],
  names: readonly string[],
): KeyColumn | undefined {
  const heading = headings.find(({ neo4j }) => neo4j?.role === role);
  if (heading !== undefined) return { column: heading.column, space: heading.neo4j?.space };
  const column = columnNamed(headings, names);
  return column === undefined ? undefined : { column, space: undefined };
}

function edgeTable(headings: readonly Heading[], source: KeyColumn, target: KeyColumn): EdgeTable {
  const weight = columnNamed(headings, WEIGHT_NAMES);
  const types = EDGE_TYPE_NAMES.map((name) => columnNamed(headings, [name])).filter((column) => column !== undefined);
  types.unshift(...headings.filter(({ neo4j }) => neo4j?.role === "type").map(({ column }) => column));
  const used = new Set([source.column, target.column, weight, ...types]);
  const dropped = headings.filter(({ column, text }) => !used.has(column) && text !== "").map(({ text }) => text);
  return { kind: "edges", width: headings.length, source, target, weight, types, dropped };
}

function nodeTable(headings: readonly Heading[], key: KeyColumn): NodeTable {
  const others = headings.filter(({ column }) => column !== key.column);
  const label = columnNamed(others, LABEL_NAMES);
  const several = headings.find(({ neo4j }) => neo4j?.role === "label")?.column;
  const type = several ?? columnNamed(others, TYPE_NAMES);
  const [x, y, z] = AXIS_NAMES.map((name) => columnNamed(others, [name]));
  const places = x === undefined || y === undefined ? [] : [x, y, z];
  const axes = places.flatMap((column, axis) => column === undefined ? [] : [{ column, axis }]);
  const used = new Set([label, type, ...axes.map(({ column }) => column)]);
  const attributes = headings
    .filter(({ column, text, neo4j }) => !used.has(column) && text !== "" && neo4j?.role !== "ignore")
    // The key is an attribute only where its space makes the node's key another than what the file says.
    .filter(({ column }) => column !== key.column || key.space !== undefined)
    .map(({ column, text, neo4j }) => ({ column, name: text, cast: neo4j?.cast }));
  return {
    kind: "nodes",
    width: headings.length,
    key,
    label,
    type,
    hasSeveralTypes: several !== undefined,
    axes,
    attributes,
  };
}
