/** How large the layout is at this moment: for framing, fog and how faint edges must be. */

export interface Sphere {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
}

/** Of a layout that is not there yet. */
export const NOWHERE: Sphere = { x: 0, y: 0, z: 0, radius: 1 };

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const BINS = 512;
/** From this many nodes on, a few strays no longer decide the framing. */
const STRAYS_MATTER_BELOW = 2_000;
const KEPT_SHARE = 0.99;
const SAMPLES = 512;
const LEAST_RADIUS = 0.5, LEAST_DISTANCE = 3;

/** A uniform ball has 1.4 times its geometric mean distance as radius; layouts have a denser middle. */
const RADIUS_PER_TYPICAL = 1.75;

/** Squared distance of the node whose x is at `k` from a centre. */
function squaredDistance(positions: Float32Array, k: number, center: Pick<Sphere, "x" | "y" | "z">): number {
  const dx = positions[k] - center.x, dy = positions[k + 1] - center.y, dz = positions[k + 2] - center.z;
  return dx * dx + dy * dy + dz * dz;
}

/** Where a camera looks from, as an orthonormal basis: what is right, up, and towards the eye. */
export interface ViewBasis {
  readonly right: Axis;
  readonly up: Axis;
  readonly back: Axis;
}

interface Axis {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Framing {
  readonly center: Axis;
  /** From the centre to the camera, along `back`. */
  readonly distance: number;
}

/**
 * The closest place from which the layout fits, seen along `basis`; with thousands of nodes, 99 % of it.
 * `tangents` are of half the usable opening angles. Cost: two passes over n.
 */
export function frameLayout(
  moment: { positions: Float32Array; count: number },
  basis: ViewBasis,
  tangents: { horizontal: number; vertical: number },
): Framing {
  const { positions, count } = moment, kept = count >= STRAYS_MATTER_BELOW ? KEPT_SHARE : 1;
  const along = (axis: Axis) => {
    const values = new Float32Array(count);
    for (let i = 0, k = 0; i < count; i++, k += 3) {
      values[i] = positions[k] * axis.x + positions[k + 1] * axis.y + positions[k + 2] * axis.z;
    }
    return values;
  };
  const right = along(basis.right), up = along(basis.up), back = along(basis.back);
  const [x, y, z] = [right, up, back].map((values) => middle(values, kept));
  const needed = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const aside = Math.max(Math.abs(right[i] - x) / tangents.horizontal, Math.abs(up[i] - y) / tangents.vertical);
    needed[i] = aside + back[i] - z;
  }
  const axis = (pick: (axis: Axis) => number) => pick(basis.right) * x + pick(basis.up) * y + pick(basis.back) * z;
  return {
    center: { x: axis((a) => a.x), y: axis((a) => a.y), z: axis((a) => a.z) },
    distance: Math.max(LEAST_DISTANCE, count === 0 ? 0 : quantile(needed, kept)),
  };
}

/** Halfway between the outermost values, of which a share is kept. */
function middle(values: Float32Array, kept: number): number {
  if (values.length === 0) return 0;
  const high = quantile(values, 1 - (1 - kept) / 2), low = quantile(values, (1 - kept) / 2);
  return (low + high) / 2;
}

/** The value below which `share` of all lie, to 1/512 of their range. Cost: O(n), no sorting. */
function quantile(values: Float32Array, share: number): number {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (share <= 0 || high === low) return low;
  if (share >= 1) return high;
  const bins = new Uint32Array(BINS + 1), scale = BINS / (high - low);
  for (const value of values) bins[Math.floor((value - low) * scale)]++;
  let bin = 0, seen = bins[0];
  while (seen < share * values.length) seen += bins[++bin];
  return low + (bin + 0.5) / scale;
}

/**
 * Centre and typical radius from up to 512 nodes, into `out`. Cost: constant, no allocation.
 *
 * A few components far away must not count: the radius is a geometric mean, and the centre is weighed a second time
 * by how close nodes are to the first guess.
 */
export function sampleExtentInto(positions: Float32Array, count: number, out: Mutable<Sphere>): void {
  if (count === 0) return;
  weighCenter(positions, count, { out, reach: Infinity });
  weighCenter(positions, count, { out, reach: typicalDistance(positions, count, out) });
  out.radius = Math.max(LEAST_RADIUS, RADIUS_PER_TYPICAL * typicalDistance(positions, count, out));
}

const strideOf = (count: number) => 3 * Math.max(1, Math.floor(count / SAMPLES));

function weighCenter(
  positions: Float32Array,
  count: number,
  { out, reach }: { out: Mutable<Sphere>; reach: number },
): void {
  const stride = strideOf(count), end = 3 * count;
  let weights = 0, x = 0, y = 0, z = 0;
  for (let k = 0; k < end; k += stride) {
    const weight = reach === Infinity ? 1 : 1 / (reach * reach + squaredDistance(positions, k, out) + 1e-12);
    weights += weight;
    x += weight * positions[k];
    y += weight * positions[k + 1];
    z += weight * positions[k + 2];
  }
  out.x = x / weights;
  out.y = y / weights;
  out.z = z / weights;
}

function typicalDistance(positions: Float32Array, count: number, center: Pick<Sphere, "x" | "y" | "z">): number {
  const stride = strideOf(count), end = 3 * count;
  let logs = 0, taken = 0;
  for (let k = 0; k < end; k += stride, taken++) logs += Math.log(squaredDistance(positions, k, center) + 1e-12);
  return Math.exp(logs / (2 * taken));
}

/** Mean length of up to 512 edges spread over the list; 1 where there is none. Cost: constant. */
export function sampleEdgeLength(positions: Float32Array, ends: Uint32Array): number {
  const edges = ends.length / 2, stride = Math.max(1, Math.floor(edges / SAMPLES));
  let sum = 0, taken = 0;
  for (let edge = 0; edge < edges; edge += stride, taken++) {
    const a = 3 * ends[2 * edge], b = 3 * ends[2 * edge + 1];
    const dx = positions[a] - positions[b], dy = positions[a + 1] - positions[b + 1];
    const dz = positions[a + 2] - positions[b + 2];
    sum += Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
  return taken === 0 || sum === 0 ? 1 : sum / taken;
}
