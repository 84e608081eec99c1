/** The exact forces, written for reading: what every kernel is compared with. Cost: all pairs. */

import type { Params } from "../params.ts";

/** Positions x y z, and the masses where they are not all 1. */
export interface OracleInput {
  readonly positions: Float32Array;
  readonly masses?: Float32Array;
  readonly params: Params;
}

/** Law: on i, `repulsion · m_i · Σ_j m_j d / (1 + d²)²`. Shape: 3n. */
export function exactRepulsion({ positions, masses, params }: OracleInput): Float64Array {
  const forces = new Float64Array(positions.length);
  const massOf = (node: number) => masses === undefined ? 1 : masses[node];
  for (let i = 0; 3 * i < positions.length; i++) {
    for (let j = 0; 3 * j < positions.length; j++) {
      const d = [0, 1, 2].map((axis) => positions[3 * i + axis] - positions[3 * j + axis]);
      const softened = 1 + d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      const strength = params.repulsion * massOf(i) * massOf(j) / (softened * softened);
      for (let axis = 0; axis < 3; axis++) forces[3 * i + axis] += strength * d[axis];
    }
  }
  return forces;
}
