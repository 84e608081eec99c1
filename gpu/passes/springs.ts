/** Springs along edges, gathered per node; long rows are cut into pieces that are summed on their own. */

import type { Components } from "../init/components.ts";
import type { Adjacency } from "../graph.ts";
import hubs from "./hubs.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };
import spring from "./spring.wgsl" with { type: "text" };
import springs from "./springs.wgsl" with { type: "text" };

export const compileHubs = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "hubs", parts: [reduce, spring, hubs] });

export const compileSprings = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "springs", parts: [spring, springs] });

/** Bytes of one spring: u32 neighbour, f32 weight, f32 pull. */
export const SPRING_BYTES = 12;

export function encodeSprings({ neighbours, weights, pulls }: Adjacency): DataView<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(SPRING_BYTES * neighbours.length));
  for (let k = 0; k < neighbours.length; k++) {
    bytes.setUint32(SPRING_BYTES * k, neighbours[k], true);
    bytes.setFloat32(SPRING_BYTES * k + 4, weights[k], true);
    bytes.setFloat32(SPRING_BYTES * k + 8, pulls[k], true);
  }
  return bytes;
}

/** The longest row that one thread gathers, and the springs in a piece of a longer one. */
const LONGEST_ROW = 128, PIECE_SPRINGS = 512;

export interface Rows {
  /** Begin, end, component, 0 per node; where the last is 1, begin and end count pieces. Shape: 4n. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** Node, begin, end, 0 per piece. */
  readonly pieces: Uint32Array<ArrayBuffer>;
}

export function cutRows({ nodeCount, offsets }: Adjacency, { componentOf }: Components): Rows {
  const rows = new Uint32Array(4 * nodeCount), pieces: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    const begin = offsets[node], end = offsets[node + 1], firstPiece = pieces.length / 4;
    if (end - begin <= LONGEST_ROW) {
      rows.set([begin, end, componentOf[node], 0], 4 * node);
      continue;
    }
    for (let at = begin; at < end; at += PIECE_SPRINGS) pieces.push(node, at, Math.min(end, at + PIECE_SPRINGS), 0);
    rows.set([firstPiece, pieces.length / 4, componentOf[node], 1], 4 * node);
  }
  return { rows, pieces: Uint32Array.from(pieces) };
}
