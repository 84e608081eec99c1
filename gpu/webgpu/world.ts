/** Every buffer that a simulation has on the GPU. */

import type { StartLayout } from "../init/start_layout.ts";
import { cutComponents } from "../passes/anchors.ts";
import { KEY_BITS, MOMENT_BYTES } from "../passes/curve.ts";
import type { UniformSlots } from "../passes/pass.ts";
import { type SortBuffers, sortCountBytes, sortUniformBytes } from "../passes/sort.ts";
import { cutRows, encodeSprings, SPRING_BYTES } from "../passes/springs.ts";
import { RECORD_BYTES, RECORDS } from "../passes/statistics.ts";
import { STEP_BYTES, UNIFORM_STRIDE, WORKGROUP } from "../passes/step_uniform.ts";
import { CELL_BYTES, HIGH_BYTES, LEAF_POINTS, shapeTree } from "../passes/tree.ts";

export interface GpuWorld {
  /** Step values, one set per step of a submit. */
  readonly jobs: UniformSlots;
  /** x y z charge per node. */
  readonly bodies: GPUBuffer;
  /** x y z and one over the mass per node; 0 where it is held. */
  readonly velocities: GPUBuffer;
  /** x y z, stiffness per node. */
  readonly forces: GPUBuffer;
  /** Where each node's springs are. */
  readonly rows: GPUBuffer;
  readonly springs: GPUBuffer;
  readonly rowPieces: GPUBuffer;
  readonly rowPieceSums: GPUBuffer;
  readonly members: GPUBuffer;
  readonly memberPieces: GPUBuffer;
  readonly memberPieceSums: GPUBuffer;
  readonly largeComponents: GPUBuffer;
  /** x y z strength per component. */
  readonly places: GPUBuffer;
  /** Force x y z per component. */
  readonly anchors: GPUBuffer;
  readonly partials: GPUBuffer;
  readonly records: GPUBuffer;
  /** Absent where all pairs are computed. */
  readonly tree?: TreeBuffers;
  readonly counts: WorldCounts;
  destroy(): void;
}

export interface TreeBuffers {
  readonly moments: GPUBuffer;
  readonly box: GPUBuffer;
  /** Keys, and as values the node of each point in curve order. */
  readonly sort: SortBuffers;
  /** x y z charge in curve order. */
  readonly points: GPUBuffer;
  readonly cells: GPUBuffer;
  readonly highs: GPUBuffer;
}

export interface WorldCounts {
  readonly nodes: number;
  readonly components: number;
  readonly rowPieces: number;
  readonly memberPieces: number;
  readonly largePieces: number;
  readonly largeComponents: number;
}

/** Bytes per node, component or piece of the vec4 columns. */
export const VECTOR_BYTES = 16;

/** Sets of step values in a submit. */
export const JOB_SLOTS = 8;

/** Makes buffers, and forgets none. */
interface BufferMaker {
  room(bytes: number, usage?: number): GPUBuffer;
  filled(data: ArrayBufferView<ArrayBuffer>): GPUBuffer;
  destroy(): void;
}

function createBufferMaker(device: GPUDevice): BufferMaker {
  const made: GPUBuffer[] = [];
  const room = (bytes: number, usage: number = GPUBufferUsage.STORAGE): GPUBuffer => {
    const size = Math.max(VECTOR_BYTES, 4 * Math.ceil(bytes / 4));
    const buffer = device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
    made.push(buffer);
    return buffer;
  };
  return {
    room,
    filled(data) {
      const buffer = room(data.byteLength);
      writeColumn(device, buffer, data);
      return buffer;
    },
    destroy: () => made.forEach((buffer) => buffer.destroy()),
  };
}

export interface WorldOptions {
  readonly repulsion: "all pairs" | "tree";
}

