/** Exact repulsion between all pairs: right for any size, fast for some thousand nodes. */

import allPairs from "./all_pairs.wgsl" with { type: "text" };
import law from "./law.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import { WORKGROUP } from "./step_uniform.ts";

export const compileAllPairs = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "all pairs", parts: [law, allPairs] });

/** Pairs per submit: a software adapter needs a third of a second for so many, a desktop's GPU a millisecond. */
const PAIRS_PER_SUBMIT = 2 ** 30;

/** Rows handled by one submit, a whole number of workgroups. */
export function rowsPerSubmit(nodeCount: number): number {
  const rows = Math.floor(PAIRS_PER_SUBMIT / Math.max(1, nodeCount) / WORKGROUP) * WORKGROUP;
  return Math.max(WORKGROUP, rows);
}
