/** Everything the CPU engine's threads share: typed arrays over one WebAssembly memory, laid out once. */

import type { Adjacency } from "../graph.ts";
import type { StartLayout } from "../init/start_layout.ts";
import type { NodeWeights } from "../meaning/weights.ts";
import { BLOCK, BLOCK_BYTES, BOX_BYTES, BRANCHES, LEAF_BYTES, shapeTree, type TreeShape } from "./tree.ts";

/** Sorted points per piece of work: small enough to balance two threads, big enough to hide the claiming. */
export const CHUNK_POINTS = 128;
/** Leaves of the subtrees that are refitted in one go; above them the tree is small. */
export const SUBTREE_LEVELS = 3;
export const SUBTREE_LEAVES = BRANCHES ** SUBTREE_LEVELS;
/** What is heavier or stronger counts as this: no product or sum of floats overflows, and a move is bounded anyway. */
const MAX_CHARGE = 1e15, MAX_WEIGHT = 1e30;
/** Members summed in one go when the centre of a component is measured. */
const SEGMENT_MEMBERS = 4096;

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
} as const;

/** Slots of one record of `World.partials`, one record per chunk. */
export const PARTIAL = { move: 0, scrubbed: 1, stride: 2 } as const;

/** One end of an edge, 12 bytes: where in the positions its other end is, in bytes; its weight; its pull. */
export const SPRING = { other: 0, weight: 4, pull: 8, bytes: 12 } as const;

/** What a thread needs for itself: forces of a leaf, column by column, then the addresses of blocks and leaves to visit. */
export const SCRATCH = { x: 0, y: 32, z: 64, queue: 128 } as const;

/** Bytes that may be written or read beyond the end of a column, where four numbers are taken at a time. */
const SPARE_BYTES = 16;
/** A cache line, and what WebAssembly's memory is measured in. */
const LINE_BYTES = 128, PAGE_BYTES = 65536;

/**
 * Positions and velocities exist twice: a step reads the side named by `control[parity]` and writes the other, so no
 * thread ever sees a half-moved neighbour and the result does not depend on who moved first.
 *
 * The kernels know each column by its `byteOffset`.
 */
export interface World extends Columns {
  readonly memory: WebAssembly.Memory;
  readonly nodeCount: number;
  readonly dims: 2 | 3;
  readonly shape: TreeShape;
  /** Nodes grouped by component. Shape: n. */
  readonly members: Uint32Array<SharedArrayBuffer>;
}

interface Columns {
  readonly positions: readonly [Floats, Floats];
  readonly velocities: readonly [Floats, Floats];
  readonly charges: Floats;
  readonly masses: Floats;
  /** 1 where a node is held in place. */
  readonly held: Uint8Array<SharedArrayBuffer>;
  /** Force x y z and stiffness that the constraints add to each node. Shape: 4 per node. */
  readonly constraintForces: Floats;
  /** Row of node `i` in `springs`, in bytes: from entry `i` to entry `i + 1`. Shape: n + 1. */
  readonly springOffsets: Uint32Array<SharedArrayBuffer>;
  readonly springs: DataView<SharedArrayBuffer>;
  readonly componentOf: Uint32Array<SharedArrayBuffer>;
  /** Begin and end in `members` of each summed segment, never across components. Shape: 2 per segment. */
  readonly segments: Uint32Array<SharedArrayBuffer>;
  /** Sum of positions of each segment. Shape: 3 per segment. */
  readonly segmentSums: Float64Array<SharedArrayBuffer>;
  /** Force that carries each component to its place. Shape: 3 per component. */
  readonly anchorForces: Floats;
  readonly keys: Uint32Array<SharedArrayBuffer>;
  /** Node of each sorted point. */
  readonly order: Uint32Array<SharedArrayBuffer>;
  /** Sorted points, leaf by leaf (`LEAF`); the last leaf is filled up with points without charge. */
  readonly points: Floats;
  /** The tree's nodes, block by block (`BLOCK`), level by level. */
  readonly blocks: Floats;
  /** Box of each node, four to a block. */
  readonly boxes: Floats;
  readonly partials: Float64Array<SharedArrayBuffer>;
  readonly numbers: Float64Array<SharedArrayBuffer>;
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Memory of each thread for itself (`SCRATCH`). */
  readonly scratch: readonly Floats[];
}

type Floats = Float32Array<SharedArrayBuffer>;

export interface WorldOptions extends NodeWeights {
  readonly dims: 2 | 3;
  /** How many threads will work on it. */
  readonly threads: number;
}

/** @throws RangeError where the memory for so large a graph cannot be had. */
export function createWorld(layout: StartLayout, { dims, threads, charges, masses }: WorldOptions): World {
  const { adjacency, components } = layout;
  const sizes: Sizes = {
    nodes: adjacency.nodeCount,
    springs: adjacency.neighbours.length,
    components: components.count,
    segments: listSegments(components.offsets),
    shape: shapeTree(adjacency.nodeCount),
    threads,
  };
  const { memory, columns } = allocate(sizes);
  const world: World = {
    ...columns,
    memory,
    nodeCount: sizes.nodes,
    dims,
    shape: sizes.shape,
    members: components.members,
  };
  world.positions[0].set(layout.positions);
  writeWeights(world, { charges, masses });
  world.componentOf.set(components.componentOf);
  world.segments.set(sizes.segments);
  writeSprings(world, adjacency);
  connectBlocks(world);
  return world;
}

