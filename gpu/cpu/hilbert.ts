/** Order along a Hilbert curve: neighbours in space become neighbours in memory. */

/** Bits per axis; three axes make a key of 30. */
const AXIS_BITS = 10;
export const CELLS = 1 << AXIS_BITS;

/** The cube that the curve fills: mean ± 4 standard deviations, so that a few outliers do not squash the rest. */
export interface CurveBox {
  readonly lowX: number;
  readonly lowY: number;
  readonly lowZ: number;
  readonly cellsPerLength: number;
}

export function measureCurveBox(positions: Float32Array): CurveBox {
  const count = positions.length / 3;
  let x = 0, y = 0, z = 0, xx = 0, yy = 0, zz = 0;
  for (let at = 0; at < positions.length; at += 3) {
    x += positions[at];
    y += positions[at + 1];
    z += positions[at + 2];
    xx += positions[at] * positions[at];
    yy += positions[at + 1] * positions[at + 1];
    zz += positions[at + 2] * positions[at + 2];
  }
  const variance = Math.max(
    xx / count - (x / count) ** 2,
    yy / count - (y / count) ** 2,
    zz / count - (z / count) ** 2,
  );
  const reach = 4 * Math.sqrt(Math.max(variance, 1e-12));
  return {
    lowX: x / count - reach,
    lowY: y / count - reach,
    lowZ: z / count - reach,
    cellsPerLength: CELLS / (2 * reach),
  };
}

/** Key of a point: the 30-bit position of its cell on the curve. Source: Skilling, "Programming the Hilbert curve", 2004. */
export function hilbertKey(cellX: number, cellY: number, cellZ: number): number {
  let x = cellX, y = cellY, z = cellZ;
  for (let bit = CELLS >> 1; bit > 1; bit >>= 1) {
    const below = bit - 1;
    if (x & bit) x ^= below;
    if (y & bit) x ^= below;
    else {
      const t = (x ^ y) & below;
      x ^= t;
      y ^= t;
    }
    if (z & bit) x ^= below;
    else {
      const t = (x ^ z) & below;
      x ^= t;
      z ^= t;
    }
  }
  y ^= x;
  z ^= y;
  let flip = 0;
  for (let bit = CELLS >> 1; bit > 1; bit >>= 1) if (z & bit) flip ^= bit - 1;
  return (spread(x ^ flip) << 2) | (spread(y ^ flip) << 1) | spread(z ^ flip);
}

/** Puts two zero bits between the low ten bits. */
function spread(value: number): number {
  let v = value & 0x3ff;
  v = (v | (v << 16)) & 0x030000ff;
  v = (v | (v << 8)) & 0x0300f00f;
  v = (v | (v << 4)) & 0x030c30c3;
  return (v | (v << 2)) & 0x09249249;
}

/** The cell of a coordinate, clamped to the curve. */
export function cellOf(value: number, low: number, cellsPerLength: number): number {
  return Math.max(0, Math.min(CELLS - 1, Math.floor((value - low) * cellsPerLength)));
}

const DIGIT_BITS = 10, DIGITS = 1 << DIGIT_BITS;

/** Stable radix sort: fills `order` with the indices of `keys` by ascending key. Cost: three passes. */
export function sortByKey(keys: Uint32Array, order: Uint32Array, scratch: Uint32Array): void {
  const starts = new Uint32Array(DIGITS + 1);
  let from = scratch, to = order;
  for (let i = 0; i < keys.length; i++) from[i] = i;
  for (let shift = 0; shift < 3 * AXIS_BITS; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let i = 0; i < keys.length; i++) starts[((keys[i] >>> shift) & (DIGITS - 1)) + 1]++;
    for (let d = 0; d < DIGITS; d++) starts[d + 1] += starts[d];
    for (let i = 0; i < keys.length; i++) to[starts[(keys[from[i]] >>> shift) & (DIGITS - 1)]++] = from[i];
    [from, to] = [to, from];
  }
}
