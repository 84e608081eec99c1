/** The constraints of one simulation on the GPU: buffers that exist only while some force of them acts. */

import type { Constraints } from "../meaning/meaning.ts";
import { encodePlaces, encodeTies } from "../passes/constraints.ts";
import { bindKernel, type Kernel } from "../passes/pass.ts";
import { WORKGROUP } from "../passes/step_uniform.ts";
import type { Kernels } from "./kernels.ts";
import { type GpuWorld, VECTOR_BYTES, writeColumn } from "./world.ts";

export interface GpuConstraints {
  /** The same object again costs nothing. */
  use(constraints: Constraints | undefined): void;
  /** To be called when springs have written the forces, before the nodes move. `offset`: where the step's values are. */
  encode(pass: GPUComputePassEncoder, offset: number): void;
  destroy(): void;
}

interface BoundConstraints {
  encode(pass: GPUComputePassEncoder, offset: number): void;
  destroy(): void;
}

export interface ConstraintParts {
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  readonly world: GpuWorld;
  readonly nodeCount: number;
}

export function createGpuConstraints(parts: ConstraintParts): GpuConstraints {
  let used: Constraints | undefined, bound: BoundConstraints | undefined;
  return {
    use(constraints) {
      if (constraints === used) return;
      bound?.destroy();
      used = constraints;
      bound = constraints && bindConstraints(parts, constraints);
    },
    encode: (pass, offset) => bound?.encode(pass, offset),
    destroy: () => bound?.destroy(),
  };
}

function bindConstraints({ device, kernels, world, nodeCount }: ConstraintParts, constraints: Constraints) {
  const { clusters, ties } = constraints, made: GPUBuffer[] = [];
  const filled = (data: ArrayBufferView<ArrayBuffer>): GPUBuffer => {
    const size = Math.max(VECTOR_BYTES, data.byteLength);
    const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    made.push(buffer);
    writeColumn(device, buffer, data);
    return buffer;
  };
  const clusterCount = clusters === undefined ? 0 : clusters.offsets.length - 1;
  const centres = filled(new Float32Array(4 * clusterCount));
  const bind = (kernel: Kernel, ...buffers: readonly GPUBuffer[]) =>
    bindKernel(device, kernel, { uniforms: world.jobs, buffers });
  const forces = bind(
    kernels.constraints,
    world.bodies,
    world.forces,
    centres,
    filled(encodePlaces(constraints, nodeCount)),
    filled(ties?.offsets ?? new Uint32Array(nodeCount + 1)),
    filled(ties === undefined ? new Uint32Array(4) : encodeTies(ties)),
  );
  const means = clusters &&
    bind(kernels.clusters, world.bodies, filled(clusters.offsets), filled(clusters.members), centres);
  return {
    encode(pass: GPUComputePassEncoder, offset: number) {
      means?.encode(pass, clusterCount, offset);
      forces.encode(pass, Math.ceil(nodeCount / WORKGROUP), offset);
    },
    destroy: () => made.forEach((buffer) => buffer.destroy()),
  };
}
