/**
 * JSON messages read field by field, the way a codec reads bytes: what is not as expected is refused with its path.
 * `json.ts` serves readers that ignore what they do not know; this serves the dialects that must answer it.
 */
import type { Dialect } from "./codec.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonRecord;
export type JsonRecord = { readonly [key: string]: JsonValue };

export function isRecord(value: JsonValue | undefined): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Text that does not follow its dialect: which field, what was expected, what was found. */
export class FieldError extends Error {
  override readonly name = "FieldError";
  constructor(
    readonly dialect: Dialect,
    /** Dotted path of the offending field, such as `data.topics[2]`; empty for the message itself. */
    readonly path: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${dialect}: expected ${path === "" ? "" : `${path} to be `}${expected}, found ${found}`);
  }
}

const SHOWN_LENGTH = 40;

/** What a value is, in few words: safe to send back and to log. */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (isList(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return "an object";
  if (typeof value !== "string") return String(value);
  return value.length <= SHOWN_LENGTH ? JSON.stringify(value) : `a text of ${value.length} characters`;
}

export interface TextBounds {
  readonly maxBytes: number;
  /** How deep lists and objects may lie in each other. */
  readonly maxDepth: number;
}

/** The JSON value in `text`. Cost: one pass over the text before it is parsed. */
export function parseJson(dialect: Dialect, text: string, { maxBytes, maxDepth }: TextBounds): JsonValue {
  if (exceedsBytes(text, maxBytes)) throw new FieldError(dialect, "", `at most ${maxBytes} bytes`, "more");
  if (exceedsDepth(text, maxDepth)) throw new FieldError(dialect, "", `at most ${maxDepth} levels`, "more");
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw new FieldError(dialect, "", "JSON", "text that is not JSON");
    throw error;
  }
}

/** Whether `text` is longer than `maxBytes` in UTF-8. Cost: reads the text only when its length leaves it open. */
export function exceedsBytes(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  if (text.length * 3 <= maxBytes) return false;
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts 2 of its 4 bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
    if (bytes > maxBytes) return true;
  }
  return false;
}

const QUOTE = 0x22, BACKSLASH = 0x5c;
const LIST_START = 0x5b, LIST_END = 0x5d, OBJECT_START = 0x7b, OBJECT_END = 0x7d;

function exceedsDepth(text: string, maxDepth: number): boolean {
  let depth = 0, quoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) quoted = false;
    } else if (unit === QUOTE) quoted = true;
    else if (unit === LIST_START || unit === OBJECT_START) {
      if (++depth > maxDepth) return true;
    } else if (unit === LIST_END || unit === OBJECT_END) depth--;
  }
  return false;
}

export interface TextLimits {
  /** Default 0. */
  readonly min?: number;
  /** In UTF-16 units. */
  readonly max: number;
}

/**
 * An object whose fields are taken one by one; `null` counts as absent for an optional field.
 * @throws {FieldError} from every member, when the field is not what was asked for.
 */
export class Fields {
  readonly #dialect: Dialect;
  readonly #path: string;
  readonly #record: JsonRecord;

  constructor(dialect: Dialect, value: JsonValue | undefined, { path = "" }: { readonly path?: string } = {}) {
    if (!isRecord(value)) throw new FieldError(dialect, path, "an object", describe(value));
    this.#dialect = dialect;
    this.#path = path;
    this.#record = value;
  }

  /** The object itself. */
  get record(): JsonRecord {
    return this.#record;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#record, key);
  }

  /** The field as it is; absent also where only the prototype has such a name. */
  peek(key: string): JsonValue | undefined {
    return this.has(key) ? this.#record[key] : undefined;
  }

  fail(key: string, expected: string): never {
    throw new FieldError(this.#dialect, this.#join(key), expected, describe(this.peek(key)));
  }

  /** Refuses the object as a whole. */
  refuse(expected: string, found: string): never {
    throw new FieldError(this.#dialect, this.#path, expected, found);
  }

  #join(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  /** `read` where the field is there; `undefined` where it is missing or null. */
  optional<T>(key: string, read: (key: string) => T): T | undefined {
    const value = this.peek(key);
    return value === undefined || value === null ? undefined : read(key);
  }

  /** `read`, or null where the field is null; a missing field is refused. */
  nullable<T>(key: string, read: (key: string) => T): T | null {
    return this.peek(key) === null ? null : read(key);
  }

  /** Any value, null included. */
  value(key: string): JsonValue {
    return this.peek(key) ?? (this.has(key) ? null : this.fail(key, "given"));
  }

  text(key: string, { min = 0, max }: TextLimits): string {
    const value = this.peek(key);
    if (typeof value === "string" && value.length >= min && value.length <= max) return value;
    return this.fail(key, `a text of ${min} to ${max} characters`);
  }

  /** A text that `accepts` says yes to; `expected` describes those. */
  textLike(key: string, accepts: (text: string) => boolean, { expected }: { readonly expected: string }): string {
    const value = this.peek(key);
    return typeof value === "string" && accepts(value) ? value : this.fail(key, expected);
  }

  oneOf<T extends string | number>(key: string, known: readonly T[]): T {
    const value = this.peek(key);
    return known.find((item) => item === value) ?? this.fail(key, `one of ${known.join(", ")}`);
  }

  flag(key: string): boolean {
    const value = this.peek(key);
    return typeof value === "boolean" ? value : this.fail(key, "true or false");
  }

  number(key: string): number {
    const value = this.peek(key);
    return typeof value === "number" && Number.isFinite(value) ? value : this.fail(key, "a finite number");
  }

  /** A whole number from 0 to 2⁵³ - 1. */
  count(key: string): number {
    const value = this.peek(key);
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.fail(key, "a whole number, 0 or more");
  }

  /** A fresh list of at most `max` items, each read as the field `[i]`. */
  list<T>(key: string, read: (items: Fields, key: string) => T, { max }: { readonly max: number }): T[] {
    const value = this.peek(key);
    if (!isList(value) || value.length > max) return this.fail(key, `a list of at most ${max}`);
    return value.map((item, index) => {
      const name = `${key}[${index}]`;
      return read(new Fields(this.#dialect, { [name]: item }, { path: this.#path }), name);
    });
  }

  object(key: string): Fields {
    return new Fields(this.#dialect, this.peek(key), { path: this.#join(key) });
  }
}
