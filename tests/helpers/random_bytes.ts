/** Bytes that are the same on every run (mulberry32). */
export function seededBytes(seed: number): (count: number) => Uint8Array {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xff;
  }
  return (count) => Uint8Array.from({ length: count }, next);
}
