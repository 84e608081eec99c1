/** The figures of a step, in a record that outlives some steps until it is read. */

import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };
import source from "./statistics.wgsl" with { type: "text" };

export const compileStatistics = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "statistics", parts: [reduce, source] });

/** Records kept, one per step in turn: f32 mean move, f32 scrubbed nodes. */
export const RECORDS = 64;
export const RECORD_BYTES = 8;
