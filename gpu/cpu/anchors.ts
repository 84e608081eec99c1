/** The pull of components to their places, from where their nodes are on average. */

import type { StartLayout } from "../init/start_layout.ts";
import { anchorStrength } from "../laws.ts";
import type { Params } from "../params.ts";
import { CONTROL, type World } from "./world.ts";

export interface Anchors {
  /** From the sums of all segments to the forces on all components. */
  update(): void;
  hold(node: number): void;
  release(node: number): void;
}

/** `params`: as they are now. */
export function createAnchors({ components, centres }: StartLayout, world: World, params: () => Params): Anchors {
  const { anchorForces, segments, segmentSums, componentOf } = world;
  const heldCounts = new Uint32Array(components.count);
  const sums = new Float64Array(3 * components.count);
  const sizeOf = (component: number) => components.offsets[component + 1] - components.offsets[component];
  return {
    update() {
      sums.fill(0);
      for (let segment = 0; 2 * segment < segments.length; segment++) {
        const component = 3 * componentOf[world.members[segments[2 * segment]]];
        for (let d = 0; d < 3; d++) sums[component + d] += segmentSums[3 * segment + d];
      }
      for (let component = 0; component < components.count; component++) {
        const size = sizeOf(component);
        const pull = anchorStrength(params(), { size, heldNodes: heldCounts[component] });
        for (let at = 3 * component; at < 3 * component + 3; at++) {
          anchorForces[at] = pull * (centres[at] - sums[at] / size);
        }
      }
    },
    hold: (node) => void heldCounts[componentOf[node]]++,
    release: (node) => void heldCounts[componentOf[node]]--,
  };
}

/** Sum of the positions of one segment of a component. */
export function sumSegment(world: World, segment: number): void {
  const { members, segments, segmentSums } = world;
  const positions = world.positions[world.control[CONTROL.parity]];
  let x = 0, y = 0, z = 0;
  for (let k = segments[2 * segment]; k < segments[2 * segment + 1]; k++) {
    const at = 3 * members[k];
    x += positions[at];
    y += positions[at + 1];
    z += positions[at + 2];
  }
  segmentSums[3 * segment] = x;
  segmentSums[3 * segment + 1] = y;
  segmentSums[3 * segment + 2] = z;
}
