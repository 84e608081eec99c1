import type { ImportLimits } from "./limits.ts";
import { Problem } from "./problem.ts";

/** Numbers type names from 1 in order of appearance; 0 is the unnamed type "". */
export class TypeNames {
  readonly names: string[] = [""];
  /** How often a further name found no number and became "". */
  overflow = 0;
  readonly #numbers = new Map([["", 0]]);
  readonly #limits: ImportLimits;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length > this.#limits.typeNames) {
      this.overflow++;
      return 0;
    }
    if (name.length > this.#limits.textLength) {
      throw new Problem(`a type name has ${name.length} characters, the limit is ${this.#limits.textLength}`);
    }
    const number = this.names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}
