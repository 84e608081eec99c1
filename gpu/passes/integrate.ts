/** Moves the nodes. */

import source from "./integrate.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";

export const compileIntegrate = (device: GPUDevice): Promise<Kernel> => compileKernel(device, "integrate", source);