export function createGpuWorld(device: GPUDevice, layout: StartLayout, { repulsion }: WorldOptions): GpuWorld {
  const { adjacency, components } = layout, n = adjacency.nodeCount;
  const { room, filled, destroy } = createBufferMaker(device);
  const { rows, pieces: rowPieces } = cutRows(adjacency, components);
  const { pieces: memberPieces, largePieces, large } = cutComponents(components);
  return {
    jobs: { buffer: room(UNIFORM_STRIDE * JOB_SLOTS, GPUBufferUsage.UNIFORM), bytes: STEP_BYTES },
    bodies: room(VECTOR_BYTES * n),
    velocities: room(VECTOR_BYTES * n),
    forces: room(VECTOR_BYTES * n),
    rows: filled(rows),
    springs: filled(encodeSprings(adjacency)),
    rowPieces: filled(rowPieces),
    rowPieceSums: room(rowPieces.byteLength),
    // Copied: a queue takes no shared memory.
    members: filled(Uint32Array.from(components.members)),
    memberPieces: filled(memberPieces),
    memberPieceSums: room(VECTOR_BYTES * largePieces),
    largeComponents: filled(large),
    places: room(VECTOR_BYTES * components.count),
    anchors: room(VECTOR_BYTES * components.count),
    partials: room(8 * Math.ceil(n / WORKGROUP)),
    records: room(RECORD_BYTES * RECORDS),
    tree: repulsion === "tree" ? createTreeBuffers(room, n) : undefined,
    counts: {
      nodes: n,
      components: components.count,
      rowPieces: rowPieces.length / 4,
      memberPieces: memberPieces.length / 4,
      largePieces,
      largeComponents: large.length / 4,
    },
    destroy,
  };
}

function createTreeBuffers(room: BufferMaker["room"], nodeCount: number): TreeBuffers {
  const { leafCount, cellCount } = shapeTree(nodeCount);
  return {
    moments: room(MOMENT_BYTES),
    box: room(VECTOR_BYTES),
    sort: {
      keys: room(4 * nodeCount),
      values: room(4 * nodeCount),
      otherKeys: room(4 * nodeCount),
      otherValues: room(4 * nodeCount),
      counts: room(sortCountBytes(nodeCount)),
      uniforms: room(sortUniformBytes(KEY_BITS), GPUBufferUsage.UNIFORM),
    },
    points: room(VECTOR_BYTES * LEAF_POINTS * leafCount),
    cells: room(CELL_BYTES * cellCount),
    highs: room(HIGH_BYTES * cellCount),
  };
}

export interface GraphSize {
  readonly nodeCount: number;
  readonly edgeCount: number;
}

export type BufferLimits = Pick<GPUSupportedLimits, "maxStorageBufferBindingSize" | "maxBufferSize">;

/** Why a graph does not fit into the buffers that a device allows, in a sentence; absent where it does. */
export function findShortage(size: GraphSize, limits: BufferLimits): string | undefined {
  const { nodeCount, edgeCount } = size;
  const bound = Math.max(
    CELL_BYTES * shapeTree(nodeCount).cellCount,
    VECTOR_BYTES * nodeCount,
    2 * SPRING_BYTES * edgeCount,
  );
  const needs = [
    { bytes: bound, limit: limits.maxStorageBufferBindingSize },
    { bytes: readBackBytes(nodeCount), limit: limits.maxBufferSize },
  ];
  const short = needs.find(({ bytes, limit }) => bytes > limit);
  if (short === undefined) return undefined;
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20).toLocaleString("en")} MiB`;
  return `The graph needs a buffer of ${mib(short.bytes)}, and the GPU allows ${mib(short.limit)}.`;
}

/** Bytes of a frame on its way to the host: bodies and velocities. */
export const readBackBytes = (nodeCount: number): number => 2 * VECTOR_BYTES * nodeCount;

/** Overwrites a buffer from its beginning. Nothing is written where there is nothing: Deno panics on an empty write. */
export function writeColumn(device: GPUDevice, buffer: GPUBuffer, data: ArrayBufferView<ArrayBuffer>): void {
  if (data.byteLength > 0) device.queue.writeBuffer(buffer, 0, data);
}
