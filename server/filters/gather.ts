/** Some nodes of a frame as columns of their own. */
import type { NodeFrame } from "../../protocol/frame.ts";
import type { ShortestPathFrame } from "../../protocol/graph/sssp.ts";
import type { GraphStore } from "../graph_store.ts";

type Columns = Pick<NodeFrame, "count" | "ids" | "positions" | "velocities" | "masses" | "charges">;

/** Columns of the next frame; those of the frame before are written over. */
export type Gathered = (frame: NodeFrame) => Columns;

/** Of all nodes the frame's own columns, without a copy. Cost: O(subset) per frame. */
export function gather({ nodeCount, ids, masses, charges }: GraphStore, indices: Uint32Array): Gathered {
  const count = indices.length;
  if (count === nodeCount) return (frame) => frame;
  const positions = new Float32Array(3 * count), velocities = new Float32Array(3 * count);
  const columns: Columns = {
    count,
    ids: pickInto(ids, indices, new Uint32Array(count)),
    positions,
    velocities,
    masses: pickInto(masses, indices, new Float32Array(count)),
    charges: pickInto(charges, indices, new Float32Array(count)),
  };
  return (frame) => {
    pickPointsInto(frame.positions, indices, positions);
    pickPointsInto(frame.velocities, indices, velocities);
    return columns;
  };
}

/** Parents are told as they are, also where they are not among the nodes. */
export function gatherPaths(view: NodeFrame, whole: ShortestPathFrame, indices: Uint32Array): ShortestPathFrame {
  // A graph that has outgrown the dialect is told as no nodes.
  if (whole.count === 0) return whole;
  const { kinds, distances, parents } = whole, { length } = indices;
  return {
    ...view,
    kinds: pickInto(kinds, indices, new Uint8Array(length)),
    distances: pickInto(distances, indices, new Float32Array(length)),
    parents: pickInto(parents, indices, new Int32Array(length)),
  };
}

function pickPointsInto(points: Float32Array, indices: Uint32Array, out: Float32Array): void {
  for (let at = 0, to = 0; at < indices.length; at++) {
    const from = 3 * indices[at];
    out[to++] = points[from];
    out[to++] = points[from + 1];
    out[to++] = points[from + 2];
  }
}

function pickInto<Out extends { [at: number]: number }>(
  column: ArrayLike<number>,
  indices: Uint32Array,
  out: Out,
): Out {
  for (let at = 0; at < indices.length; at++) out[at] = column[indices[at]];
  return out;
}
