/** The graph as shortest paths read it: the arcs that leave every node. */

/** Edges as columns, and how many nodes they join. Self-loops and repeated pairs are allowed. */
export interface PathColumns {
  readonly nodeCount: number;
  /** Dense indices of the ends of edge `e`. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Length of edge `e`: finite, 0 or more. */
  readonly lengths: Float32Array;
}

/** `directed`: an edge is travelled from its source to its target only. */
export type Direction = "directed" | "undirected";

/** What a path adds up: the lengths of its edges, or 1 for each. */
export type Measure = "length" | "hops";

/** Arcs of node `i`: entries `offsets[i]` … `offsets[i + 1]`. Shape: `offsets` n + 1. */
export interface PathGraph {
  readonly nodeCount: number;
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly targets: Uint32Array<ArrayBuffer>;
  readonly lengths: Float32Array<ArrayBuffer>;
}

/**
 * Every node's shortest way from one source.
 *
 * Shape: n each. `distances` are sums in single precision, added from the source on; +∞ = unreachable.
 * `parents` are dense indices of the node before; −1 for the source and for what is unreachable.
 */
export interface ShortestPaths {
  readonly distances: Float32Array<ArrayBuffer>;
  readonly parents: Int32Array<ArrayBuffer>;
}

export const NO_PARENT = -1;

/** Below this a float has no full precision, and graphics cards may take it for 0: so does everybody here. */
const SMALLEST_LENGTH = 2 ** -126;
const GREATEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;

/** @throws {RangeError} where an edge ends nowhere, or a length is negative, not finite, or too great to add up. */
function checkColumns({ nodeCount, sources, targets, lengths }: PathColumns): void {
  if (sources.length !== targets.length || sources.length !== lengths.length) {
    const counts = `${sources.length} sources, ${targets.length} targets and ${lengths.length} lengths`;
    throw new RangeError(`Cannot find paths over ${counts}: the counts differ.`);
  }
  const greatest = GREATEST_FLOAT / Math.max(1, nodeCount);
  for (let e = 0; e < sources.length; e++) {
    if (sources[e] >= nodeCount || targets[e] >= nodeCount) {
      throw new RangeError(`Cannot use edge ${e} (${sources[e]}–${targets[e]}): there are ${nodeCount} nodes.`);
    }
    if (!(lengths[e] >= 0 && lengths[e] < Infinity)) {
      throw new RangeError(`Cannot use length ${lengths[e]} of edge ${e}: it must be finite and not negative.`);
    }
    if (lengths[e] > greatest) {
      throw new RangeError(`Cannot use length ${lengths[e]} of edge ${e}: paths of ${nodeCount} nodes would overflow.`);
    }
  }
}

/** @throws {RangeError} for columns that cannot be. Cost: three passes over the edges. */
export function createPathGraph(columns: PathColumns, direction: Direction): PathGraph {
  checkColumns(columns);
  const { nodeCount, sources, targets, lengths } = columns, bothWays = direction === "undirected";
  const offsets = new Uint32Array(nodeCount + 1);
  for (let e = 0; e < sources.length; e++) {
    offsets[sources[e] + 1]++;
    if (bothWays) offsets[targets[e] + 1]++;
  }
  for (let i = 0; i < nodeCount; i++) offsets[i + 1] += offsets[i];
  const arcTargets = new Uint32Array(offsets[nodeCount]), arcLengths = new Float32Array(offsets[nodeCount]);
  const next = offsets.slice(0, nodeCount);
  const put = (from: number, to: number, length: number) => {
    const at = next[from]++;
    arcTargets[at] = to;
    arcLengths[at] = length < SMALLEST_LENGTH ? 0 : length;
  };
  for (let e = 0; e < sources.length; e++) {
    put(sources[e], targets[e], lengths[e]);
    if (bothWays) put(targets[e], sources[e], lengths[e]);
  }
  return { nodeCount, offsets, targets: arcTargets, lengths: arcLengths };
}

/** @throws {RangeError} where there is no such node. */
export function checkSource(source: number, nodeCount: number): void {
  if (!Number.isInteger(source) || source < 0 || source >= nodeCount) {
    throw new RangeError(`Cannot find paths from node ${source}: there are ${nodeCount} nodes.`);
  }
}
