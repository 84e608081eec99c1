/** Numbers that differ in every run and are known to both sides, to test how they are read back. */

import { hash32 } from "../random.ts";
import { compileKernel, type Kernel } from "./pass.ts";
import source from "./stamp.wgsl" with { type: "text" };

export const STAMP_VALUES = 65_536;
const STAMP_ROUNDS = 16;

const HEADER = `
const STAMP_VALUES = ${STAMP_VALUES}u;
const STAMP_ROUNDS = ${STAMP_ROUNDS}u;
struct Stamp {
  seed: u32,
}
@group(0) @binding(0) var<uniform> stamp: Stamp;
`;

/** Of the uniform: the seed, and room to the least size of one. */
export const STAMP_BYTES = 16;

export const compileStamp = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "stamp", parts: [source], header: HEADER });

export function stampOf(seed: number, at: number): number {
  let value = (seed ^ at) >>> 0;
  for (let round = 0; round < STAMP_ROUNDS; round++) value = hash32(value);
  return value;
}
