/** What changed between two moments of the settings, found and proven by hashes. */
import { ByteWriter, sameBytes } from "./cursor.ts";
import { PATH_BOUNDS } from "./path.ts";
import { type BinaryValue, encodeValue, VALUE_BOUNDS } from "./value.ts";

export const HASH_BYTES = 32;

/** BLAKE3 with its default output of 32 bytes: `blake3` of `blake3.ts`, or a package that is faster on large inputs. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

interface Entry {
  readonly value: BinaryValue;
  /** hash(u8 length of the path, path, encoded value) */
  readonly hash: Uint8Array;
}

/** All settings at one moment. Two snapshots hold equal settings when their hashes are equal. */
export interface Snapshot {
  /** By path. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** hash(the hashes of all entries, in the order of their paths' bytes) */
  readonly hash: Uint8Array;
}

export interface Change {
  readonly path: string;
  /** Absent: the setting was removed. */
  readonly value?: BinaryValue;
}

export interface Delta {
  /** Hash of the whole before and after. */
  readonly base: Uint8Array;
  readonly target: Uint8Array;
  readonly changes: readonly Change[];
}

function createEntry(path: string, value: BinaryValue, hash: Hash): Entry {
  const out = new ByteWriter(1 + PATH_BOUNDS.pathBytes + VALUE_BOUNDS.valueBytes);
  const name = new TextEncoder().encode(path);
  out.u8(name.length);
  out.bytes(name);
  out.bytes(encodeValue(value));
  return { value, hash: hash(out.done()) };
}

function createFrom(entries: ReadonlyMap<string, Entry>, hash: Hash): Snapshot {
  const all = new Uint8Array(HASH_BYTES * entries.size);
  // Paths are ASCII, so that the order of their characters is that of their bytes.
  const sorted = [...entries].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  sorted.forEach(([, entry], index) => all.set(entry.hash, HASH_BYTES * index));
  return { entries, hash: hash(all) };
}

/** Cost: one hash per setting and one over them all. */
export function createSnapshot(values: Iterable<readonly [string, BinaryValue]>, hash: Hash): Snapshot {
  const entries = new Map<string, Entry>();
  for (const [path, value] of values) entries.set(path, createEntry(path, value, hash));
  return createFrom(entries, hash);
}

/** The paths whose hash differs, and nothing else. Its changes are none when both snapshots are equal. */
export function computeDelta(from: Snapshot, to: Snapshot): Delta {
  const changes: Change[] = [];
  for (const [path, { value, hash }] of to.entries) {
    const before = from.entries.get(path);
    if (before === undefined || !sameBytes(before.hash, hash)) changes.push({ path, value });
  }
  for (const path of from.entries.keys()) if (!to.entries.has(path)) changes.push({ path });
  return { base: from.hash, target: to.hash, changes };
}

/**
 * The settings after the delta; `undefined` when they were others before, or would be others after: then both ends do
 * not agree and everything must be sent anew.
 */
export function applyDelta(from: Snapshot, delta: Delta, hash: Hash): Snapshot | undefined {
  if (!sameBytes(from.hash, delta.base)) return undefined;
  const entries = new Map(from.entries);
  for (const { path, value } of delta.changes) {
    if (value === undefined) entries.delete(path);
    else entries.set(path, createEntry(path, value, hash));
  }
  const to = createFrom(entries, hash);
  return sameBytes(to.hash, delta.target) ? to : undefined;
}
