/** Connected components, and where each has its place. */

import { type Adjacency, sharedFloat32, sharedUint32 } from "../graph.ts";

/** Components by size, the largest first; equal ones by their lowest node index. */
export interface Components {
  readonly count: number;
  /** Component of each node. Shape: n. */
  readonly componentOf: Uint32Array<SharedArrayBuffer>;
  /** Nodes grouped by component, each group in breadth-first order. Shape: n. */
  readonly members: Uint32Array<SharedArrayBuffer>;
  /** Group of component `c`: `members[offsets[c]]` … `members[offsets[c + 1]]`. Shape: count + 1. */
  readonly offsets: Uint32Array<SharedArrayBuffer>;
}

/** Cost: one breadth-first search over everything and a sort of the component sizes. */
export function findComponents(adjacency: Adjacency): Components {
  const { nodeCount } = adjacency;
  const found = new Uint32Array(nodeCount);
  const starts = breadthFirstGroups(adjacency, found);
  const sizeOf = (group: number) => starts[group + 1] - starts[group];
  const bySize = starts.slice(0, -1).map((_, group) => group).sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
  const componentOf = sharedUint32(nodeCount), members = sharedUint32(nodeCount);
  const offsets = sharedUint32(bySize.length + 1);
  bySize.forEach((group, component) => {
    const nodes = found.subarray(starts[group], starts[group + 1]);
    members.set(nodes, offsets[component]);
    offsets[component + 1] = offsets[component] + nodes.length;
    for (const node of nodes) componentOf[node] = component;
  });
  return { count: bySize.length, componentOf, members, offsets };
}

/** Writes all nodes into `found`, group after group, and returns where each group starts, and the end. */
function breadthFirstGroups({ nodeCount, offsets, neighbours }: Adjacency, found: Uint32Array): number[] {
  const seen = new Uint8Array(nodeCount);
  const starts = [];
  let tail = 0;
  for (let root = 0; root < nodeCount; root++) {
    if (seen[root] === 1) continue;
    starts.push(tail);
    seen[root] = 1;
    found[tail++] = root;
    for (let head = tail - 1; head < tail; head++) {
      const node = found[head];
      for (let k = offsets[node]; k < offsets[node + 1]; k++) {
        const other = neighbours[k];
        if (seen[other] === 1) continue;
        seen[other] = 1;
        found[tail++] = other;
      }
    }
  }
  starts.push(tail);
  return starts;
}

/**
 * Places spheres beside each other without overlap: the widest at the origin, the others on rings around it in the
 * plane z = 0, like moons; very many of them in several layers, so that they do not spread far.
 *
 * Shape: one radius per component; returns x y z per component.
 * Units: edge lengths. Cost: a sort.
 */
export function packComponents(radii: readonly number[], dims: 2 | 3): Float32Array<SharedArrayBuffer> {
  const centres = sharedFloat32(3 * radii.length);
  const byRadius = radii.map((_, component) => component).sort((a, b) => radii[b] - radii[a] || a - b);
  const layers = dims === 2 ? 1 : layerCount(byRadius.map((component) => radii[component]));
  let outer = radii[byRadius[0]];
  for (let next = 1; next < radii.length;) {
    const radius = radii[byRadius[next]], ring = outer + radius;
    const perLayer = Math.floor(Math.PI / Math.asin(radius / ring));
    const placed = Math.min(perLayer * layers, radii.length - next);
    const used = Math.ceil(placed / layers);
    for (let k = 0; k < placed; k++) {
      const at = 3 * byRadius[next + k], layer = Math.floor(k / used), angle = 2 * Math.PI * (k % used) / used;
      centres[at] = ring * Math.cos(angle);
      centres[at + 1] = ring * Math.sin(angle);
      centres[at + 2] = (layer - (layers - 1) / 2) * 2 * radius;
    }
    next += placed;
    outer = ring + radius;
  }
  return centres;
}

/** As many layers as keep the rings within about twice the radius of the middle, but never a column. */
function layerCount(radii: readonly number[]): number {
  let area = 0;
  for (let c = 1; c < radii.length; c++) area += 4 * radii[c] * radii[c];
  const ringArea = 3 * Math.PI * radii[0] * radii[0];
  return Math.max(1, Math.floor(Math.min(area / ringArea, Math.cbrt(radii.length))));
}
