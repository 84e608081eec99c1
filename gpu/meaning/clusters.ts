/** Groups of nodes that belong together, as rows. */

export interface Clusters {
  /** Shape: one per node. */
  readonly of: Uint32Array<ArrayBuffer>;
  /** Members of cluster `c`: entries `offsets[c]` … `offsets[c + 1]`, in node order. Shape: clusters + 1. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly members: Uint32Array<ArrayBuffer>;
}

/** @throws RangeError where there is not one number per node, or one is not below the number of nodes. */
export function listClusters(clusterOf: Uint32Array, nodeCount: number): Clusters {
  checkClusters(clusterOf, nodeCount);
  const count = clusterOf.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  const offsets = new Uint32Array(count + 1), members = new Uint32Array(nodeCount);
  for (const cluster of clusterOf) offsets[cluster + 1]++;
  for (let c = 0; c < count; c++) offsets[c + 1] += offsets[c];
  const next = offsets.slice();
  clusterOf.forEach((cluster, node) => members[next[cluster]++] = node);
  return { of: Uint32Array.from(clusterOf), offsets, members };
}

/** @throws RangeError as `listClusters`. */
export function checkClusters(clusterOf: Uint32Array, nodeCount: number): void {
  if (clusterOf.length !== nodeCount) {
    throw new RangeError(`Cannot group ${nodeCount} nodes by ${clusterOf.length} cluster numbers.`);
  }
  const bad = clusterOf.findIndex((cluster) => cluster >= nodeCount);
  if (bad >= 0) throw new RangeError(`Cannot put node ${bad} into cluster ${clusterOf[bad]} of ${nodeCount}.`);
}
