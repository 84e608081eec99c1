/** A view of exactly the bytes of `bytes`, wherever they lie in their buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws {RangeError} when `out` cannot hold `needed` of `what`. */
export function requireRoom(have: number, needed: number, what: string): void {
  if (have < needed) throw new RangeError(`Cannot write ${needed} ${what}: there is room for ${have}.`);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of `bytes`; absent when they are not UTF-8. A byte order mark stays a character. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
