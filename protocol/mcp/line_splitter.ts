/** One message per line, over a stream that is cut anywhere. */
import { decodeUtf8 } from "../bytes.ts";

export type Line =
  | { readonly ok: true; readonly text: string }
  /** The line is lost; the stream goes on with the next. */
  | { readonly ok: false; readonly reason: string };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const FIRST_CAPACITY = 1024;

/**
 * Turns chunks into lines of UTF-8. A line ends with LF or CR LF; empty lines are left out.
 * Cost: keeps at most `maxLineBytes` of an unfinished line, whatever is sent.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #kept: Uint8Array<ArrayBuffer>;
  #length = 0;
  /** The line that is being read is too long already: its rest is dropped. */
  #dropping = false;

  /** `maxLineBytes` counts neither LF nor CR. */
  constructor({ maxLineBytes }: { readonly maxLineBytes: number }) {
    if (!Number.isSafeInteger(maxLineBytes) || maxLineBytes < 1) {
      throw new RangeError(`Cannot split lines of at most ${maxLineBytes} bytes: give 1 or more.`);
    }
    this.#maxLineBytes = maxLineBytes;
    this.#kept = new Uint8Array(0);
  }

  /** The lines that `chunk` completes. Nothing of `chunk` is kept by reference. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#finish(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line of a stream that ended without a line break. */
  end(): Line | undefined {
    const lines: Line[] = [];
    this.#finish(new Uint8Array(0), lines);
    return lines[0];
  }

  #keep(part: Uint8Array): void {
    if (this.#dropping) return;
    // One byte more, for the CR of a line that is as long as may be.
    if (this.#length + part.byteLength > this.#maxLineBytes + 1) {
      this.#dropping = true;
      this.#release();
      return;
    }
    this.#grow(this.#length + part.byteLength);
    this.#kept.set(part, this.#length);
    this.#length += part.byteLength;
  }

  #grow(needed: number): void {
    if (needed <= this.#kept.byteLength) return;
    const capacity = Math.max(needed, Math.min(2 * this.#kept.byteLength, this.#maxLineBytes + 1), FIRST_CAPACITY);
    const roomier = new Uint8Array(capacity);
    roomier.set(this.#kept.subarray(0, this.#length));
    this.#kept = roomier;
  }

  #release(): void {
    this.#kept = new Uint8Array(0);
    this.#length = 0;
  }

  #finish(part: Uint8Array, lines: Line[]): void {
    let line = part;
    if (this.#length > 0) {
      this.#keep(part);
      line = this.#kept.subarray(0, this.#length);
    }
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    if (this.#dropping || line.byteLength > this.#maxLineBytes) {
      lines.push({ ok: false, reason: `Expected lines of at most ${this.#maxLineBytes} bytes, found a longer one.` });
    } else if (line.byteLength > 0) {
      const text = decodeUtf8(line);
      lines.push(text === undefined ? { ok: false, reason: "Expected UTF-8, found other bytes." } : { ok: true, text });
    }
    this.#dropping = false;
    this.#length = 0;
    if (this.#kept.byteLength > FIRST_CAPACITY) this.#release();
  }
}
