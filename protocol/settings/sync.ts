/** The two ends of one stream of settings: who publishes them, and who keeps a copy. */
import { fail, sameBytes } from "./cursor.ts";
import { applyDelta, type Change, computeDelta, createSnapshot, type Hash, type Snapshot } from "./delta.ts";
import {
  decodeSettings,
  type DeltaMessage,
  encodeDelta,
  encodeFull,
  encodePaths,
  encodeRequest,
  type FullMessage,
} from "./message.ts";
import { PathRegistry } from "./path.ts";
import type { BinaryValue } from "./value.ts";

export interface SyncOptions {
  readonly hash: Hash;
  /** Paths in all, those of removed settings included. */
  readonly maxPaths: number;
}

/**
 * Publishes settings: what changed to those who follow, everything to those who ask.
 * Invariant: `full` and the messages of `publish` lead to the same snapshot and the same table, also after a refusal.
 */
export class SettingsFeed {
  readonly #hash: Hash;
  readonly #registry: PathRegistry;
  #snapshot: Snapshot;
  #full: Uint8Array<ArrayBuffer>;
  /** Paths that readers know; a refused publication may have registered more. */
  #announced = 0;

  constructor({ hash, maxPaths }: SyncOptions) {
    this.#hash = hash;
    this.#registry = new PathRegistry(maxPaths);
    this.#snapshot = createSnapshot([], hash);
    this.#full = encodeFull(this.#snapshot, this.#registry);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** For somebody new, and in answer to a Request. */
  get full(): Uint8Array<ArrayBuffer> {
    return this.#full;
  }

  /**
   * The messages for everybody who holds the settings as they were: none, Delta, or Paths and Delta.
   * @throws {RangeError}, and publishes nothing, for a text that is no path, a full table of paths, or settings that do
   * not fit into one message.
   */
  publish(values: Iterable<readonly [string, BinaryValue]>): Uint8Array<ArrayBuffer>[] {
    const next = createSnapshot(values, this.#hash), delta = computeDelta(this.#snapshot, next);
    if (delta.changes.length === 0) return [];
    for (const { path } of delta.changes) {
      if (this.#registry.register(path) === undefined) {
        throw new RangeError(`Cannot publish "${path}": all ${this.#registry.capacity} paths are taken.`);
      }
    }
    const known = this.#announced, { version } = this.#registry;
    const full = encodeFull(next, this.#registry), changes = encodeDelta(delta, this.#registry);
    const paths = version === known ? [] : [encodePaths(this.#registry, known)];
    this.#snapshot = next;
    this.#full = full;
    this.#announced = version;
    return [...paths, changes];
  }
}

export type Receipt =
  /** The copy is now what the sender has; these paths changed or went away. */
  | { readonly type: "applied"; readonly changed: readonly string[] }
  /** Both ends do not agree: `bytes` asks for Full. The copy is as before. */
  | { readonly type: "outOfStep"; readonly reason: string; readonly bytes: Uint8Array }
  /** The other end asks for Full. */
  | { readonly type: "requested" };

/** A copy of published settings that knows whether it is true. */
export class SettingsMirror {
  readonly #hash: Hash;
  #registry: PathRegistry;
  #snapshot: Snapshot;

  constructor({ hash, maxPaths }: SyncOptions) {
    this.#hash = hash;
    this.#registry = new PathRegistry(maxPaths);
    this.#snapshot = createSnapshot([], hash);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** @throws {DecodeError}, and changes nothing, for bytes that are no message or contradict themselves. */
  receive(bytes: Uint8Array): Receipt {
    const message = decodeSettings(bytes);
    switch (message.type) {
      case "paths":
        return this.#registry.accept(message.first, message.paths, { offset: 1 })
          ? { type: "applied", changed: [] }
          : outOfStep(`Paths start at ${message.first}, ${this.#registry.version} are known.`);
      case "delta":
        return this.#applyDelta(message);
      case "full":
        return this.#applyFull(message);
      case "request":
        return { type: "requested" };
    }
  }

  #applyDelta({ version, base, target, changes }: DeltaMessage): Receipt {
    if (version !== this.#registry.version) {
      return outOfStep(`The delta counts ${version} paths, ${this.#registry.version} are known.`);
    }
    const named: Change[] = [];
    for (const { id, value } of changes) {
      const path = this.#registry.pathOf(id);
      if (path !== undefined) named.push({ path, value });
    }
    const next = applyDelta(this.#snapshot, { base, target, changes: named }, this.#hash);
    if (next === undefined) return outOfStep("The hashes before or after the delta differ.");
    this.#snapshot = next;
    return { type: "applied", changed: named.map(({ path }) => path) };
  }

  #applyFull({ hash, entries }: FullMessage): Receipt {
    const registry = new PathRegistry(this.#registry.capacity);
    registry.accept(0, entries.map(({ path }) => path), { offset: 33 });
    const values = entries.flatMap(({ path, value }) => value === undefined ? [] : [[path, value] as const]);
    const next = createSnapshot(values, this.#hash);
    if (!sameBytes(next.hash, hash)) fail(1, "the hash of the settings that follow", "another");
    const changed = computeDelta(this.#snapshot, next).changes.map(({ path }) => path);
    this.#registry = registry;
    this.#snapshot = next;
    return { type: "applied", changed };
  }
}

function outOfStep(reason: string): Receipt {
  return { type: "outOfStep", reason, bytes: encodeRequest() };
}
