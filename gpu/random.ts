/** Integer hashes and seeded streams: the same numbers on every machine, and in WGSL. */

/** Scrambles 32 bits (lowbias32). Source: Wellons, "Prospecting for hash functions", 2018. */
export function hash32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number in −½ … ½ for coordinate `axis` of node `index`. */
export function hashedOffset(seed: number, index: number, axis: number): number {
  return hash32(hash32(seed + axis) ^ index) / 4294967296 - 0.5;
}

/** A seeded stream of numbers in 0 … 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
