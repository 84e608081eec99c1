/** FilterUpdate: UTF-8 JSON after the header; the fields present are AND-ed, `{}` asks for everything. */
import { viewOf } from "../../bytes.ts";
import { isIdArray, isObject, isStringArray } from "../../json.ts";
import { fail, requireFlags, V4_HEADER_BYTES, V4_TYPE, writeHeader } from "./header.ts";

export const FILTER_BOUNDS = {
  payloadBytes: 65_536,
  types: 64,
  typeCharacters: 128,
  maxDepth: 255,
  clusters: 1_024,
  searchCharacters: 256,
  maxNodes: 1_000_000,
};

export interface NodeFilter {
  /** Nodes of one of these types. */
  readonly types?: readonly string[];
  /** Nodes at most this many levels below the root. */
  readonly maxDepth?: number;
  /** Where depth is counted from. */
  readonly rootId?: number;
  /** Nodes of one of these clusters. */
  readonly clusters?: readonly number[];
  /** Nodes whose label matches. */
  readonly search?: string;
  /** At most this many nodes. */
  readonly maxNodes?: number;
}

export interface FilterUpdate {
  readonly type: "filterUpdate";
  readonly filter: NodeFilter;
}

type Check = (value: unknown) => boolean;

const isWhole = (value: unknown, least: number, most: number) =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;

/** Field → what it must be, as a sentence's end, and the test of it. */
const FIELDS: Readonly<Record<string, readonly [string, Check]>> = {
  types: [
    `1 to ${FILTER_BOUNDS.types} names of 1 to ${FILTER_BOUNDS.typeCharacters} characters`,
    (value) =>
      isStringArray(value) && value.length >= 1 && value.length <= FILTER_BOUNDS.types &&
      value.every((name) => name.length >= 1 && name.length <= FILTER_BOUNDS.typeCharacters),
  ],
  maxDepth: [
    `a whole number from 0 to ${FILTER_BOUNDS.maxDepth}`,
    (value) => isWhole(value, 0, FILTER_BOUNDS.maxDepth),
  ],
  rootId: ["a node id", (value) => isWhole(value, 0, 0xffff_fffe)],
  clusters: [
    `1 to ${FILTER_BOUNDS.clusters} cluster ids`,
    (value) => isIdArray(value) && value.length >= 1 && value.length <= FILTER_BOUNDS.clusters,
  ],
  search: [
    `a text of 1 to ${FILTER_BOUNDS.searchCharacters} characters`,
    (value) => typeof value === "string" && value.length >= 1 && value.length <= FILTER_BOUNDS.searchCharacters,
  ],
  maxNodes: [
    `a whole number from 1 to ${FILTER_BOUNDS.maxNodes}`,
    (value) => isWhole(value, 1, FILTER_BOUNDS.maxNodes),
  ],
};

function isFilter(value: unknown, problems: string[]): value is NodeFilter {
  if (!isObject(value)) {
    problems.push("an object");
    return false;
  }
  for (const [name, field] of Object.entries(value)) {
    const known = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (known === undefined) problems.push(`no fields but ${Object.keys(FIELDS).join(", ")}`);
    else if (!known[1](field)) problems.push(`${name} to be ${known[0]}`);
  }
  return problems.length === 0;
}

/** A filter that was parsed from JSON, or what it was expected to be, as a sentence's end. */
export function checkFilter(value: unknown): { readonly filter: NodeFilter } | { readonly expected: string } {
  const problems: string[] = [];
  return isFilter(value, problems) ? { filter: value } : { expected: problems[0] };
}

/** @throws {RangeError} when a field is beyond its bound. */
export function encodeFilterUpdate(filter: NodeFilter): Uint8Array<ArrayBuffer> {
  // What is checked is what travels: fields that are `undefined` do not.
  const text = JSON.stringify(filter), checked = checkFilter(JSON.parse(text));
  if ("expected" in checked) throw new RangeError(`Cannot write this filter: expected ${checked.expected}.`);
  // The longest filter within the bounds has 62 KB: the payload needs no check of its own.
  const payload = new TextEncoder().encode(text);
  const out = new Uint8Array(V4_HEADER_BYTES + payload.length);
  writeHeader(viewOf(out), V4_TYPE.filterUpdate, 0);
  out.set(payload, V4_HEADER_BYTES);
  return out;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) fail(V4_HEADER_BYTES, "JSON", "a text that is none");
    throw error;
  }
}

function readText(payload: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch (error) {
    if (error instanceof TypeError) fail(V4_HEADER_BYTES, "UTF-8", "bytes that are none");
    throw error;
  }
}

export function decodeFilterUpdate(view: DataView, flags: number): FilterUpdate {
  requireFlags(flags, 0);
  const length = view.byteLength - V4_HEADER_BYTES;
  if (length > FILTER_BOUNDS.payloadBytes) {
    fail(V4_HEADER_BYTES, `at most ${FILTER_BOUNDS.payloadBytes} bytes of filter`, length);
  }
  const text = readText(new Uint8Array(view.buffer, view.byteOffset + V4_HEADER_BYTES, length));
  const checked = checkFilter(parseJson(text));
  if ("expected" in checked) fail(V4_HEADER_BYTES, checked.expected, "another filter");
  return { type: "filterUpdate", filter: checked.filter };
}
