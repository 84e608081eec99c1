/** Moves the nodes. */

import source from "./integrate.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };

export const compileIntegrate = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "integrate", parts: [reduce, source] });
