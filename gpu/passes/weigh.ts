/** Charges and masses that change while a simulation runs. */

import { compileKernel, type Kernel } from "./pass.ts";
import source from "./weigh.wgsl" with { type: "text" };

export const compileWeigh = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "weigh", parts: [source] });
