/** How far nodes are from one of them, along edges in both directions. */
import type { GraphStore } from "../graph_store.ts";

export interface Reach {
  /** Wire id. */
  readonly rootId: number;
  readonly maxDepth: number;
}

/** More than this share of the nodes on one level: the rest looks for it, instead of it for the rest. */
const CROWD = 1 / 16;

const known = new WeakMap<GraphStore, Uint32Array>();

/** The other ends of `incident`, made when first asked for: a walk over edges would read three arrays in no order. */
function neighboursOf(store: GraphStore): Uint32Array {
  const { nodeCount, offsets, incident, input: { sources, targets } } = store;
  let neighbours = known.get(store);
  if (neighbours !== undefined) return neighbours;
  neighbours = new Uint32Array(incident.length);
  for (let index = 0; index < nodeCount; index++) {
    for (let at = offsets[index]; at < offsets[index + 1]; at++) {
      const edge = incident[at];
      neighbours[at] = sources[edge] === index ? targets[edge] : sources[edge];
    }
  }
  known.set(store, neighbours);
  return neighbours;
}

interface Walk {
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** 1 for the root, one more for each step from it, 0 where nobody was. */
  readonly levels: Uint32Array;
  /** The nodes of the newest level are its end. */
  readonly queue: Uint32Array;
}

/**
 * Breadth first, level by level. The invariant: the queue has the nodes that were reached, by level.
 * Shape: by index, 0 where a node is not reached.
 * Cost: O(n + m), and 4 bytes per end of an edge that stay with the graph.
 * Source: Beamer et al., "Direction-optimizing breadth-first search", 2012.
 */
export function reach(store: GraphStore, { rootId, maxDepth }: Reach): Uint32Array {
  const { nodeCount, offsets } = store, root = store.indexOf(rootId), levels = new Uint32Array(nodeCount);
  if (root === undefined) return levels;
  const walk = { offsets, neighbours: neighboursOf(store), levels, queue: new Uint32Array(nodeCount) };
  levels[root] = 1;
  walk.queue[0] = root;
  for (let start = 0, end = 1, level = 1; start < end && end < nodeCount && level <= maxDepth; level++) {
    const next = end - start > CROWD * nodeCount ? beFound(walk, level, end) : find(walk, start, end);
    [start, end] = [end, next];
  }
  return levels;
}

/** The nodes `start` … `end` of the queue look for those of the next level. Returns the new end. */
function find({ offsets, neighbours, levels, queue }: Walk, start: number, end: number): number {
  const next = levels[queue[start]] + 1;
  let newEnd = end;
  for (let k = start; k < end; k++) {
    const index = queue[k];
    for (let at = offsets[index]; at < offsets[index + 1]; at++) {
      const other = neighbours[at];
      if (levels[other] !== 0) continue;
      levels[other] = next;
      queue[newEnd++] = other;
    }
  }
  return newEnd;
}

/** Whoever was not reached looks for a neighbour of `level`; one is enough. Returns the new end of the queue. */
function beFound({ offsets, neighbours, levels, queue }: Walk, level: number, end: number): number {
  let newEnd = end;
  for (let index = 0; index < levels.length; index++) {
    if (levels[index] !== 0) continue;
    for (let at = offsets[index]; at < offsets[index + 1]; at++) {
      if (levels[neighbours[at]] !== level) continue;
      levels[index] = level + 1;
      queue[newEnd++] = index;
      break;
    }
  }
  return newEnd;
}
