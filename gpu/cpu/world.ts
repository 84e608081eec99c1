/** Everything the CPU engine's threads share: typed arrays over shared memory, laid out once. */

import { sharedFloat32, sharedInt32, sharedUint32, sharedUint8 } from "../graph.ts";
import type { StartLayout } from "../init/start_layout.ts";
import type { NodeWeights } from "../meaning/weights.ts";
import { BOX_STRIDE, LEAF_POINTS, NODE_STRIDE, shapeTree, type TreeShape } from "./tree.ts";

/** Sorted points per piece of work: small enough to balance two threads, big enough to hide the claiming. */
export const CHUNK_POINTS = 256;
/** Members summed in one go when the centre of a component is measured. */
const SEGMENT_MEMBERS = 4096;

/** Numbers per point: x y z charge. */
export const POINT_STRIDE = 4;

/** Slots of `World.control`. */
export const CONTROL = { startWord: 0, phase: 1, nextItem: 2, finished: 3, joined: 4, failed: 5, parity: 6 } as const;

/** Slots of `World.numbers`: what changes from step to step. */
export const NUMBER = {
  rate: 0,
  noise: 1,
  noiseSeed: 2,
  lowX: 3,
  lowY: 4,
  lowZ: 5,
  cellsPerLength: 6,
  repulsion: 7,
  attraction: 8,
  nearAttraction: 9,
  damping: 10,
  maxStep: 11,
  thetaSquared: 12,
  /** 1 where `constraintForces` are to be added. */
  constrained: 13,
} as const;

/** Slots of one record of `World.partials`, one record per chunk. */
export const PARTIAL = { move: 0, scrubbed: 1, stride: 2 } as const;

/**
 * Positions and velocities exist twice: a step reads the side named by `control[parity]` and writes the other, so no
 * thread ever sees a half-moved neighbour and the result does not depend on who moved first.
 */
export interface World {
  readonly nodeCount: number;
  readonly dims: 2 | 3;
  readonly positions: readonly [Float32Array<SharedArrayBuffer>, Float32Array<SharedArrayBuffer>];
  readonly velocities: readonly [Float32Array<SharedArrayBuffer>, Float32Array<SharedArrayBuffer>];
  readonly charges: Float32Array<SharedArrayBuffer>;
  readonly masses: Float32Array<SharedArrayBuffer>;
  /** 1 where a node is held in place. */
  readonly held: Uint8Array<SharedArrayBuffer>;
  readonly adjacency: StartLayout["adjacency"];
  readonly componentOf: Uint32Array<SharedArrayBuffer>;
  readonly members: Uint32Array<SharedArrayBuffer>;
  /** Begin and end in `members` of each summed segment, never across components. Shape: 2 per segment. */
  readonly segments: Uint32Array<SharedArrayBuffer>;
  /** Sum of positions of each segment. Shape: 3 per segment. */
  readonly segmentSums: Float64Array<SharedArrayBuffer>;
  /** Force that carries each component to its place. Shape: 3 per component. */
  readonly anchorForces: Float32Array<SharedArrayBuffer>;
  /** Force x y z and stiffness that the constraints add to each node. Shape: 4 per node. */
  readonly constraintForces: Float32Array<SharedArrayBuffer>;
  readonly keys: Uint32Array<SharedArrayBuffer>;
  /** Node of each sorted point. */
  readonly order: Uint32Array<SharedArrayBuffer>;
  /** x y z charge in sorted order; the last leaf is filled up with points without charge. */
  readonly points: Float64Array<SharedArrayBuffer>;
  readonly shape: TreeShape;
  readonly tree: Float64Array<SharedArrayBuffer>;
  readonly boxes: Float64Array<SharedArrayBuffer>;
  readonly partials: Float64Array<SharedArrayBuffer>;
  readonly numbers: Float64Array<SharedArrayBuffer>;
  readonly control: Int32Array<SharedArrayBuffer>;
}

const sharedFloat64 = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

export interface WorldOptions extends NodeWeights {
  readonly dims: 2 | 3;
}

export function createWorld(layout: StartLayout, { dims, charges, masses }: WorldOptions): World {
  const { adjacency, components } = layout, n = adjacency.nodeCount;
  const shape = shapeTree(n);
  const segments = listSegments(components.offsets);
  const world: World = {
    nodeCount: n,
    dims,
    positions: [sharedFloat32(3 * n), sharedFloat32(3 * n)],
    velocities: [sharedFloat32(3 * n), sharedFloat32(3 * n)],
    charges: sharedFloat32(n),
    masses: sharedFloat32(n),
    held: sharedUint8(n),
    adjacency,
    componentOf: components.componentOf,
    members: components.members,
    segments,
    segmentSums: sharedFloat64(3 * segments.length / 2),
    anchorForces: sharedFloat32(3 * components.count),
    constraintForces: sharedFloat32(4 * n),
    keys: sharedUint32(n),
    order: sharedUint32(n),
    points: sharedFloat64(POINT_STRIDE * LEAF_POINTS * shape.leafNodes.length),
    shape,
    tree: sharedFloat64(NODE_STRIDE * shape.nodeCount),
    boxes: sharedFloat64(BOX_STRIDE * shape.nodeCount),
    partials: sharedFloat64(PARTIAL.stride * Math.ceil(n / CHUNK_POINTS)),
    numbers: sharedFloat64(Object.keys(NUMBER).length),
    control: sharedInt32(Object.keys(CONTROL).length),
  };
  writeWeights(world, { charges, masses });
  world.positions[0].set(layout.positions);
  return world;
}

export function writeWeights(world: Pick<World, "charges" | "masses">, { charges, masses }: NodeWeights): void {
  if (charges === undefined) world.charges.fill(1);
  else world.charges.set(charges);
  if (masses === undefined) world.masses.fill(1);
  else world.masses.set(masses);
}

function listSegments(offsets: Uint32Array): Uint32Array<SharedArrayBuffer> {
  const bounds: number[] = [];
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let begin = offsets[c]; begin < offsets[c + 1]; begin += SEGMENT_MEMBERS) {
      bounds.push(begin, Math.min(begin + SEGMENT_MEMBERS, offsets[c + 1]));
    }
  }
  const segments = sharedUint32(bounds.length);
  segments.set(bounds);
  return segments;
}
