import { fail } from "./cursor.ts";

export const PATH_BOUNDS = { pathBytes: 255, segments: 16, paths: 65_536 };

const SEGMENT = "[A-Za-z0-9_-]+";
const PATH = new RegExp(`^${SEGMENT}(\\.${SEGMENT}){0,${PATH_BOUNDS.segments - 1}}$`);
export const PATH_RULE = `1 to ${PATH_BOUNDS.segments} names of letters, digits, "-" or "_" with dots between them, ` +
  `${PATH_BOUNDS.pathBytes} bytes at most`;

/** Whether `path` is a dotted path, such as `physics.repulsion.strength`; all its characters are ASCII. */
export function isPath(path: string): boolean {
  return path.length <= PATH_BOUNDS.pathBytes && PATH.test(path);
}

/**
 * Dotted path ↔ u16. Ids are given in order from 0 and never change or go away, so that the number of paths is the
 * version of the table: who knows the version knows which ids are meant.
 */
export class PathRegistry {
  readonly #ids = new Map<string, number>();
  readonly #paths: string[] = [];

  /** @throws {RangeError} when `capacity` is more than a u16 can number. */
  constructor(readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > PATH_BOUNDS.paths) {
      throw new RangeError(`Cannot number ${capacity} paths: ids are u16, from 1 to ${PATH_BOUNDS.paths} of them.`);
    }
  }

  /** How many paths have an id. */
  get version(): number {
    return this.#paths.length;
  }

  idOf(path: string): number | undefined {
    return this.#ids.get(path);
  }

  pathOf(id: number): string | undefined {
    return this.#paths[id];
  }

  /** Paths that a reader of `version` has not been told yet. */
  since(version: number): readonly string[] {
    return this.#paths.slice(version);
  }

  /**
   * The id of `path`, a new one where it has none; `undefined` when the registry is full.
   * @throws {RangeError} for a text that is no path.
   */
  register(path: string): number | undefined {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    if (!isPath(path)) throw new RangeError(`Cannot register "${path}": a path is ${PATH_RULE}.`);
    if (this.#paths.length >= this.capacity) return undefined;
    return this.#append(path);
  }

  /**
   * Takes over announced paths, all or none of them; false when they do not continue this table, because an
   * announcement was missed. `offset` is where they stand in their message.
   * @throws {DecodeError} when they repeat a path, are none, or do not fit.
   */
  accept(first: number, paths: readonly string[], { offset }: { readonly offset: number }): boolean {
    const version = first + paths.length, seen = new Set<string>();
    if (version > this.capacity) fail(offset, `at most ${this.capacity} paths`, version);
    for (const path of paths) {
      if (!isPath(path)) fail(offset, `a path: ${PATH_RULE}`, `${path.length} other characters`);
      if (seen.has(path)) fail(offset, "every path once", `"${path}" again`);
      seen.add(path);
    }
    if (first !== this.version) return false;
    const again = paths.find((path) => this.#ids.has(path));
    if (again !== undefined) fail(offset, "every path once", `"${again}" again`);
    paths.forEach((path) => this.#append(path));
    return true;
  }

  #append(path: string): number {
    const id = this.#paths.length;
    this.#ids.set(path, id);
    this.#paths.push(path);
    return id;
  }
}
