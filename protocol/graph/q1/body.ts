/**
 * The body of a Q1 delta: by how much the prediction missed, Rice-coded in blocks of 64 nodes.
 *
 * A block is 4 bits k, then per coordinate z = zigzag(q − prediction, modulo 2¹⁶): ⌊z / 2ᵏ⌋ zeros, a one, the low k bits
 * of z. From 12 zeros on it is an escape instead: 12 zeros, then the 16 bits of z. k = 15: every z of the block is 0 and
 * nothing follows. Bits go from the high end of each byte to the low one; zeros fill up the last byte.
 */

export const BLOCK_VALUES = 3 * 64;
export const K_BITS = 4;
/** The longest code that is no escape has 11 + 1 + 11 bits: with up to 7 bits before it, it fits one 32-bit access. */
export const MAX_K = 11;
export const ESCAPE_ZEROS = 12;
export const ALL_ZERO_K = 15;
const RAW_BITS = 16;
/** Weights count in units of 1 / 64. */
export const WEIGHT_BITS = 6;
const HALF = 1 << (WEIGHT_BITS - 1);

/** `writeBody` touches this many bytes after the body, as its last access may begin in the last byte. */
const ACCESS_BYTES = 4;

/** Escapes everywhere: the longest body of so many coordinates. */
export function longestBody(valueCount: number): number {
  const blocks = Math.ceil(valueCount / BLOCK_VALUES);
  return Math.ceil((blocks * K_BITS + valueCount * (ESCAPE_ZEROS + RAW_BITS)) / 8);
}

/** Bytes that must follow a body in memory: `readBody` looks for a cut only between two blocks. */
export const SLACK_BYTES = longestBody(BLOCK_VALUES) + ACCESS_BYTES;

/** Two frames and how far to extrapolate them: base + weight / 64 · (base − earlier). */
export interface Prediction {
  base: Uint16Array;
  earlier: Uint16Array;
  weight: number;
}

/** The least k with 2ᵏ > 0.48 · mean, which suits a geometric distribution best. */
function chooseK(sum: number, length: number): number {
  return sum === 0 ? ALL_ZERO_K : Math.min(MAX_K, 32 - Math.clz32((sum * 31 / (64 * length)) | 0));
}

const misses = new Int32Array(BLOCK_VALUES);

/** Leaves the zigzag misses of one block in `misses` and returns their sum. */
function missBlock(now: Uint16Array, { base, earlier, weight }: Prediction, begin: number, length: number): number {
  let sum = 0;
  for (let j = 0, i = begin; j < length; j++, i++) {
    const from = base[i];
    const miss = (now[i] - from - ((weight * (from - earlier[i]) + HALF) >> WEIGHT_BITS)) << 16 >> 16;
    const z = (miss << 1) ^ (miss >> 31);
    misses[j] = z;
    sum += z;
  }
  return sum;
}

/**
 * Writes the body of `now` at byte `start` and returns the byte after it.
 *
 * `word` holds, from its high end, the `fill` ≤ 7 bits that do not make a byte yet; every code is put behind them and
 * stored whole, which is faster than waiting for 32 bits and branching on it.
 * Room: `longestBody` and `SLACK_BYTES` from `start`.
 */
export function writeBody(now: Uint16Array, prediction: Prediction, view: DataView, start: number): number {
  let at = start, word = 0, fill = 0;
  for (let begin = 0; begin < now.length; begin += BLOCK_VALUES) {
    const length = Math.min(BLOCK_VALUES, now.length - begin);
    const k = chooseK(missBlock(now, prediction, begin, length), length);
    fill += K_BITS;
    word |= k << (32 - fill);
    view.setUint32(at, word);
    at += fill >>> 3;
    word <<= fill & 24;
    fill &= 7;
    if (k === ALL_ZERO_K) continue;
    const one = 1 << k, lowBits = one - 1, shortest = k + 1;
    for (let j = 0; j < length; j++) {
      const z = misses[j], zeros = z >>> k;
      if (zeros < ESCAPE_ZEROS) {
        fill += zeros + shortest;
        word |= (one | (z & lowBits)) << (32 - fill);
      } else {
        fill += ESCAPE_ZEROS;
        view.setUint32(at, word);
        at += fill >>> 3;
        word <<= fill & 24;
        fill = (fill & 7) + RAW_BITS;
        word |= z << (32 - fill);
      }
      view.setUint32(at, word);
      at += fill >>> 3;
      word <<= fill & 24;
      fill &= 7;
    }
  }
  return at + (fill > 0 ? 1 : 0);
}

/**
 * Reads the body between the bytes `start` and `end` into `now`.
 *
 * Returns the bit after it, which lies behind `end` when the body was cut off, or −1 − the bit of a k that does not exist.
 * Whatever the bits are, every coordinate stays within 16 bits.
 */
export function readBody(
  now: Uint16Array,
  { base, earlier, weight }: Prediction,
  view: DataView,
  { start, end }: { readonly start: number; readonly end: number },
): number {
  let at = 8 * start;
  for (let begin = 0; begin < now.length; begin += BLOCK_VALUES) {
    if (at > 8 * end) return at;
    const stop = Math.min(begin + BLOCK_VALUES, now.length);
    const k = (view.getUint32(at >>> 3) << (at & 7)) >>> (32 - K_BITS);
    if (k > MAX_K && k !== ALL_ZERO_K) return -1 - at;
    at += K_BITS;
    const one = 1 << k, down = 31 - k;
    for (let i = begin; i < stop; i++) {
      let z = 0;
      if (k !== ALL_ZERO_K) {
        const window = view.getUint32(at >>> 3) << (at & 7), zeros = Math.clz32(window);
        if (zeros < ESCAPE_ZEROS) {
          z = (zeros << k) + ((window << zeros) >>> down) - one;
          at += zeros + 1 + k;
        } else {
          at += ESCAPE_ZEROS;
          z = (view.getUint32(at >>> 3) << (at & 7)) >>> (32 - RAW_BITS);
          at += RAW_BITS;
        }
      }
      const from = base[i];
      now[i] = from + ((weight * (from - earlier[i]) + HALF) >> WEIGHT_BITS) + ((z >>> 1) ^ -(z & 1));
    }
  }
  return at;
}

/** Standing still, slowing down, going on; speeding up, or a longer gap than the one before. */
const WEIGHTS = [0, 16, 32, 48, 56, 60, 64, 68, 72, 96, 128, 192];
const SAMPLED_VALUES = 1000;

/** The weight that misses least on a sample of the coordinates; 0 when there is only one frame to predict from. */
export function chooseWeight(now: Uint16Array, base: Uint16Array, earlier: Uint16Array): number {
  if (base === earlier) return 0;
  const whole = Math.ceil(now.length / SAMPLED_VALUES), stride = whole % 3 === 0 ? whole + 1 : whole;
  let best = 0, least = Infinity;
  for (const weight of WEIGHTS) {
    let sum = 0;
    for (let i = 0; i < now.length; i += stride) {
      const from = base[i], miss = now[i] - from - ((weight * (from - earlier[i]) + HALF) >> WEIGHT_BITS);
      sum += miss < 0 ? -miss : miss;
    }
    if (sum >= least) continue;
    least = sum;
    best = weight;
  }
  return best;
}
