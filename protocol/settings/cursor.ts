/** Reading and writing settings bytes one after the other, within bounds. */
import { viewOf } from "../bytes.ts";
import { DecodeError } from "../codec.ts";

export function fail(offset: number, expected: string, found: string | number): never {
  throw new DecodeError("settings", offset, expected, String(found));
}

/** Reads forward and never past the end. @throws {DecodeError} from every read, when the bytes are not there. */
export class ByteReader {
  readonly view: DataView;
  at = 0;

  constructor(readonly bytes: Uint8Array, readonly endAt: number = bytes.length) {
    this.view = viewOf(bytes);
  }

  get left(): number {
    return this.endAt - this.at;
  }

  /** A reader of the same bytes from here on that ends after at most `count` of them. */
  ahead(count: number): ByteReader {
    const reader = new ByteReader(this.bytes, Math.min(this.endAt, this.at + count));
    reader.at = this.at;
    return reader;
  }

  /** Moves past `count` bytes and returns where they start. */
  skip(count: number, what: string): number {
    if (count > this.left) fail(this.at, what, `${this.left} bytes`);
    this.at += count;
    return this.at - count;
  }

  u8(what: string): number {
    return this.view.getUint8(this.skip(1, what));
  }

  u16(what: string): number {
    return this.view.getUint16(this.skip(2, what), true);
  }

  u32(what: string): number {
    return this.view.getUint32(this.skip(4, what), true);
  }

  /** A view, not a copy. */
  take(count: number, what: string): Uint8Array {
    const start = this.skip(count, what);
    return this.bytes.subarray(start, start + count);
  }

  /** A count of things that take at least `leastBytes` each: one that cannot be true is refused before it is used. */
  count(leastBytes: number, what: string): number {
    const at = this.at, count = this.u32(`a u32 count of ${what}`);
    if (count * leastBytes > this.left) fail(at, `${count} ${what}`, `${this.left} bytes`);
    return count;
  }

  text(count: number, what: string): string {
    const at = this.at, bytes = this.take(count, what);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) fail(at, `${what} in UTF-8`, "bytes that are none");
      throw error;
    }
  }

  end(): void {
    if (this.left > 0) fail(this.at, "the end", `${this.left} bytes more`);
  }
}

/** Grows up to `maxBytes`. @throws {RangeError} beyond. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = viewOf(this.#bytes);
  #length = 0;

  constructor(readonly maxBytes: number) {}

  /** Makes room for `count` bytes and returns where they start. */
  #reserve(count: number): number {
    const start = this.#length, length = start + count;
    if (length > this.maxBytes) throw new RangeError(`Cannot write more than ${this.maxBytes} bytes of settings.`);
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.maxBytes, Math.max(length, 2 * this.#bytes.length)));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = viewOf(grown);
    }
    this.#length = length;
    return start;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** A copy of what was written. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Order of bytes, a prefix first: how keys and paths are sorted. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}
