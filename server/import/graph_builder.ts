import { EdgeColumns } from "./edge_columns.ts";
import type { AttributeValue, GraphInput } from "./graph_input.ts";
import { GrowingColumn } from "./growing_column.ts";
import type { ImportLimits } from "./limits.ts";
import { NodeColumns } from "./node_columns.ts";
import { counted, Problem } from "./problem.ts";

/**
 * What every reader fills: nodes by key, edges by index, all as columns.
 *
 * Faults are `Problem`s without a place. A key declared twice is one node: the first declaration wins and later ones
 * fill its gaps. A key that edges name but nothing declares becomes a node; when other nodes are declared, a note says so.
 */
export class GraphBuilder {
  readonly #limits: ImportLimits;
  readonly #keys: string[] = [];
  readonly #indexOfKey = new Map<string, number>();
  readonly #declared = new GrowingColumn((length) => new Uint8Array(length));
  readonly #nodes: NodeColumns;
  readonly #edges: EdgeColumns;
  readonly #notes: string[] = [];
  readonly #droppedEdgeFields = new Set<string>();
  #declaredCount = 0;
  #declaredAgain = 0;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
    this.#nodes = new NodeColumns(limits);
    this.#edges = new EdgeColumns(limits);
  }

  /** The index of the node that this key declares. */
  declare(key: string): number {
    const index = this.refer(key);
    if (this.#declared.values[index] === 1) {
      this.#declaredAgain++;
    } else {
      this.#declared.values[index] = 1;
      this.#declaredCount++;
    }
    return index;
  }

  /** The index of the node that this key names, declared or not. */
  refer(key: string): number {
    const known = this.#indexOfKey.get(key);
    if (known !== undefined) return known;
    if (this.#keys.length === this.#limits.nodes) {
      throw new Problem(`has more than ${this.#limits.nodes.toLocaleString("en-US")} nodes`);
    }
    if (key.length > this.#limits.textLength) {
      throw new Problem(`a node's key has ${key.length} characters, the limit is ${this.#limits.textLength}`);
    }
    const index = this.#keys.push(key) - 1;
    this.#indexOfKey.set(key, index);
    this.#declared.push(0);
    return index;
  }

  isDeclared(key: string): boolean {
    const index = this.#indexOfKey.get(key);
    return index !== undefined && this.#declared.values[index] === 1;
  }

  label(index: number, label: string): void {
    this.#nodes.label(index, label);
  }

  type(index: number, name: string): void {
    this.#nodes.type(index, name);
  }

  attribute(index: number, name: string, value: AttributeValue): void {
    this.#nodes.attribute(index, name, value);
  }

  /** `axis` 0, 1, 2 is x, y, z. */
  position(index: number, axis: number, value: number): void {
    this.#nodes.position(index, axis, value);
  }

  castToNumbers(attribute: string, parse: (cell: string) => number | undefined): void {
    this.#nodes.castToNumbers(attribute, parse);
  }

  edge(source: number, target: number, weight: number, type: string): void {
    this.#edges.add(source, target, weight, type);
  }

  /** Remembers, for a note, that edges carried a field which a graph does not keep. */
  dropEdgeField(name: string): void {
    if (this.#droppedEdgeFields.size < 10) this.#droppedEdgeFields.add(name);
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  /** The graph. The builder is spent. */
  finish(name: string): GraphInput {
    const notes = this.#notes;
    const undeclared = this.#keys.length - this.#declaredCount;
    if (this.#declaredAgain > 0) {
      notes.push(
        `${counted(this.#declaredAgain, "node was", "nodes were")} declared again; ` +
          "the first declaration was kept and its gaps filled.",
      );
    }
    if (this.#declaredCount > 0 && undeclared > 0) {
      notes.push(`${counted(undeclared, "node was", "nodes were")} created because only edges name them.`);
    }
    if (this.#keys.length === 0) notes.push("The graph is empty: no nodes and no edges were found.");
    const edges = this.#edges.finish(notes);
    const nodes = this.#nodes.finish(this.#keys, notes);
    if (this.#droppedEdgeFields.size > 0) {
      notes.push(`Edge fields that are not kept: ${[...this.#droppedEdgeFields].join(", ")}.`);
    }
    return { name, keys: this.#keys, ...nodes, ...edges, notes };
  }
}
