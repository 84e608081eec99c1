/** The steps of a step, compiled once per device. */

import { compileAnchors } from "../passes/anchors.ts";
import { compileClusters, compileConstraints } from "../passes/constraints.ts";
import { compileIntegrate } from "../passes/integrate.ts";
import { bindKernel, type BoundKernel, type Kernel } from "../passes/pass.ts";
import { compileRepulsion } from "../passes/repulsion.ts";
import { compileSprings } from "../passes/springs.ts";
import { compileStatistics } from "../passes/statistics.ts";
import { compileWeigh } from "../passes/weigh.ts";
import type { GpuWorld } from "./world.ts";

/** In the order in which they run: each reads what those before it wrote. */
type KernelName =
  | "anchors"
  | "repulsion"
  | "springs"
  | "integrate"
  | "statistics"
  | "clusters"
  | "constraints"
  | "weigh";
export type Kernels = { readonly [Name in KernelName]: Kernel };
/** Those whose buffers stay the same; the others are bound where their buffers are made. */
export type BoundKernels = {
  readonly [Name in Exclude<KernelName, "clusters" | "constraints" | "weigh">]: BoundKernel;
};

/** @throws Error with the compiler's message. */
export async function compileKernels(device: GPUDevice): Promise<Kernels> {
  return {
    anchors: await compileAnchors(device),
    repulsion: await compileRepulsion(device),
    springs: await compileSprings(device),
    integrate: await compileIntegrate(device),
    statistics: await compileStatistics(device),
    clusters: await compileClusters(device),
    constraints: await compileConstraints(device),
    weigh: await compileWeigh(device),
  };
}

export function bindKernels(device: GPUDevice, kernels: Kernels, world: GpuWorld): BoundKernels {
  const { job, bodies, velocities, forces, anchors, partials, records } = world;
  return {
    anchors: bindKernel(device, kernels.anchors, [
      job,
      bodies,
      world.members,
      world.componentOffsets,
      world.places,
      anchors,
    ]),
    repulsion: bindKernel(device, kernels.repulsion, [job, bodies, forces]),
    springs: bindKernel(device, kernels.springs, [
      job,
      bodies,
      forces,
      world.offsets,
      world.springs,
      world.componentOf,
      anchors,
    ]),
    integrate: bindKernel(device, kernels.integrate, [job, bodies, velocities, forces, partials]),
    statistics: bindKernel(device, kernels.statistics, [job, partials, records]),
  };
}
