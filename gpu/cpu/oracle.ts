/** The exact forces, written for reading: what every kernel is compared with. Cost: all pairs. */

import type { Params } from "../params.ts";

/** Positions x y z, and the charges where they are not all 1. */
export interface OracleInput {
  readonly positions: Float32Array;
  readonly charges?: Float32Array;
  readonly params: Params;
}

/** Law: on i, `repulsion · q_i · Σ_j q_j d / (1 + d²)²`. Shape: 3n. */
export function exactRepulsion({ positions, charges, params }: OracleInput): Float64Array {
  const forces = new Float64Array(positions.length);
  const chargeOf = (node: number) => charges === undefined ? 1 : charges[node];
  for (let i = 0; 3 * i < positions.length; i++) {
    for (let j = 0; 3 * j < positions.length; j++) {
      const d = [0, 1, 2].map((axis) => positions[3 * i + axis] - positions[3 * j + axis]);
      const softened = 1 + d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      const strength = params.repulsion * chargeOf(i) * chargeOf(j) / (softened * softened);
      for (let axis = 0; axis < 3; axis++) forces[3 * i + axis] += strength * d[axis];
    }
  }
  return forces;
}
