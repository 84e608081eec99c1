import { GrowingColumn } from "./growing_column.ts";
import type { ImportLimits } from "./limits.ts";
import { counted, Problem } from "./problem.ts";
import { TypeNames } from "./type_names.ts";

/** The edge columns of a `GraphInput`. */
export interface Edges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
  readonly edgeTypes: Uint16Array;
  readonly edgeTypeNames: readonly string[];
}

/** Collects edges as columns; `finish` merges parallel ones. */
export class EdgeColumns {
  readonly #sources = new GrowingColumn((length) => new Uint32Array(length));
  readonly #targets = new GrowingColumn((length) => new Uint32Array(length));
  readonly #weights = new GrowingColumn((length) => new Float32Array(length));
  readonly #types = new GrowingColumn((length) => new Uint16Array(length));
  readonly #typeNames: TypeNames;
  readonly #limits: ImportLimits;
  #selfLoops = 0;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
    this.#typeNames = new TypeNames(limits);
  }

  add(source: number, target: number, weight: number, type: string): void {
    if (this.#sources.length === this.#limits.edges) {
      throw new Problem(`has more than ${this.#limits.edges.toLocaleString("en-US")} edges`);
    }
    if (source === target) this.#selfLoops++;
    this.#sources.push(source);
    this.#targets.push(target);
    this.#weights.push(weight);
    this.#types.push(this.#typeNames.number(type));
  }

  /**
   * The edges in order of first appearance.
   *
   * Edges with the same source, target and type become one whose weight is the sum, so that repeating an edge means
   * what a larger weight means. The opposite direction and another type are different edges.
   * Cost: O(edges) time, 8–16 bytes per edge of scratch.
   */
  finish(notes: string[]): Edges {
    const before = this.#sources.length;
    const count = this.#mergeParallel();
    const merged = before - count;
    if (this.#selfLoops > 0) {
      notes.push(`${counted(this.#selfLoops, "self-loop was", "self-loops were")} kept; self-loops exert no force.`);
    }
    if (merged > 0) {
      notes.push(
        `${counted(merged, "parallel edge was", "parallel edges were")} merged into the first with the same source, ` +
          "target and type, and the weights added up.",
      );
    }
    if (this.#typeNames.overflow > 0) {
      notes.push(
        `${counted(this.#typeNames.overflow, "edge has", "edges have")} no type because there are more than ` +
          `${this.#limits.typeNames.toLocaleString("en-US")} edge types.`,
      );
    }
    return {
      sources: this.#sources.values.slice(0, count),
      targets: this.#targets.values.slice(0, count),
      weights: this.#weights.values.slice(0, count),
      edgeTypes: this.#types.values.slice(0, count),
      edgeTypeNames: this.#typeNames.names,
    };
  }

  /** Moves distinct edges to the front and returns their number. Open addressing; a slot holds edge + 1, 0 is free. */
  #mergeParallel(): number {
    const sources = this.#sources.values, targets = this.#targets.values;
    const weights = this.#weights.values, types = this.#types.values;
    const total = this.#sources.length;
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * total))));
    const mask = slots.length - 1;
    let count = 0;
    for (let edge = 0; edge < total; edge++) {
      const source = sources[edge], target = targets[edge], type = types[edge];
      let slot = hash(source, target, type) & mask;
      let known = slots[slot];
      while (known !== 0) {
        const first = known - 1;
        if (sources[first] === source && targets[first] === target && types[first] === type) break;
        slot = (slot + 1) & mask;
        known = slots[slot];
      }
      if (known !== 0) {
        weights[known - 1] += weights[edge];
        continue;
      }
      sources[count] = source;
      targets[count] = target;
      types[count] = type;
      weights[count] = weights[edge];
      slots[slot] = ++count;
    }
    return count;
  }
}

/** Murmur3's finaliser over the three numbers: neighbouring indices must land far apart. */
function hash(source: number, target: number, type: number): number {
  let mixed = Math.imul(source, 0x9e3779b1) ^ Math.imul(target, 0x85ebca77) ^ Math.imul(type, 0xc2b2ae3d);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
