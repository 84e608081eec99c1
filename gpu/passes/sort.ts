/**
 * A stable radix sort of 32-bit keys with their values: one pass per digit of four bits, and in each pass three kernels
 * that count, scan and scatter. Cost: reads and writes everything once per digit.
 */

import { bindKernel, compileKernel, type Kernel } from "./pass.ts";
import count from "./sort_count.wgsl" with { type: "text" };
import scan from "./sort_scan.wgsl" with { type: "text" };
import scatter from "./sort_scatter.wgsl" with { type: "text" };
import shares from "./sort_shares.wgsl" with { type: "text" };
import { UNIFORM_STRIDE, WORKGROUP } from "./step_uniform.ts";

const DIGIT_BITS = 4, DIGITS = 2 ** DIGIT_BITS;
const KEYS_PER_THREAD = 8, SORT_BLOCK = KEYS_PER_THREAD * WORKGROUP;

const FIELDS = ["count", "blocks", "shift"] as const;
const SORT_BYTES = 16;

const HEADER = `
const DIGITS = ${DIGITS}u;
const KEYS_PER_THREAD = ${KEYS_PER_THREAD}u;
const SORT_BLOCK = ${SORT_BLOCK}u;
struct Sorting {
${FIELDS.map((name) => `  ${name}: u32,`).join("\n")}
}
@group(0) @binding(0) var<uniform> sorting: Sorting;
`;

export interface SortKernels {
  readonly count: Kernel;
  readonly scan: Kernel;
  readonly scatter: Kernel;
}

export async function compileSort(device: GPUDevice): Promise<SortKernels> {
  const compile = (name: string, ...parts: string[]) =>
    compileKernel(device, { name: `sort ${name}`, parts, header: HEADER });
  const [counting, scanning, scattering] = await Promise.all([
    compile("count", count),
    compile("scan", shares, scan),
    compile("scatter", shares, scatter),
  ]);
  return { count: counting, scan: scanning, scatter: scattering };
}

const blocksOf = (keyCount: number): number => Math.ceil(keyCount / SORT_BLOCK);

/** Bytes of `SortBuffers.counts`. */
export const sortCountBytes = (keyCount: number): number => 4 * DIGITS * blocksOf(keyCount);

const passesOf = (keyBits: number): number => 2 * Math.ceil(keyBits / (2 * DIGIT_BITS));

/** Bytes of `SortBuffers.uniforms`. */
export const sortUniformBytes = (keyBits: number): number => UNIFORM_STRIDE * passesOf(keyBits);

export interface SortBuffers {
  /** Sorted in place. Shape: one u32 per key. */
  readonly keys: GPUBuffer;
  /** Travel with their keys. */
  readonly values: GPUBuffer;
  /** As large as the two. */
  readonly otherKeys: GPUBuffer;
  readonly otherValues: GPUBuffer;
  readonly counts: GPUBuffer;
  readonly uniforms: GPUBuffer;
}

export interface SortOptions {
  readonly keyCount: number;
  readonly keyBits: number;
  readonly buffers: SortBuffers;
}

/** Gives what adds the sort to a compute pass. */
export function bindSort(device: GPUDevice, kernels: SortKernels, options: SortOptions) {
  const { keyCount, keyBits, buffers: { keys, values, otherKeys, otherValues, counts } } = options;
  const blocks = blocksOf(keyCount), passes = passesOf(keyBits);
  writeShifts(device, options, { blocks, passes });
  const uniforms = { buffer: options.buffers.uniforms, bytes: SORT_BYTES };
  const scan = bindKernel(device, kernels.scan, { uniforms, buffers: [counts] });
  const bindSide = (keysIn: GPUBuffer, valuesIn: GPUBuffer, keysOut: GPUBuffer, valuesOut: GPUBuffer) => ({
    count: bindKernel(device, kernels.count, { uniforms, buffers: [keysIn, counts] }),
    scatter: bindKernel(device, kernels.scatter, {
      uniforms,
      buffers: [keysIn, valuesIn, counts, keysOut, valuesOut],
    }),
  });
  const sides = [bindSide(keys, values, otherKeys, otherValues), bindSide(otherKeys, otherValues, keys, values)];
  return (pass: GPUComputePassEncoder): void => {
    for (let k = 0; k < passes; k++) {
      const { count, scatter } = sides[k % 2], offset = UNIFORM_STRIDE * k;
      count.encode(pass, blocks, offset);
      scan.encode(pass, 1, offset);
      scatter.encode(pass, blocks, offset);
    }
  };
}

/** An even number of passes, so that the result lies where the keys came from. */
function writeShifts(
  device: GPUDevice,
  { keyCount, buffers }: SortOptions,
  { blocks, passes }: { readonly blocks: number; readonly passes: number },
): void {
  const words = new Uint32Array(passes * UNIFORM_STRIDE / 4);
  for (let k = 0; k < passes; k++) {
    const values = { count: keyCount, blocks, shift: DIGIT_BITS * k };
    FIELDS.forEach((name, field) => words[k * UNIFORM_STRIDE / 4 + field] = values[name]);
  }
  device.queue.writeBuffer(buffers.uniforms, 0, words);
}
