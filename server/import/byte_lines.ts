import { type Cursor, Problem } from "./problem.ts";

const NEWLINE = 0x0a;

/** A line lies in `bytes` from `start` to `end`, without its line end; valid until the call returns. */
export type OnLine = (bytes: Uint8Array, start: number, end: number) => void;

export interface LineOptions {
  readonly cursor: Cursor;
  readonly maxBytes: number;
  readonly onLine: OnLine;
}

/**
 * Cuts chunks into lines without decoding them; the cursor stands on the line that `onLine` was given.
 *
 * Cost: one pass; only a line that spans two chunks is copied.
 */
export async function forEachLine(chunks: AsyncIterable<Uint8Array>, options: LineOptions): Promise<void> {
  const { cursor, maxBytes, onLine } = options;
  let rest = new Uint8Array(0);
  let line = 0;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : concatenated(rest, chunk);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE, rest.length); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      cursor.line = ++line;
      onLine(bytes, start, end);
      start = end + 1;
    }
    rest = bytes.slice(start);
    if (rest.length > maxBytes) throw new Problem(`a line is longer than the limit of ${maxBytes} bytes`, line + 1);
  }
  if (rest.length === 0) return;
  cursor.line = ++line;
  onLine(rest, 0, rest.length);
}

/** A space, a tab or the \r of a Windows line end. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && isBlank(bytes[start])) start++;
  return start;
}

/** The end of the word that begins at `start`. */
export function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && !isBlank(bytes[start])) start++;
  return start;
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
