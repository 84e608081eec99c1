/** The pull of each connected component, as a whole, to its place. */

import source from "./anchors.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";

export const compileAnchors = (device: GPUDevice): Promise<Kernel> => compileKernel(device, "anchors", source);
