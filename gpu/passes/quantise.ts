/** Positions in 16 bits per axis, made where they are: a box around them, and each to its nearest step. */

import { BOX_RULES } from "../../protocol/frame.ts";
import boxSource from "./position_box.wgsl" with { type: "text" };
import bounds from "./bounds.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import source from "./quantise.wgsl" with { type: "text" };
import reduceBounds from "./reduce_bounds.wgsl" with { type: "text" };
import { WORKGROUP } from "./step_uniform.ts";

/** Workgroups that look for the bounds: enough to fill a GPU, few enough for one workgroup to finish. */
const BOUND_GROUPS = 256;

/** Of the uniform: the number of nodes, and room to the least size of one. */
export const QUANTISE_UNIFORM_BYTES = 16;
/** Of the two corners that each workgroup finds. */
export const BOUND_BYTES = 32 * BOUND_GROUPS;
/** Of the box: low corner x y z, quantum; a quantum of 0 is no box. */
export const BOX_BYTES = 16;

/** Two nodes are three words. */
const PAIR_BYTES = 12;
export const stepBytes = (nodeCount: number): number => PAIR_BYTES * Math.ceil(nodeCount / 2);

const HEADER = `
const BOUND_GROUPS = ${BOUND_GROUPS}u;
const MOST_STEP = ${BOX_RULES.steps - 1}.0;
const WIDTH_SHARE = ${1 + 2 * BOX_RULES.margin};
const LEAST_WIDTH = ${BOX_RULES.leastWidth.toFixed(1)};
const FARTHEST = ${BOX_RULES.farthest};
struct Rounding {
  nodeCount: u32,
}
@group(0) @binding(0) var<uniform> rounding: Rounding;
`;

export interface QuantiseKernels {
  readonly bounds: Kernel;
  readonly box: Kernel;
  readonly steps: Kernel;
}

export async function compileQuantise(device: GPUDevice): Promise<QuantiseKernels> {
  const compile = (name: string, ...parts: string[]) => compileKernel(device, { name, parts, header: HEADER });
  return {
    bounds: await compile("bounds", reduceBounds, bounds),
    box: await compile("position box", reduceBounds, boxSource),
    steps: await compile("quantise", source),
  };
}

export const boundGroups = (nodeCount: number): number => Math.min(BOUND_GROUPS, Math.ceil(nodeCount / WORKGROUP));
export const quantiseGroups = (nodeCount: number): number => Math.ceil(nodeCount / 2 / WORKGROUP);
