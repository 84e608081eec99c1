/** Adds the forces of meaning to every node: a column that is filled before the nodes move, on one thread. */

import type { Clusters } from "../meaning/clusters.ts";
import type { Constraints } from "../meaning/meaning.ts";
import type { Ties } from "../meaning/ties.ts";
import type { Params } from "../params.ts";
import { CONTROL, type World } from "./world.ts";

/** Numbers per node in `World.constraintForces`: force x y z, stiffness. */
const STRIDE = 4;

export interface Constrainer {
  use(constraints: Constraints | undefined, params: Params): void;
  /** Fills the column for this step. Cost: nothing where there are no constraints, else some passes over the nodes. */
  fill(): void;
}

export function createConstrainer(world: World): Constrainer {
  let used: { readonly constraints: Constraints; readonly params: Params } | undefined;
  return {
    use(constraints, params) {
      used = constraints && { constraints, params };
      world.constraintForces.fill(0);
    },
    fill() {
      if (used === undefined) return;
      const { constraints: { clusters, heights, ties }, params } = used;
      world.constraintForces.fill(0);
      if (clusters !== undefined) gather(world, clusters, params.clusterCohesion);
      if (heights !== undefined) layer(world, heights, params);
      if (ties !== undefined) tie(world, ties, params);
    },
  };
}

const present = ({ positions, control }: World): Float32Array => positions[control[CONTROL.parity]];

function gather(world: World, { offsets, members }: Clusters, cohesion: number): void {
  const { constraintForces } = world, positions = present(world);
  for (let cluster = 0; cluster + 1 < offsets.length; cluster++) {
    const begin = offsets[cluster], end = offsets[cluster + 1];
    let x = 0, y = 0, z = 0;
    for (let k = begin; k < end; k++) {
      const at = 3 * members[k];
      x += positions[at];
      y += positions[at + 1];
      z += positions[at + 2];
    }
    const share = 1 / (end - begin);
    for (let k = begin; k < end; k++) {
      const at = 3 * members[k], to = STRIDE * members[k];
      constraintForces[to] += cohesion * (share * x - positions[at]);
      constraintForces[to + 1] += cohesion * (share * y - positions[at + 1]);
      constraintForces[to + 2] += cohesion * (share * z - positions[at + 2]);
      constraintForces[to + 3] += cohesion;
    }
  }
}

function layer(world: World, heights: Float32Array, { layers, layerGap }: Params): void {
  const { constraintForces, nodeCount } = world, positions = present(world);
  for (let node = 0; node < nodeCount; node++) {
    if (Number.isNaN(heights[node])) continue;
    constraintForces[STRIDE * node + 1] += layers * (layerGap * heights[node] - positions[3 * node + 1]);
    constraintForces[STRIDE * node + 3] += layers;
  }
}

function tie(world: World, { offsets, neighbours, disjoint, weights, pulls }: Ties, params: Params): void {
  const { constraintForces, nodeCount } = world, positions = present(world);
  const { disjointness, equivalence, attraction, nearAttraction } = params, freed = Math.min(1, disjointness);
  for (let node = 0; node < nodeCount; node++) {
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const from = 3 * node, to = 3 * neighbours[k], at = STRIDE * node;
      const dx = positions[to] - positions[from], dy = positions[to + 1] - positions[from + 1];
      const dz = positions[to + 2] - positions[from + 2];
      let pull = equivalence * weights[k];
      if (disjoint[k] === 0) {
        constraintForces[at + 3] += pull;
      } else {
        const near = weights[k] / (1 + dx * dx + dy * dy + dz * dz);
        pull = -disjointness * near - freed * (nearAttraction * near + attraction * pulls[k]);
      }
      constraintForces[at] += pull * dx;
      constraintForces[at + 1] += pull * dy;
      constraintForces[at + 2] += pull * dz;
    }
  }
}
