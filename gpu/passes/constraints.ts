/** The forces of meaning, and the columns they read. */

import type { Constraints } from "../meaning/meaning.ts";
import type { Ties } from "../meaning/ties.ts";
import clusters from "./clusters.wgsl" with { type: "text" };
import source from "./constraints.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };

export const compileClusters = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "clusters", parts: [reduce, clusters] });

export const compileConstraints = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "constraints", parts: [source] });

/** Bytes of one place: u32 cluster, f32 height, f32 1 where it counts. */
const PLACE_BYTES = 12;
/** Bytes of one tie: u32 neighbour, u32 1 where disjoint, f32 weight, f32 pull. */
const TIE_BYTES = 16;
const NO_CLUSTER = 0xffffffff;

export function encodePlaces({ clusters, heights }: Constraints, nodeCount: number): DataView<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(PLACE_BYTES * nodeCount));
  for (let node = 0; node < nodeCount; node++) {
    const height = heights?.[node] ?? NaN, at = PLACE_BYTES * node;
    bytes.setUint32(at, clusters?.of[node] ?? NO_CLUSTER, true);
    bytes.setFloat32(at + 4, Number.isNaN(height) ? 0 : height, true);
    bytes.setFloat32(at + 8, Number.isNaN(height) ? 0 : 1, true);
  }
  return bytes;
}

export function encodeTies({ neighbours, disjoint, weights, pulls }: Ties): DataView<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(TIE_BYTES * neighbours.length));
  for (let k = 0; k < neighbours.length; k++) {
    bytes.setUint32(TIE_BYTES * k, neighbours[k], true);
    bytes.setUint32(TIE_BYTES * k + 4, disjoint[k], true);
    bytes.setFloat32(TIE_BYTES * k + 8, weights[k], true);
    bytes.setFloat32(TIE_BYTES * k + 12, pulls[k], true);
  }
  return bytes;
}