export function writeWeights(world: Pick<World, "charges" | "masses">, { charges, masses }: NodeWeights): void {
  if (charges === undefined) world.charges.fill(1);
  else charges.forEach((charge, node) => world.charges[node] = Math.min(charge, MAX_CHARGE));
  if (masses === undefined) world.masses.fill(1);
  else world.masses.set(masses);
}

interface Sizes {
  readonly nodes: number;
  readonly springs: number;
  readonly components: number;
  readonly segments: readonly number[];
  readonly shape: TreeShape;
  readonly threads: number;
}

function listSegments(offsets: Uint32Array): number[] {
  const bounds: number[] = [];
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let begin = offsets[c]; begin < offsets[c + 1]; begin += SEGMENT_MEMBERS) {
      bounds.push(begin, Math.min(begin + SEGMENT_MEMBERS, offsets[c + 1]));
    }
  }
  return bounds;
}

interface ColumnType<T> {
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT?: number;
}
type Take = <T>(type: ColumnType<T>, length: number) => T;

/** Lays out all columns twice: to see how much they need, and to have them. */
function allocate(sizes: Sizes): { memory: WebAssembly.Memory; columns: Columns } {
  let end = 0;
  const takeFrom = (buffer: SharedArrayBuffer | undefined): Take => (type, length) => {
    const begin = Math.ceil(end / LINE_BYTES) * LINE_BYTES;
    end = begin + length * (type.BYTES_PER_ELEMENT ?? 1) + SPARE_BYTES;
    return buffer === undefined ? new type(new SharedArrayBuffer(0), 0, 0) : new type(buffer, begin, length);
  };
  layColumns(takeFrom(undefined), sizes);
  const pages = Math.ceil(end / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const { buffer } = memory;
  if (!(buffer instanceof SharedArrayBuffer)) throw new TypeError("Cannot share the memory of the CPU engine.");
  end = 0;
  return { memory, columns: layColumns(takeFrom(buffer), sizes) };
}

function layColumns(take: Take, { nodes, springs, components, segments, shape, threads }: Sizes): Columns {
  const floats = (length: number) => take<Floats>(Float32Array, length);
  const integers = (length: number) => take<Uint32Array<SharedArrayBuffer>>(Uint32Array, length);
  const doubles = (length: number) => take<Float64Array<SharedArrayBuffer>>(Float64Array, length);
  return {
    positions: [floats(3 * nodes), floats(3 * nodes)],
    velocities: [floats(3 * nodes), floats(3 * nodes)],
    charges: floats(nodes),
    masses: floats(nodes),
    held: take<Uint8Array<SharedArrayBuffer>>(Uint8Array, nodes),
    constraintForces: floats(4 * nodes),
    springOffsets: integers(nodes + 1),
    springs: take<DataView<SharedArrayBuffer>>(DataView, SPRING.bytes * springs),
    componentOf: integers(nodes),
    segments: integers(segments.length),
    segmentSums: doubles(3 * segments.length / 2),
    anchorForces: floats(3 * components),
    keys: integers(nodes),
    order: integers(nodes),
    points: floats(LEAF_BYTES / 4 * shape.leaves),
    blocks: floats(BLOCK_BYTES / 4 * shape.blocks),
    boxes: floats(BOX_BYTES / 4 * BRANCHES * shape.blocks),
    partials: doubles(PARTIAL.stride * Math.ceil(nodes / CHUNK_POINTS)),
    numbers: doubles(Object.keys(NUMBER).length),
    control: take<Int32Array<SharedArrayBuffer>>(Int32Array, Object.keys(CONTROL).length),
    scratch: Array.from({ length: threads }, () => floats(SCRATCH.queue / 4 + shape.blocks + shape.leaves)),
  };
}

function writeSprings({ springOffsets, springs }: World, { offsets, neighbours, weights, pulls }: Adjacency): void {
  for (let node = 0; node < offsets.length; node++) springOffsets[node] = SPRING.bytes * offsets[node];
  for (let k = 0; k < neighbours.length; k++) {
    const at = SPRING.bytes * k;
    springs.setUint32(at + SPRING.other, 12 * neighbours[k], true);
    springs.setFloat32(at + SPRING.weight, Math.min(weights[k], MAX_WEIGHT), true);
    springs.setFloat32(at + SPRING.pull, Math.min(pulls[k], MAX_WEIGHT), true);
  }
}

/** Writes where the children of each block are, and makes of every node one that nobody looks into: its extent is not a number. */
function connectBlocks({ blocks, boxes, points, shape: { levels } }: World): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  levels.forEach(({ blocks: count, firstBlock }, level) => {
    const children = level === 0 ? points.byteOffset : blocks.byteOffset + BLOCK_BYTES * levels[level - 1].firstBlock;
    for (let block = 0; block < count; block++) {
      const at = BLOCK_BYTES * (firstBlock + block);
      view.setUint32(at + BLOCK.children, children + BRANCHES * BLOCK_BYTES * block, true);
      for (let side = 0; side < BRANCHES; side++) view.setFloat32(at + BLOCK.extent + 4 * side, NaN, true);
    }
  });
  for (let at = 0; at < boxes.length; at += BOX_BYTES / 4) {
    boxes.fill(Infinity, at, at + 4);
    boxes.fill(-Infinity, at + 4, at + 8);
  }
}
