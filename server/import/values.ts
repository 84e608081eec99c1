import type { AttributeValue } from "./graph_input.ts";
import type { ImportLimits } from "./limits.ts";
import { Problem, shown } from "./problem.ts";

/** Plain decimal; not "007" or a number beyond 2⁵³, which are names that would lose digits. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number a cell holds, or `undefined` where it is text. */
export function parseNumber(cell: string): number | undefined {
  if (!NUMBER.test(cell) || /^[+-]?0\d/.test(cell)) return undefined;
  const value = Number(cell);
  if (!Number.isFinite(value) || Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
  return value;
}

/** The weight a field holds; an absent or empty one is 1, zero is an edge that does not pull. */
export function parseWeight(value: unknown, limits: ImportLimits): number {
  if (value === undefined || value === null || typeof value === "string" && value.trim() === "") return 1;
  const weight = typeof value === "number" ? value : typeof value === "string" ? Number(value) : NaN;
  if (!(weight >= 0 && weight <= limits.weight)) {
    throw new Problem(`expected a weight from 0 to ${limits.weight}, found ${shown(value)}`);
  }
  return weight;
}

/** The name of a node in a file that writes it as text, as a number, or (NetworkX) as a list of these. */
export function parseKey(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" && Number.isFinite(value)) {
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value);
    throw new Problem(`expected ${what}, found the number ${value}, which is beyond 2^53; write it in quotes`);
  }
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part !== "object")) {
    return JSON.stringify(value);
  }
  throw new Problem(`expected ${what}, found ${shown(value)}`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a parsed JSON value may be kept as an attribute: all may, unless nested so deep that walking it is unsafe. */
export function isAttribute(value: unknown, depth: number): value is AttributeValue {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isAttribute(part, depth - 1));
}
