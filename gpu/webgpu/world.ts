/** Every buffer that a simulation has on the GPU. */

import type { StartLayout } from "../init/start_layout.ts";
import { encodeSprings } from "../passes/springs.ts";
import { RECORD_BYTES, RECORDS } from "../passes/statistics.ts";
import { STEP_BYTES, WORKGROUP } from "../passes/step_uniform.ts";

export interface GpuWorld {
  /** Step values. */
  readonly job: GPUBuffer;
  /** x y z charge per node. */
  readonly bodies: GPUBuffer;
  /** x y z and one over the mass per node; 0 where it is held. */
  readonly velocities: GPUBuffer;
  /** x y z, stiffness per node. */
  readonly forces: GPUBuffer;
  readonly offsets: GPUBuffer;
  readonly springs: GPUBuffer;
  readonly componentOf: GPUBuffer;
  readonly members: GPUBuffer;
  readonly componentOffsets: GPUBuffer;
  /** x y z strength per component. */
  readonly places: GPUBuffer;
  /** Force x y z per component. */
  readonly anchors: GPUBuffer;
  readonly partials: GPUBuffer;
  readonly records: GPUBuffer;
  destroy(): void;
}

/** Bytes per node or component of the vec4 columns. */
export const VECTOR_BYTES = 16;

export function createGpuWorld(device: GPUDevice, layout: StartLayout): GpuWorld {
  const { adjacency, components } = layout, n = adjacency.nodeCount;
  const made: GPUBuffer[] = [];
  const room = (bytes: number, usage: number = GPUBufferUsage.STORAGE): GPUBuffer => {
    const size = Math.max(VECTOR_BYTES, 4 * Math.ceil(bytes / 4));
    const buffer = device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
    made.push(buffer);
    return buffer;
  };
  const filled = (data: ArrayBufferView<ArrayBuffer>): GPUBuffer => {
    const buffer = room(data.byteLength);
    writeColumn(device, buffer, data);
    return buffer;
  };
  return {
    job: room(STEP_BYTES, GPUBufferUsage.UNIFORM),
    bodies: room(VECTOR_BYTES * n),
    velocities: room(VECTOR_BYTES * n),
    forces: room(VECTOR_BYTES * n),
    // Copied: a queue takes no shared memory.
    offsets: filled(Uint32Array.from(adjacency.offsets)),
    springs: filled(encodeSprings(adjacency)),
    componentOf: filled(Uint32Array.from(components.componentOf)),
    members: filled(Uint32Array.from(components.members)),
    componentOffsets: filled(Uint32Array.from(components.offsets)),
    places: room(VECTOR_BYTES * components.count),
    anchors: room(VECTOR_BYTES * components.count),
    partials: room(8 * Math.ceil(n / WORKGROUP)),
    records: room(RECORD_BYTES * RECORDS),
    destroy: () => made.forEach((buffer) => buffer.destroy()),
  };
}

/** Overwrites a buffer from its beginning. Nothing is written where there is nothing: Deno panics on an empty write. */
export function writeColumn(device: GPUDevice, buffer: GPUBuffer, data: ArrayBufferView<ArrayBuffer>): void {
  if (data.byteLength > 0) device.queue.writeBuffer(buffer, 0, data);
}
