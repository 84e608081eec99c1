/** Which nodes of a graph a filter lets through, and the edges between them. */
import type { EdgeColumns, NodeFilter } from "../../protocol/graph/v4.ts";
import type { GraphStore } from "../graph_store.ts";
import { type Reach, reach } from "./reach.ts";

/** The fields whose nodes the graph itself can tell. */
export type OwnFilter = Pick<NodeFilter, "types" | "maxDepth" | "rootId" | "maxNodes">;

/**
 * The nodes that pass every field, and are in every list of `among`; of those the ones with most edges, where there are
 * more than `maxNodes`, and of equal ones the first.
 *
 * Each field looks at the whole graph: what another one hides still joins what lies behind it. Levels below a root are
 * counted along edges in both directions; without a root they are the attribute `depth`.
 *
 * Shape: dense indices, ascending. `among`: wire ids in any order; those of no node are passed over.
 * Cost: O(n), with a root O(n + m).
 */
export function selectNodes(store: GraphStore, filter: OwnFilter, among: readonly Uint32Array[] = []): Uint32Array {
  const { types, maxDepth, rootId, maxNodes } = filter, { nodeCount } = store;
  const passes = new Uint8Array(nodeCount).fill(1);
  if (types !== undefined) keepTypes(store, types, passes);
  if (rootId !== undefined) keepReached(store, { rootId, maxDepth: maxDepth ?? nodeCount }, passes);
  else if (maxDepth !== undefined) keepShallow(store, maxDepth, passes);
  for (const ids of among) keepListed(store, ids, passes);
  if (maxNodes !== undefined) keepMostJoined(store, maxNodes, passes);
  return indicesOf(passes);
}

function keepTypes({ input: { nodeTypes, typeNames } }: GraphStore, types: readonly string[], passes: Uint8Array) {
  const wanted = Uint8Array.from(typeNames, (name) => types.includes(name) ? 1 : 0);
  for (let index = 0; index < passes.length; index++) passes[index] &= wanted[nodeTypes[index]];
}

function keepReached(store: GraphStore, from: Reach, passes: Uint8Array): void {
  const levels = reach(store, from);
  for (let index = 0; index < passes.length; index++) if (levels[index] === 0) passes[index] = 0;
}

/** What has no depth is on no level. */
function keepShallow({ depths }: GraphStore, maxDepth: number, passes: Uint8Array): void {
  if (depths === undefined) return void passes.fill(0);
  for (let index = 0; index < passes.length; index++) if (!(depths[index] <= maxDepth)) passes[index] = 0;
}

function keepListed(store: GraphStore, ids: Uint32Array, passes: Uint8Array): void {
  const listed = new Uint8Array(passes.length);
  for (const id of ids) {
    const index = store.indexOf(id);
    if (index !== undefined) listed[index] = 1;
  }
  for (let index = 0; index < passes.length; index++) passes[index] &= listed[index];
}

function keepMostJoined({ degrees }: GraphStore, maxNodes: number, passes: Uint8Array): void {
  let left = maxNodes, least = 0;
  for (let index = 0; index < passes.length; index++) if (passes[index] === 1) least = Math.max(least, degrees[index]);
  const withDegree = new Uint32Array(least + 1);
  for (let index = 0; index < passes.length; index++) if (passes[index] === 1) withDegree[degrees[index]]++;
  while (least > 0 && withDegree[least] <= left) left -= withDegree[least--];
  // All above `least` stay, and so many of those that have just as many edges.
  for (let index = 0; index < passes.length; index++) {
    if (passes[index] === 0 || degrees[index] > least) continue;
    if (degrees[index] < least || left === 0) passes[index] = 0;
    else left--;
  }
}

function indicesOf(passes: Uint8Array): Uint32Array {
  // Written always and kept when it passes: a branch that goes either way costs more than the write.
  const indices = new Uint32Array(passes.length);
  let count = 0;
  for (let index = 0; index < passes.length; index++) {
    indices[count] = index;
    count += passes[index];
  }
  return indices.slice(0, count);
}

/** The edges whose ends are both among `indices`, in the order of the graph. Cost: O(n + m). */
export function edgesAmong({ nodeCount, edges, input: { sources, targets } }: GraphStore, indices: Uint32Array) {
  const inside = new Uint8Array(nodeCount), kept = new Uint32Array(edges.count);
  let count = 0;
  for (const index of indices) inside[index] = 1;
  for (let edge = 0; edge < edges.count; edge++) {
    kept[count] = edge;
    count += inside[sources[edge]] & inside[targets[edge]];
  }
  const columns = {
    count,
    sources: new Uint32Array(count),
    targets: new Uint32Array(count),
    weights: new Float32Array(count),
  };
  for (let at = 0; at < count; at++) {
    const edge = kept[at];
    columns.sources[at] = edges.sources[edge];
    columns.targets[at] = edges.targets[edge];
    columns.weights[at] = edges.weights[edge];
  }
  return columns satisfies EdgeColumns;
}

/** Wire ids of the members of these clusters. Shape of `clusterOf`: one per node of `store`. */
export function membersOf({ ids }: GraphStore, clusterOf: Uint32Array, clusters: readonly number[]): Uint32Array {
  const wanted = new Set(clusters);
  return ids.filter((_, index) => wanted.has(clusterOf[index]));
}

/** The same filter for all that ask for the same: lists in order and without repetition, fields in theirs. */
export function canonicalFilter(filter: NodeFilter): NodeFilter {
  const { types, maxDepth, rootId, clusters, search, maxNodes } = filter;
  return {
    ...(types && { types: [...new Set(types)].sort() }),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(rootId !== undefined && { rootId }),
    ...(clusters && { clusters: [...new Set(clusters)].sort((a, b) => a - b) }),
    ...(search !== undefined && { search: search.trim() }),
    ...(maxNodes !== undefined && { maxNodes }),
  };
}
