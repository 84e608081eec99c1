import {
  AXIS_NAMES,
  EDGE_TYPE_NAMES,
  isDirectedness,
  LABEL_NAMES,
  SOURCE_NAMES,
  TARGET_NAMES,
  TYPE_NAMES,
  WEIGHT_NAMES,
} from "./field_names.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import type { JsonShape, Section } from "./json_shape.ts";
import type { ImportLimits } from "./limits.ts";
import { Problem, shown } from "./problem.ts";
import { isAttribute, isRecord, parseKey, parseNumber, parseWeight } from "./values.ts";

type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = {};
const EDGE_FIELDS: ReadonlySet<string> = new Set(
  [SOURCE_NAMES, TARGET_NAMES, WEIGHT_NAMES, EDGE_TYPE_NAMES, ["data", "attributes", "undirected"]].flat(),
);

/**
 * Puts the entries of a JSON graph into a builder.
 *
 * A node's key is its `id` or `key`. Where no node has one, nodes are known by position, and their key is their label if
 * all have different ones, else the position. Edges name nodes by key, or by position where nodes have no keys or where
 * numbers could be nothing else; a node object in place of a name (what d3-force leaves behind) counts as its key.
 */
export class JsonGraph {
  readonly #builder: GraphBuilder;
  readonly #limits: ImportLimits;
  readonly #shape: JsonShape;
  /** Graph index of the entry at each position of the node list. */
  readonly #indices: number[] = [];
  #hasKeys = true;
  #byPosition = false;
  #section: Section;
  #position = 0;

  constructor(shape: JsonShape, builder: GraphBuilder, limits: ImportLimits) {
    this.#shape = shape;
    this.#builder = builder;
    this.#limits = limits;
    this.#section = shape.nodes;
  }

  /** The entry that was read last, for a fault found in it. */
  get path(): readonly (string | number)[] {
    return [...this.#section.path, this.#position];
  }

  read(): void {
    const { nodes, edges } = this.#shape;
    const accepted = nodes.entries.filter((entry) => nodes.accepts(entry));
    this.#hasKeys = accepted.length === 0 || accepted.some((entry) => keyFieldOf(entry) !== undefined);
    const labels = this.#hasKeys ? undefined : distinctLabels(accepted);
    this.#forEach(nodes, (entry) => {
      const position = this.#indices.length;
      this.#indices.push(this.#readNode(entry, labels?.[position] ?? String(position)));
    });
    this.#byPosition = !this.#hasKeys || this.#numbersArePositions();
    this.#forEach(edges, (entry) => this.#readEdge(entry));
  }

  #forEach(section: Section, read: (entry: unknown) => void): void {
    this.#section = section;
    for (this.#position = 0; this.#position < section.entries.length; this.#position++) {
      const entry = section.entries[this.#position];
      if (section.accepts(entry)) read(entry);
    }
  }

  #readNode(entry: unknown, substituteKey: string): number {
    if (!isRecord(entry)) return this.#builder.declare(parseKey(entry, "a node"));
    const { own, fields, position } = nodeParts(entry);
    const keyField = keyFieldOf(entry);
    const key = this.#hasKeys ? parseKey(keyField && own[keyField], "an id") : substituteKey;
    const index = this.#builder.declare(key);
    const labelField = LABEL_NAMES.find((name) => textOf(fields[name]) !== undefined);
    if (labelField !== undefined) this.#builder.label(index, textOf(fields[labelField]) ?? key);
    const typeField = TYPE_NAMES.find((name) => typeOf(fields[name]) !== undefined);
    if (typeField !== undefined) this.#builder.type(index, typeOf(fields[typeField]) ?? "");
    for (const [name, value] of Object.entries(fields)) {
      const isSeveralTypes = Array.isArray(value) && value.length > 1;
      if (name === labelField || name === typeField && !isSeveralTypes) continue;
      if (name === keyField && own === fields) continue;
      if (!this.#readAxis(index, name, value)) this.#keepAttribute(index, name, value);
    }
    if (isRecord(position)) { for (const name of AXIS_NAMES) this.#readAxis(index, name, position[name]); }
    return index;
  }

  #readAxis(index: number, name: string, value: unknown): boolean {
    const axis = AXIS_NAMES.findIndex((axisName) => axisName === name);
    if (axis === -1 || typeof value !== "number" || !Number.isFinite(Math.fround(value))) return false;
    this.#builder.position(index, axis, value);
    return true;
  }

  #keepAttribute(index: number, name: string, value: unknown): void {
    if (isAttribute(value, this.#limits.attributeDepth)) return this.#builder.attribute(index, name, value);
    throw new Problem(`the attribute ${shown(name)} is nested deeper than ${this.#limits.attributeDepth} levels`);
  }

  #readEdge(entry: unknown): void {
    if (Array.isArray(entry)) return this.#readPair(entry);
    if (!isRecord(entry)) throw new Problem(`expected an edge, found ${shown(entry)}`);
    const own = isRecord(entry.data) && entry.source === undefined ? entry.data : entry;
    const fields = isRecord(entry.attributes) ? entry.attributes : NO_FIELDS;
    this.#addEdge(valueOf(own, SOURCE_NAMES), valueOf(own, TARGET_NAMES), own, fields);
  }

  /** `[source, target]`, optionally followed by a weight, a type or an object of fields. */
  #readPair(pair: readonly unknown[]): void {
    const [source, target, third] = pair;
    if (pair.length < 2 || pair.length > 3) {
      throw new Problem(`expected [source, target] or [source, target, weight], found a list of ${pair.length}`);
    }
    if (isRecord(third)) return this.#addEdge(source, target, third, NO_FIELDS);
    const isType = typeof third === "string" && parseNumber(third) === undefined;
    this.#addEdge(source, target, isType ? { type: third } : { weight: third }, NO_FIELDS);
  }

  #addEdge(source: unknown, target: unknown, own: Fields, fields: Fields): void {
    const sourceIndex = this.#resolve(source, "a source");
    const targetIndex = this.#resolve(target, "a target");
    const weight = parseWeight(valueOf(own, WEIGHT_NAMES) ?? valueOf(fields, WEIGHT_NAMES), this.#limits);
    this.#builder.edge(sourceIndex, targetIndex, weight, edgeTypeOf(own) ?? edgeTypeOf(fields) ?? "");
    for (const name in own) if (!EDGE_FIELDS.has(name)) this.#builder.dropEdgeField(name);
    for (const name in fields) if (!EDGE_FIELDS.has(name)) this.#builder.dropEdgeField(name);
  }

  #resolve(reference: unknown, what: string): number {
    const name = isRecord(reference) ? this.#nameOf(reference) : reference;
    if (!this.#byPosition || typeof name !== "number") return this.#builder.refer(parseKey(name, what));
    const index = this.#indices[name];
    if (index !== undefined) return index;
    throw new Problem(`expected ${what} as a position from 0 to ${this.#indices.length - 1}, found ${name}`);
  }

  #nameOf(node: Fields): unknown {
    if (!this.#hasKeys) return node.index ?? valueOf(node, LABEL_NAMES);
    return node.id ?? node.key;
  }

  /** Nodes have keys, but edges use numbers that are no keys and all are positions: what d3's `forceLink` expects. */
  #numbersArePositions(): boolean {
    const { edges } = this.#shape;
    let isUsed = false;
    for (const entry of edges.entries) {
      if (!edges.accepts(entry)) continue;
      for (const end of endsOf(entry)) {
        if (typeof end !== "number") continue;
        if (this.#builder.isDeclared(String(end)) || this.#indices[end] === undefined) return false;
        isUsed = true;
      }
    }
    if (isUsed) this.#builder.note("Edges name nodes by position, although nodes have ids.");
    return isUsed;
  }
}

