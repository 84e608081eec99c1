/** Which node is under the pointer: every node is projected, on the CPU, at most once per frame. */

export interface Moment {
  readonly count: number;
  /** Shape: x y z per node. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** 0 = `before`, 1 = `after`. */
  readonly blend: number;
}

export interface PickQuery {
  /** Projection × view, column-major. */
  readonly matrix: ArrayLike<number>;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  /** How far beside a node still counts. */
  readonly slopPx: number;
  /** Radius on screen of a node of full size at distance 1. */
  readonly radiusAtOne: number;
  readonly leastRadiusPx: number;
}

/** Bytes of the look texture; every fourth from 1 is a size of 0…255. */
type LookBytes = Uint8Array;

/**
 * The nearest node whose disc holds the pointer, else the one whose rim is closest within the slop, else `undefined`.
 * Cost: O(n), about 1 ms per 100,000 nodes, no allocation.
 */
export function pickNode(moment: Moment, look: LookBytes, query: PickQuery): number | undefined {
  const { count, before, after, blend } = moment, { matrix: m, x, y, slopPx, radiusAtOne, leastRadiusPx } = query;
  const [m0, m4, m8, m12] = [m[0], m[4], m[8], m[12]];
  const [m1, m5, m9, m13] = [m[1], m[5], m[9], m[13]];
  const [m3, m7, m11, m15] = [m[3], m[7], m[11], m[15]];
  const halfWidth = query.width / 2, halfHeight = query.height / 2;
  let inside = -1, insideDepth = Infinity, beside = -1, besideGap = slopPx;
  for (let i = 0, k = 0; i < count; i++, k += 3) {
    const px = before[k] + (after[k] - before[k]) * blend;
    const py = before[k + 1] + (after[k + 1] - before[k + 1]) * blend;
    const pz = before[k + 2] + (after[k + 2] - before[k + 2]) * blend;
    const w = m3 * px + m7 * py + m11 * pz + m15;
    if (w <= 0) continue;
    const dx = ((m0 * px + m4 * py + m8 * pz + m12) / w + 1) * halfWidth - x;
    const dy = (1 - (m1 * px + m5 * py + m9 * pz + m13) / w) * halfHeight - y;
    const gap2 = dx * dx + dy * dy;
    const radius = Math.max(leastRadiusPx, radiusAtOne * look[4 * i + 1] / 255 / w);
    if (gap2 > (radius + slopPx) * (radius + slopPx)) continue;
    const gap = Math.sqrt(gap2) - radius;
    if (gap <= 0) {
      if (w < insideDepth) insideDepth = w, inside = i;
    } else if (gap < besideGap) {
      besideGap = gap;
      beside = i;
    }
  }
  return inside >= 0 ? inside : beside >= 0 ? beside : undefined;
}

export interface ScreenPoint {
  x: number;
  y: number;
  /** Distance along the view; not positive = behind the camera. */
  depth: number;
}

/** Projects one point into `out`. Units: CSS pixels from the top left. */
export function projectInto(
  point: { readonly x: number; readonly y: number; readonly z: number },
  view: { readonly matrix: ArrayLike<number>; readonly width: number; readonly height: number },
  out: ScreenPoint,
): ScreenPoint {
  const m = view.matrix, { x, y, z } = point;
  out.depth = m[3] * x + m[7] * y + m[11] * z + m[15];
  out.x = ((m[0] * x + m[4] * y + m[8] * z + m[12]) / out.depth + 1) / 2 * view.width;
  out.y = (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / out.depth) / 2 * view.height;
  return out;
}
