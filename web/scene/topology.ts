/** What of a graph does not move: who is who, and who is joined to whom, on dense indices. */
import type { EdgeEnds } from "../state/scene_port.ts";

export interface Topology {
  readonly count: number;
  readonly ids: Uint32Array;
  /** Shape: 2 per edge, source index and target index. Edges with an unknown end are left out. */
  readonly ends: Uint32Array;
  /** Neighbours of node i: `neighbours[offsets[i]]` … `neighbours[offsets[i + 1] - 1]`. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  indexOf(id: number): number | undefined;
}

const NONE = 0xffff_ffff;
/** A lookup table may be this many times larger than the graph before a map is the better choice. */
const TABLE_SPARSENESS = 4;

function createIdIndex(ids: Uint32Array): (id: number) => number | undefined {
  let maxId = 0;
  for (let i = 0; i < ids.length; i++) if (ids[i] > maxId) maxId = ids[i];
  if (maxId > TABLE_SPARSENESS * ids.length + 1024) {
    const map = new Map<number, number>();
    ids.forEach((id, index) => map.set(id, index));
    return (id) => map.get(id);
  }
  const table = new Uint32Array(maxId + 1).fill(NONE);
  for (let i = 0; i < ids.length; i++) table[ids[i]] = i;
  return (id) => id < table.length && table[id] !== NONE ? table[id] : undefined;
}

/** Places alone: without edges, and nobody is known by an id. */
export function createPoints(ids: Uint32Array): Topology {
  const edges = { count: 0, sources: new Uint32Array(0), targets: new Uint32Array(0) };
  return { ...createTopology(ids, edges), indexOf: () => undefined };
}

/** Cost: O(n + m), about 25 ms for 100,000 nodes and 300,000 edges; once per topology. */
export function createTopology(ids: Uint32Array, edges: EdgeEnds): Topology {
  const count = ids.length, indexOf = createIdIndex(ids);
  const all = new Uint32Array(2 * edges.count);
  let used = 0;
  for (let edge = 0; edge < edges.count; edge++) {
    const source = indexOf(edges.sources[edge]), target = indexOf(edges.targets[edge]);
    if (source === undefined || target === undefined) continue;
    all[used++] = source;
    all[used++] = target;
  }
  const ends = all.subarray(0, used);
  const offsets = new Uint32Array(count + 1), neighbours = new Uint32Array(used);
  for (let i = 0; i < used; i++) offsets[ends[i] + 1]++;
  for (let i = 0; i < count; i++) offsets[i + 1] += offsets[i];
  const cursor = offsets.slice(0, count);
  for (let i = 0; i < used; i += 2) {
    neighbours[cursor[ends[i]]++] = ends[i + 1];
    neighbours[cursor[ends[i + 1]]++] = ends[i];
  }
  return { count, ids, ends, offsets, neighbours, indexOf };
}

/** True when both have the same nodes in the same order. */
export function sameNodes(a: Topology, b: Topology): boolean {
  return a.count === b.count && a.ids.every((id, index) => id === b.ids[index]);
}
