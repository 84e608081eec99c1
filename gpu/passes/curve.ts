/** Where each node lies on the Hilbert curve, in three kernels: moments of the positions, the curve's cube, keys. */

import curveBox from "./curve_box.wgsl" with { type: "text" };
import keys from "./keys.wgsl" with { type: "text" };
import moments from "./moments.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };
import { WORKGROUP } from "./step_uniform.ts";

/** Cells of the curve's cube along one axis: ten bits, so that three axes make a key of thirty. */
const AXIS_BITS = 10;
/** Bits of a key. */
export const KEY_BITS = 3 * AXIS_BITS;

/** Workgroups that sum up the moments: enough to fill a GPU, few enough for one workgroup to finish. */
const MOMENT_GROUPS = 256;
/** Bytes of the moments. */
export const MOMENT_BYTES = 32 * MOMENT_GROUPS;

const CONSTANTS = `const CURVE_CELLS = ${2 ** AXIS_BITS}.0;\nconst MOMENT_GROUPS = ${MOMENT_GROUPS}u;\n`;

export const compileMoments = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "moments", parts: [CONSTANTS, reduce, moments] });

export const compileCurveBox = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "curve box", parts: [CONSTANTS, reduce, curveBox] });

export const compileKeys = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "keys", parts: [CONSTANTS, keys] });

export const momentGroups = (nodeCount: number): number => Math.min(MOMENT_GROUPS, Math.ceil(nodeCount / WORKGROUP));
