import type { AttributeValue } from "./graph_input.ts";
import { GrowingColumn } from "./growing_column.ts";
import type { ImportLimits } from "./limits.ts";
import { counted, Problem } from "./problem.ts";
import { TypeNames } from "./type_names.ts";

type Cells = (AttributeValue | undefined)[];

/** What is said about nodes beside their key. The first value said for a node and a column stays. */
export class NodeColumns {
  readonly #labels: (string | undefined)[] = [];
  readonly #types = new GrowingColumn((length) => new Uint16Array(length));
  readonly #typeNames: TypeNames;
  readonly #attributes = new Map<string, Cells>();
  readonly #axes = [0, 1, 2].map(() => new GrowingColumn((length) => new Float32Array(length)));
  readonly #limits: ImportLimits;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
    this.#typeNames = new TypeNames(limits);
  }

  label(index: number, label: string): void {
    if (label.length > this.#limits.textLength) {
      throw new Problem(`a label has ${label.length} characters, the limit is ${this.#limits.textLength}`);
    }
    while (this.#labels.length <= index) this.#labels.push(undefined);
    this.#labels[index] ??= label;
  }

  type(index: number, name: string): void {
    this.#types.extend(index + 1, 0);
    if (this.#types.values[index] === 0) this.#types.values[index] = this.#typeNames.number(name);
  }

  attribute(index: number, name: string, value: AttributeValue): void {
    const cells = this.#attributes.get(name) ?? this.#createColumn(name);
    // Filled without holes: a sparse array of a million entries would become a dictionary.
    while (cells.length <= index) cells.push(undefined);
    cells[index] ??= value;
  }

  position(index: number, axis: number, value: number): void {
    const column = this.#axes[axis];
    column.extend(index + 1, NaN);
    if (Number.isNaN(column.values[index])) column.values[index] = value;
  }

  /** Turns a column that was read as text into numbers, if every cell of it is one. */
  castToNumbers(name: string, parse: (cell: string) => number | undefined): void {
    const cells = this.#attributes.get(name);
    if (cells === undefined) return;
    const isNumber = (cell: AttributeValue | undefined) =>
      cell === undefined || typeof cell === "number" || typeof cell === "string" && parse(cell) !== undefined;
    if (!cells.every(isNumber)) return;
    this.#attributes.set(name, cells.map((cell) => typeof cell === "string" ? parse(cell) : cell));
  }

  finish(keys: readonly string[], notes: string[]) {
    const count = keys.length;
    this.#types.extend(count, 0);
    for (const cells of this.#attributes.values()) while (cells.length < count) cells.push(undefined);
    if (this.#typeNames.overflow > 0) {
      notes.push(
        `${counted(this.#typeNames.overflow, "node has", "nodes have")} no type because there are more than ` +
          `${this.#limits.typeNames.toLocaleString("en-US")} node types.`,
      );
    }
    return {
      labels: this.#labels.length === 0 ? keys : keys.map((key, index) => this.#labels[index] ?? key),
      nodeTypes: this.#types.values.slice(0, count),
      typeNames: this.#typeNames.names,
      nodeAttributes: this.#attributes,
      positions: this.#finishPositions(count, notes),
    };
  }

  /** Positions count only when every node has x and y; a missing z is 0. */
  #finishPositions(count: number, notes: string[]): Float32Array | undefined {
    const [xs, ys, zs] = this.#axes.map((column) => {
      column.extend(count, NaN);
      return column.values;
    });
    const positions = new Float32Array(3 * count);
    let placed = 0;
    for (let index = 0; index < count; index++) {
      if (Number.isNaN(xs[index]) || Number.isNaN(ys[index])) continue;
      positions.set([xs[index], ys[index], Number.isNaN(zs[index]) ? 0 : zs[index]], 3 * index);
      placed++;
    }
    if (placed > 0 && placed < count) {
      notes.push(`Positions were not used because only ${placed} of ${counted(count, "node has", "nodes have")} one.`);
    }
    return placed === count && count > 0 ? positions : undefined;
  }

  #createColumn(name: string): Cells {
    if (this.#attributes.size === this.#limits.attributeColumns) {
      throw new Problem(`has more than ${this.#limits.attributeColumns} different node attributes`);
    }
    const cells: Cells = [];
    this.#attributes.set(name, cells);
    return cells;
  }
}
