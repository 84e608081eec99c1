/** Springs along edges, gathered per node. */

import type { Adjacency } from "../graph.ts";
import { compileKernel, type Kernel } from "./pass.ts";
import source from "./springs.wgsl" with { type: "text" };

export const compileSprings = (device: GPUDevice): Promise<Kernel> => compileKernel(device, "springs", source);

/** Bytes of one spring: u32 neighbour, f32 weight, f32 pull. */
const SPRING_BYTES = 12;

export function encodeSprings({ neighbours, weights, pulls }: Adjacency): DataView<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(SPRING_BYTES * neighbours.length));
  for (let k = 0; k < neighbours.length; k++) {
    bytes.setUint32(SPRING_BYTES * k, neighbours[k], true);
    bytes.setFloat32(SPRING_BYTES * k + 4, weights[k], true);
    bytes.setFloat32(SPRING_BYTES * k + 8, pulls[k], true);
  }
  return bytes;
}
