/**
 * Settings messages: a kind u8, then by kind; little-endian. See `docs/protocol/settings.md`.
 *
 * | kind | name | content |
 * |---|---|---|
 * | 0x01 | Paths | u32 first id, u32 count, count × (u8 bytes, path) |
 * | 0x02 | Delta | u32 version, base hash (32), target hash (32), u32 count, count × (u16 id, u8 0 removed or 1, value) |
 * | 0x03 | Full | hash (32), u32 count, count × (u8 bytes, path, u8 0 no value or 1, value) |
 * | 0x04 | Request | – |
 */
import { ByteReader, ByteWriter, fail } from "./cursor.ts";
import { type Delta, HASH_BYTES, type Snapshot } from "./delta.ts";
import type { PathRegistry } from "./path.ts";
import { type BinaryValue, encodeValue, readValue } from "./value.ts";

export const SETTINGS_KIND = { paths: 0x01, delta: 0x02, full: 0x03, request: 0x04 };
export const SETTINGS_MESSAGE_BYTES = 1_048_576;

export interface PathsMessage {
  readonly type: "paths";
  /** Id of the first of them; the others follow. */
  readonly first: number;
  readonly paths: readonly string[];
}

export interface DeltaMessage {
  readonly type: "delta";
  /** How many paths the writer had announced. */
  readonly version: number;
  readonly base: Uint8Array;
  readonly target: Uint8Array;
  /** In order of ids, each once; a change without a value removes the setting. */
  readonly changes: readonly { readonly id: number; readonly value?: BinaryValue }[];
}

/** The whole table of paths, by id, and every setting's value. */
export interface FullMessage {
  readonly type: "full";
  readonly hash: Uint8Array;
  readonly entries: readonly { readonly path: string; readonly value?: BinaryValue }[];
}

/** Asks for Full. */
export interface RequestMessage {
  readonly type: "request";
}

export type SettingsMessage = PathsMessage | DeltaMessage | FullMessage | RequestMessage;

const PRESENT = 1, ABSENT = 0;

function start(kind: number): ByteWriter {
  const out = new ByteWriter(SETTINGS_MESSAGE_BYTES);
  out.u8(kind);
  return out;
}

function writePath(out: ByteWriter, path: string): void {
  const bytes = new TextEncoder().encode(path);
  out.u8(bytes.length);
  out.bytes(bytes);
}

function writeOptional(out: ByteWriter, value: BinaryValue | undefined): void {
  out.u8(value === undefined ? ABSENT : PRESENT);
  if (value !== undefined) out.bytes(encodeValue(value));
}

/** Announces the paths that a reader of `version` does not know. */
export function encodePaths(registry: PathRegistry, version: number): Uint8Array<ArrayBuffer> {
  const out = start(SETTINGS_KIND.paths), paths = registry.since(version);
  out.u32(version);
  out.u32(paths.length);
  for (const path of paths) writePath(out, path);
  return out.done();
}

/** @throws {RangeError} for a path that has no id, or a message beyond its bound. */
export function encodeDelta(delta: Delta, registry: PathRegistry): Uint8Array<ArrayBuffer> {
  const out = start(SETTINGS_KIND.delta);
  const changes = delta.changes.map(({ path, value }) => ({ id: requireId(registry, path), value }));
  changes.sort((a, b) => a.id - b.id);
  out.u32(registry.version);
  out.bytes(delta.base);
  out.bytes(delta.target);
  out.u32(changes.length);
  for (const { id, value } of changes) {
    out.u16(id);
    writeOptional(out, value);
  }
  return out.done();
}

function requireId(registry: PathRegistry, path: string): number {
  const id = registry.idOf(path);
  if (id === undefined) throw new RangeError(`Cannot write a change of "${path}": it was not registered.`);
  return id;
}

/** @throws {RangeError} for a path that has no id, or a message beyond its bound. */
export function encodeFull({ entries, hash }: Snapshot, registry: PathRegistry): Uint8Array<ArrayBuffer> {
  for (const path of entries.keys()) requireId(registry, path);
  const out = start(SETTINGS_KIND.full), paths = registry.since(0);
  out.bytes(hash);
  out.u32(paths.length);
  for (const path of paths) {
    writePath(out, path);
    writeOptional(out, entries.get(path)?.value);
  }
  return out.done();
}

export function encodeRequest(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(SETTINGS_KIND.request);
}

function readHash(reader: ByteReader): Uint8Array {
  return reader.take(HASH_BYTES, `a hash of ${HASH_BYTES} bytes`).slice();
}

function readPath(reader: ByteReader): string {
  return reader.text(reader.u8("a path's length"), "a path");
}

function readOptional(reader: ByteReader): { value?: BinaryValue } {
  const at = reader.at, tag = reader.u8("0 or 1");
  if (tag > PRESENT) fail(at, "0 or 1", tag);
  return tag === PRESENT ? { value: readValue(reader) } : {};
}

function readPaths(reader: ByteReader): PathsMessage {
  const first = reader.u32("a first id"), paths: string[] = [];
  const count = reader.count(2, "paths");
  for (let index = 0; index < count; index++) paths.push(readPath(reader));
  return { type: "paths", first, paths };
}

function readDelta(reader: ByteReader): DeltaMessage {
  const version = reader.u32("a version"), base = readHash(reader), target = readHash(reader);
  const count = reader.count(3, "changes"), changes: DeltaMessage["changes"][number][] = [];
  let before = -1;
  for (let index = 0; index < count; index++) {
    const at = reader.at, id = reader.u16("a path id");
    if (id <= before) fail(at, "path ids in order, each once", id);
    if (id >= version) fail(at, `one of the ${version} announced path ids`, id);
    before = id;
    changes.push({ id, ...readOptional(reader) });
  }
  return { type: "delta", version, base, target, changes };
}

function readFull(reader: ByteReader): FullMessage {
  const hash = readHash(reader), entries: FullMessage["entries"][number][] = [];
  const count = reader.count(3, "paths");
  for (let index = 0; index < count; index++) entries.push({ path: readPath(reader), ...readOptional(reader) });
  return { type: "full", hash, entries };
}

function readKind(reader: ByteReader): SettingsMessage {
  const kind = reader.u8("a kind");
  switch (kind) {
    case SETTINGS_KIND.paths:
      return readPaths(reader);
    case SETTINGS_KIND.delta:
      return readDelta(reader);
    case SETTINGS_KIND.full:
      return readFull(reader);
    case SETTINGS_KIND.request:
      return { type: "request" };
    default:
      return fail(0, "a known kind", `0x${kind.toString(16).padStart(2, "0")}`);
  }
}

/**
 * Shape: shares nothing with `bytes`. Whether paths continue the reader's table and hashes agree is for the reader.
 * @throws {DecodeError} for anything but one whole message.
 */
export function decodeSettings(bytes: Uint8Array): SettingsMessage {
  if (bytes.length > SETTINGS_MESSAGE_BYTES) {
    fail(SETTINGS_MESSAGE_BYTES, `at most ${SETTINGS_MESSAGE_BYTES} bytes`, bytes.length);
  }
  const reader = new ByteReader(bytes), message = readKind(reader);
  reader.end();
  return message;
}
