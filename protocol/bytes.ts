/** A view of exactly the bytes of `bytes`, wherever they lie in their buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws {RangeError} when `out` cannot hold `needed` of `what`. */
export function requireRoom(have: number, needed: number, what: string): void {
  if (have < needed) throw new RangeError(`Cannot write ${needed} ${what}: there is room for ${have}.`);
}
