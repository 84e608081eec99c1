import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ImportLimits } from "./limits.ts";
import { Problem } from "./problem.ts";

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

type Chunks = AsyncGenerator<Uint8Array, void, void>;

/** What opening a file needs beside its path. */
export interface OpenOptions {
  readonly limits: ImportLimits;
  /** Bytes that were just read from the disk, before inflating. */
  readonly onBytes: (count: number) => void;
}

/** A file being read: inflated, without byte order mark, its beginning looked at before the rest is read. */
export interface InputFile {
  readonly path: string;
  /** Lower-case ending without dot, ".gz" left out: "csv"; "" where there is none. */
  readonly ending: string;
  /** The first bytes, up to 256 KiB. */
  readonly head: Uint8Array;
  /** Whether `head` is all there is. */
  readonly complete: boolean;
  /** The whole content from the start, checked to be UTF-8. To be read once. */
  chunks(): Chunks;
  close(): Promise<void>;
}

/**
 * Opens a plain or gzip file.
 *
 * @throws {Problem} in one sentence for whatever keeps it from being read.
 */
export async function openInput(path: string, options: OpenOptions): Promise<InputFile> {
  const content = inflated(path, options);
  try {
    const head = await readHead(content);
    const start = hasByteOrderMark(head.bytes) ? 3 : 0;
    return {
      path,
      ending: endingOf(path),
      head: head.bytes.subarray(start),
      complete: head.complete,
      chunks: () => checkedText(prepended(head.bytes.subarray(start), content)),
      close: async () => void await content.return(),
    };
  } catch (error) {
    await content.return();
    throw error;
  }
}

/** The file's name without folder, ".gz" and ending. */
export function titleOf(path: string): string {
  const base = baseOf(path);
  const dot = base.lastIndexOf(".");
  return dot > 0 ? base.slice(0, dot) : base;
}

function endingOf(path: string): string {
  const base = baseOf(path);
  return base.slice(base.lastIndexOf(".") + 1 || base.length).toLowerCase();
}

function baseOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? "").replace(/\.gz$/i, "");
}

async function readHead(content: Chunks): Promise<{ bytes: Uint8Array; complete: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < CHUNK_BYTES) {
    const next = await content.next();
    if (next.done) return { bytes: joined(parts, length), complete: true };
    parts.push(next.value);
    length += next.value.length;
  }
  return { bytes: joined(parts, length), complete: false };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The content of the file, inflated where it begins like gzip, bounded in length; every failure is a `Problem`. */
async function* inflated(path: string, options: OpenOptions): Chunks {
  let total = 0;
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) throw new Problem("is a folder; expected a graph file");
    const raw = fileBytes(path, options);
    const first = (await raw.next()).value ?? new Uint8Array(0);
    const whole = prepended(first, raw);
    for await (const chunk of isGzip(first) ? gunzipped(whole) : whole) {
      total += chunk.length;
      if (total > options.limits.fileBytes) {
        throw new Problem(`is larger than the limit of ${options.limits.fileBytes.toLocaleString("en-US")} bytes`);
      }
      yield chunk;
    }
  } catch (error) {
    throw readProblem(error);
  }
}

/** Fresh buffers: whoever receives a chunk may keep it. */
async function* fileBytes(path: string, options: OpenOptions): Chunks {
  using file = await Deno.open(path);
  while (true) {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const count = await file.read(buffer);
    if (count === null) return;
    options.onBytes(count);
    yield buffer.subarray(0, count);
  }
}

/** `node:zlib`, not `DecompressionStream`, which refuses files of several gzip members. */
async function* gunzipped(bytes: Chunks): Chunks {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(bytes, { objectMode: false });
  const ended = Promise.withResolvers<void>();
  pipeline(source, gunzip, () => ended.resolve());
  try {
    yield* gunzip;
  } finally {
    gunzip.destroy();
    await ended.promise;
  }
}

/** `first`, then the rest, which is closed with it. */
async function* prepended(first: Uint8Array, rest: Chunks): Chunks {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** What keeps a file from being read, in words. */
function readProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  if (error instanceof Deno.errors.NotFound) return new Problem("there is no such file");
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new Problem("permission to read it was denied");
  }
  const code = "code" in error ? error.code : undefined;
  if (code === "Z_BUF_ERROR") return new Problem("the gzip data ends too early; the file is truncated");
  if (typeof code === "string" && code.startsWith("Z_")) return new Problem("the gzip data is damaged");
  return new Problem(`it cannot be read: ${withoutPath(error.message)}`);
}

/** Deno's messages end with the call and the path, which the sentence has already. */
function withoutPath(message: string): string {
  return message.replace(/: \w+ '.*'$/s, "");
}

/** Passes the bytes on and refuses what is not UTF-8: a decoder downstream would put U+FFFD into labels unseen. */
async function* checkedText(chunks: AsyncIterable<Uint8Array>): Chunks {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for await (const chunk of chunks) {
    try {
      decoder.decode(chunk, { stream: true });
    } catch {
      throw notUtf8(line + newlinesBeforeDamage(chunk));
    }
    line += countNewlines(chunk);
    yield chunk;
  }
  try {
    decoder.decode();
  } catch {
    throw notUtf8(line);
  }
}

function notUtf8(line: number): Problem {
  return new Problem("is not UTF-8 text; save it as UTF-8", line);
}

function newlinesBeforeDamage(chunk: Uint8Array): number {
  // The chunk may begin within a character that the one before began rightly.
  let start = 0;
  while (start < 3 && (chunk[start] & 0xc0) === 0x80) start++;
  const text = new TextDecoder().decode(chunk.subarray(start));
  return text.slice(0, Math.max(0, text.indexOf("\ufffd"))).split("\n").length - 1;
}

function countNewlines(chunk: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < chunk.length; index++) if (chunk[index] === NEWLINE) count++;
  return count;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
