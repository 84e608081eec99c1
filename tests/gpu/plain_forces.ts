/** Forces of the engine suite's expectations, loop by loop. */

import type { PhysicsGraph } from "../../gpu/api.ts";
import type { StartLayout } from "../../gpu/init/start_layout.ts";
import { anchorStrength } from "../../gpu/laws.ts";
import { createParams } from "../../gpu/params.ts";

/** Strength × (place − mean position), for every node of a component. */
export function plainAnchors({ components, centres, positions }: StartLayout, anchor: number): Float64Array {
  const forces = new Float64Array(positions.length);
  for (let c = 0; c < components.count; c++) {
    const members = components.members.subarray(components.offsets[c], components.offsets[c + 1]);
    const strength = anchorStrength(createParams({ anchor }), { size: members.length, heldNodes: 0 });
    for (let axis = 0; axis < 3; axis++) {
      const mean = members.reduce((sum, node) => sum + positions[3 * node + axis], 0) / members.length;
      for (const node of members) forces[3 * node + axis] = strength * (centres[3 * c + axis] - mean);
    }
  }
  return forces;
}

export interface SpringStrengths {
  readonly attraction: number;
  readonly nearAttraction: number;
}

/** The same law, edge by edge. */
export function plainSprings(
  { nodeCount, sources, targets, weights }: PhysicsGraph,
  positions: Float32Array,
  { attraction, nearAttraction }: SpringStrengths = createParams(),
): Float64Array {
  const degrees = new Uint32Array(nodeCount), forces = new Float64Array(3 * nodeCount);
  sources.forEach((source, e) => {
    degrees[source]++;
    degrees[targets[e]]++;
  });
  sources.forEach((source, e) => {
    const target = targets[e], weight = weights === undefined ? 1 : weights[e];
    const d = [0, 1, 2].map((axis) => positions[3 * target + axis] - positions[3 * source + axis]);
    const near = nearAttraction / (1 + d[0] ** 2 + d[1] ** 2 + d[2] ** 2),
      degreeSum = degrees[source] + degrees[target];
    for (let axis = 0; axis < 3; axis++) {
      forces[3 * source + axis] += weight * (near + attraction * degrees[target] / degreeSum) * d[axis];
      forces[3 * target + axis] -= weight * (near + attraction * degrees[source] / degreeSum) * d[axis];
    }
  });
  return forces;
}

/** Σ law(d²) d over all other nodes, for one node of mass 1 among its like. */
export function exactForce(positions: Float32Array, node: number, law: (square: number) => number): number[] {
  const x = positions[3 * node], y = positions[3 * node + 1], z = positions[3 * node + 2], force = [0, 0, 0];
  for (let at = 0; at < positions.length; at += 3) {
    const dx = x - positions[at], dy = y - positions[at + 1], dz = z - positions[at + 2];
    const weight = law(dx * dx + dy * dy + dz * dz);
    force[0] += weight * dx;
    force[1] += weight * dy;
    force[2] += weight * dz;
  }
  return force;
}
