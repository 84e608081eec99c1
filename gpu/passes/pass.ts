/** A compute pass: a pipeline compiled once per device, bound to the buffers of one simulation. */

import { STEP_HEADER, WORKGROUPS_PER_ROW } from "./step_uniform.ts";

export interface Kernel {
  readonly pipeline: GPUComputePipeline;
}

/** @throws Error with the compiler's message where the kernel does not compile. */
export async function compileKernel(device: GPUDevice, name: string, source: string): Promise<Kernel> {
  const module = device.createShaderModule({ label: name, code: STEP_HEADER + source });
  const pipeline = await device.createComputePipelineAsync({
    label: name,
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  return { pipeline };
}

/** A kernel with its buffers; `encode` adds it to a pass with so many workgroups. */
export interface BoundKernel {
  encode(pass: GPUComputePassEncoder, workgroups: number): void;
}

export interface BindOptions {
  /** 1 for a kernel that reads no step values. */
  readonly firstBinding?: number;
}

/** Binds buffers in order of their binding number, from 0. */
export function bindKernel(
  device: GPUDevice,
  { pipeline }: Kernel,
  buffers: readonly GPUBuffer[],
  { firstBinding = 0 }: BindOptions = {},
): BoundKernel {
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, k) => ({ binding: firstBinding + k, resource: { buffer } })),
  });
  return {
    encode(pass, workgroups) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.min(workgroups, WORKGROUPS_PER_ROW), Math.ceil(workgroups / WORKGROUPS_PER_ROW));
    },
  };
}
