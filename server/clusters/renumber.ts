/** Numbers for the clusters of a changed graph, so that "cluster 3" goes on to mean the same. */

/** Shape: wire ids ascending, and the cluster of each. */
export interface NumberedClusters {
  readonly ids: Uint32Array;
  readonly clusterOf: Uint32Array;
}

interface Overlap {
  readonly cluster: number;
  readonly before: number;
  count: number;
}

/**
 * A cluster takes the number of the earlier one with which it has most nodes in common; each number goes to one cluster,
 * the greatest overlaps first. What has nothing in common with an earlier one counts on.
 */
export function renumber({ ids, clusterOf }: NumberedClusters, earlier: NumberedClusters): Uint32Array {
  const overlaps = countOverlaps({ ids, clusterOf }, earlier), numbers = new Map<number, number>();
  const taken = new Set<number>();
  for (const { cluster, before } of overlaps.sort((a, b) => b.count - a.count || a.cluster - b.cluster)) {
    if (numbers.has(cluster) || taken.has(before)) continue;
    numbers.set(cluster, before);
    taken.add(before);
  }
  let next = earlier.clusterOf.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  return clusterOf.map((cluster) => {
    const number = numbers.get(cluster) ?? next++;
    numbers.set(cluster, number);
    return number;
  });
}

function countOverlaps({ ids, clusterOf }: NumberedClusters, earlier: NumberedClusters): Overlap[] {
  const found = new Map<string, Overlap>();
  for (let index = 0, was = 0; index < ids.length; index++) {
    while (was < earlier.ids.length && earlier.ids[was] < ids[index]) was++;
    if (earlier.ids[was] !== ids[index]) continue;
    const cluster = clusterOf[index], before = earlier.clusterOf[was], key = `${cluster} ${before}`;
    const overlap = found.get(key) ?? { cluster, before, count: 0 };
    overlap.count++;
    found.set(key, overlap);
  }
  return [...found.values()];
}