function endsOf(entry: unknown): readonly unknown[] {
  if (Array.isArray(entry)) return entry.slice(0, 2);
  if (!isRecord(entry)) return [];
  const own = isRecord(entry.data) && entry.source === undefined ? entry.data : entry;
  return [valueOf(own, SOURCE_NAMES), valueOf(own, TARGET_NAMES)];
}

/** `own` holds the key, `fields` everything else; the same object unless the format separates them. */
function nodeParts(entry: Fields): { own: Fields; fields: Fields; position: unknown } {
  const hasKey = entry.id !== undefined || entry.key !== undefined;
  if (!hasKey && isRecord(entry.data)) return { own: entry.data, fields: entry.data, position: entry.position };
  if (entry.key !== undefined && isRecord(entry.attributes)) {
    return { own: entry, fields: entry.attributes, position: undefined };
  }
  return { own: entry, fields: entry, position: undefined };
}

function keyFieldOf(entry: unknown): string | undefined {
  if (!isRecord(entry)) return "id";
  const { own } = nodeParts(entry);
  return own.id !== undefined ? "id" : own.key !== undefined ? "key" : undefined;
}

/** The labels of nodes without keys, if every node has one and no two are equal. */
function distinctLabels(entries: readonly unknown[]): readonly string[] | undefined {
  const labels: string[] = [];
  for (const entry of entries) {
    const label = isRecord(entry) ? textOf(valueOf(nodeParts(entry).fields, LABEL_NAMES)) : undefined;
    if (label !== undefined) labels.push(label);
  }
  return new Set(labels).size === entries.length ? labels : undefined;
}

function valueOf(fields: Fields, names: readonly string[]): unknown {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function edgeTypeOf(fields: Fields): string | undefined {
  for (const name of EDGE_TYPE_NAMES) {
    const type = typeOf(fields[name]);
    if (type !== undefined && !isDirectedness(type)) return type;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" || typeof value === "number" ? String(value) : undefined;
}

/** A type is written as text, as a number, or (Neo4j's labels) as a list whose first entry counts. */
function typeOf(value: unknown): string | undefined {
  return textOf(Array.isArray(value) ? value[0] : value);
}
