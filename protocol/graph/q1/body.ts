/**
 * The body of a Q1 delta: by how much the prediction missed, Rice-coded in blocks of 64 nodes.
 *
 * A block is 4 bits k, then per coordinate z = zigzag(q − prediction, modulo 2¹⁶): ⌊z / 2ᵏ⌋ zeros, a one, the low k bits
 * of z. Where that were 8 zeros or more it is an escape instead: 8 zeros, then the 16 bits of z. k = 15: every z of the
 * block is 0 and nothing follows. Bits go from the high end of each byte to the low one; zeros fill up the last byte.
 */

export const BLOCK_VALUES = 3 * 64;
export const K_BITS = 4;
export const ALL_ZERO_K = 15;
export const ESCAPE_ZEROS = 8;
const ESCAPE_BITS = ESCAPE_ZEROS + 16;
/** With up to 7 bits before them, so many make 31 at most, in one 32-bit access; the longest code, an escape, has 24. */
const ACCESS_BITS = 24;
const ACCESS_BYTES = 4;
/** Weights count in units of 1 / 64. */
export const WEIGHT_BITS = 6;
const HALF = 1 << (WEIGHT_BITS - 1);

/** Escapes everywhere: the longest body of so many coordinates. */
export function longestBody(valueCount: number): number {
  return Math.ceil((Math.ceil(valueCount / BLOCK_VALUES) * K_BITS + valueCount * ESCAPE_BITS) / 8);
}

/** Bytes of memory after a body that its last access may touch, and a reader of a cut one before it notices. */
export const SLACK_BYTES = longestBody(BLOCK_VALUES) + ACCESS_BYTES;

/** Two frames and how far to extrapolate them: base + weight / 64 · (base − earlier). */
export interface Prediction {
  base: Uint16Array;
  earlier: Uint16Array;
  weight: number;
}

/** The least k with 2ᵏ > 0.48 · mean, which suits a geometric distribution best. */
function chooseK(sum: number, length: number): number {
  return sum === 0 ? ALL_ZERO_K : Math.min(ALL_ZERO_K - 1, 32 - Math.clz32((sum * 31 / (64 * length)) | 0));
}

const misses = new Int32Array(BLOCK_VALUES);

/** Leaves the zigzag misses of one block in `misses` and returns their sum. */
function missBlock(now: Uint16Array, { base, earlier, weight }: Prediction, begin: number, length: number): number {
  let sum = 0;
  for (let j = 0, i = begin; j < length; j += 3, i += 3) {
    const fromX = base[i], fromY = base[i + 1], fromZ = base[i + 2];
    const x = (now[i] - fromX - ((weight * (fromX - earlier[i]) + HALF) >> WEIGHT_BITS)) << 16 >> 16;
    const y = (now[i + 1] - fromY - ((weight * (fromY - earlier[i + 1]) + HALF) >> WEIGHT_BITS)) << 16 >> 16;
    const z = (now[i + 2] - fromZ - ((weight * (fromZ - earlier[i + 2]) + HALF) >> WEIGHT_BITS)) << 16 >> 16;
    const zigzagX = (x << 1) ^ (x >> 31), zigzagY = (y << 1) ^ (y >> 31), zigzagZ = (z << 1) ^ (z >> 31);
    misses[j] = zigzagX;
    misses[j + 1] = zigzagY;
    misses[j + 2] = zigzagZ;
    sum += zigzagX + zigzagY + zigzagZ;
  }
  return sum;
}

/**
 * Writes the body of `now` at byte `start` and returns the byte after it.
 *
 * `word` holds, from its high end, the `fill` ≤ 7 bits that do not make a byte yet. Codes are put behind them and stored
 * whole, which is faster than waiting for 32 bits and branching on it; three at once where they fit, as they do at rest.
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
    for (let j = 0; j < length; j += 3) {
      const x = misses[j], y = misses[j + 1], z = misses[j + 2];
      const zerosX = x >>> k, widthY = (y >>> k) + shortest, widthZ = (z >>> k) + shortest;
      const width = zerosX + shortest + widthY + widthZ;
      if (width <= ACCESS_BITS && (zerosX | (y >>> k) | (z >>> k)) < ESCAPE_ZEROS) {
        const codes = (((one | (x & lowBits)) << widthY | one | (y & lowBits)) << widthZ) | one | (z & lowBits);
        fill += width;
        word |= codes << (32 - fill);
        view.setUint32(at, word);
        at += fill >>> 3;
        word <<= fill & 24;
        fill &= 7;
        continue;
      }
      for (let i = j; i < j + 3; i++) {
        const miss = misses[i], zeros = miss >>> k, isShort = zeros < ESCAPE_ZEROS;
        fill += isShort ? zeros + shortest : ESCAPE_BITS;
        word |= (isShort ? one | (miss & lowBits) : miss) << (32 - fill);
        view.setUint32(at, word);
        at += fill >>> 3;
        word <<= fill & 24;
        fill &= 7;
      }
    }
  }
  return at + (fill > 0 ? 1 : 0);
}

/**
 * Reads the body between the bytes `start` and `end` into `now`; returns the bit after it, behind `end` when it was cut.
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
    at += K_BITS;
    if (k === ALL_ZERO_K) {
      for (let i = begin; i < stop; i++) {
        const from = base[i];
        now[i] = from + ((weight * (from - earlier[i]) + HALF) >> WEIGHT_BITS);
      }
      continue;
    }
    const one = 1 << k, down = 31 - k, shortest = k + 1;
    for (let i = begin; i < stop; i++) {
      const window = view.getUint32(at >>> 3) << (at & 7), zeros = Math.clz32(window);
      let z = 0;
      if (zeros < ESCAPE_ZEROS) {
        z = (zeros << k) + ((window << zeros) >>> down) - one;
        at += zeros + shortest;
      } else {
        z = (window << ESCAPE_ZEROS) >>> 16;
        at += ESCAPE_BITS;
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
      sum += (miss ^ (miss >> 31)) - (miss >> 31);
    }
    if (sum >= least) continue;
    least = sum;
    best = weight;
  }
  return best;
}
