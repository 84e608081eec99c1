/** A compute pass: a pipeline compiled once per device, bound to the buffers of one simulation. */

import prelude from "./prelude.wgsl" with { type: "text" };
import { STEP_HEADER, WORKGROUP, WORKGROUPS_PER_ROW } from "./step_uniform.ts";

export interface KernelSource {
  readonly name: string;
  /** WGSL files, joined; the kernel itself comes last. */
  readonly parts: readonly string[];
  /** Declares the uniform. Default: the step's. */
  readonly header?: string;
}

export interface Kernel {
  readonly pipeline: GPUComputePipeline;
  readonly uniformLayout: GPUBindGroupLayout;
  readonly storageLayout: GPUBindGroupLayout;
}

const CONSTANTS = `const WORKGROUP = ${WORKGROUP}u;\nconst WORKGROUPS_PER_ROW = ${WORKGROUPS_PER_ROW}u;\n`;

/** @throws Error with the compiler's message where the kernel does not compile. */
export async function compileKernel(device: GPUDevice, source: KernelSource): Promise<Kernel> {
  const { name: label, parts, header = STEP_HEADER } = source;
  const code = [CONSTANTS, header, prelude, ...parts].join("\n");
  const module = device.createShaderModule({ label, code });
  const uniformLayout = device.createBindGroupLayout({
    label,
    entries: [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } }],
  });
  const storageLayout = device.createBindGroupLayout({ label, entries: readLayout(code) });
  const pipeline = await device.createComputePipelineAsync({
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts: [uniformLayout, storageLayout] }),
    compute: { module, entryPoint: "main" },
  });
  return { pipeline, uniformLayout, storageLayout };
}

/** What the source declares: an automatic layout knows no dynamic offsets. */
function readLayout(code: string): GPUBindGroupLayoutEntry[] {
  const declarations = code.matchAll(/@group\(1\) @binding\((\d+)\) var<storage, (read|read_write)>/g);
  return Array.from(declarations, ([, binding, access]) => ({
    binding: Number(binding),
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: access === "read" ? "read-only-storage" : "storage" },
  }));
}

/** A buffer that holds sets of values, UNIFORM_STRIDE apart. */
export interface UniformSlots {
  readonly buffer: GPUBuffer;
  /** Of one set. */
  readonly bytes: number;
}

/** A kernel with its buffers. */
export interface BoundKernel {
  /** Adds it to a pass with so many workgroups, on the uniform values at `offset`. Nothing is added for none. */
  encode(pass: GPUComputePassEncoder, workgroups: number, offset: number): void;
}

/** Binds storage buffers in order of their binding number, from 0. */
export function bindKernel(
  device: GPUDevice,
  kernel: Kernel,
  { uniforms, buffers }: { readonly uniforms: UniformSlots; readonly buffers: readonly GPUBuffer[] },
): BoundKernel {
  const { pipeline, uniformLayout, storageLayout } = kernel;
  const uniform = device.createBindGroup({
    layout: uniformLayout,
    entries: [{ binding: 0, resource: { buffer: uniforms.buffer, size: uniforms.bytes } }],
  });
  const storage = device.createBindGroup({
    layout: storageLayout,
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return {
    encode(pass, workgroups, offset) {
      if (workgroups === 0) return;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, uniform, [offset]);
      pass.setBindGroup(1, storage);
      pass.dispatchWorkgroups(Math.min(workgroups, WORKGROUPS_PER_ROW), Math.ceil(workgroups / WORKGROUPS_PER_ROW));
    },
  };
}
