/** How well a layout shows its graph, in any number of dimensions and at any scale. */
import type { Adjacency } from "../gpu/graph.ts";
import { createRandom } from "../gpu/random.ts";

/** A layout to be judged. */
export interface Placed {
  /** Of a graph without repeated edges. */
  readonly adjacency: Adjacency;
  /** Shape: `dims` per node. */
  readonly positions: Float32Array;
  readonly dims: 2 | 3;
}

export interface Quality {
  readonly stress: number;
  readonly np1: number;
  readonly edgeCv: number;
}

const SOURCES = 50, SAMPLES = 2_000, MAX_DEGREE = 200, SEED = 1;

/** Absent where a coordinate is not finite. */
export function judge(placed: Placed): Quality | undefined {
  if (!placed.positions.every(Number.isFinite)) return undefined;
  return { stress: stress(placed), np1: neighbourhood(placed), edgeCv: edgeCv(placed) };
}

/**
 * Normalised stress: the mean of `(s · distance / hops − 1)²` from 50 nodes to all that they reach, with the scale `s`
 * that makes it least. 0: distances are in proportion to hops; 1: all nodes lie in one place.
 */
export function stress(placed: Placed): number {
  const { adjacency } = placed, all = Uint32Array.from({ length: adjacency.nodeCount }, (_, node) => node);
  let pairs = 0, sum = 0, squares = 0;
  for (const source of sample(all, SOURCES)) {
    hopsFrom(adjacency, source).forEach((hops, node) => {
      if (hops <= 0) return;
      const ratio = Math.sqrt(squaredDistance(placed, source, node)) / hops;
      pairs++;
      sum += ratio;
      squares += ratio * ratio;
    });
  }
  return squares > 0 ? 1 - sum * sum / squares / pairs : 1;
}

/**
 * NP1: the mean, over 2,000 nodes of degree 1 to 200, of what the neighbours of a node and as many points nearest to it
 * have in common, as a share of both together. 1: the nearest points are the neighbours.
 */
export function neighbourhood(placed: Placed): number {
  const { adjacency } = placed, { nodeCount, offsets, neighbours } = adjacency;
  const degreeOf = (node: number) => offsets[node + 1] - offsets[node];
  const eligible = Uint32Array.from({ length: nodeCount }, (_, node) => node)
    .filter((node) => degreeOf(node) > 0 && degreeOf(node) <= MAX_DEGREE);
  const nodes = sample(eligible, SAMPLES);
  let sum = 0;
  for (const node of nodes) {
    const mine = new Set(neighbours.subarray(offsets[node], offsets[node + 1]));
    const common = mine.intersection(new Set(nearest(placed, node, mine.size))).size;
    sum += common / (2 * mine.size - common);
  }
  return sum / nodes.length;
}

/** Standard deviation of the lengths of edges over their mean. */
export function edgeCv(placed: Placed): number {
  const { nodeCount, offsets, neighbours } = placed.adjacency;
  let sum = 0, squares = 0;
  for (let node = 0; node < nodeCount; node++) {
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      const square = squaredDistance(placed, node, neighbours[at]);
      sum += Math.sqrt(square);
      squares += square;
    }
  }
  const mean = sum / neighbours.length;
  return Math.sqrt(Math.max(0, squares / neighbours.length - mean * mean)) / mean;
}

/** `count` different ones of `nodes`, or all. */
function sample(nodes: Uint32Array, count: number): Uint32Array {
  const random = createRandom(SEED), shuffled = nodes.slice(), chosen = Math.min(count, nodes.length);
  for (let k = 0; k < chosen; k++) {
    const other = k + Math.floor(random() * (nodes.length - k));
    [shuffled[k], shuffled[other]] = [shuffled[other], shuffled[k]];
  }
  return shuffled.subarray(0, chosen);
}

function squaredDistance({ positions, dims }: Placed, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) {
    const difference = positions[dims * a + d] - positions[dims * b + d];
    sum += difference * difference;
  }
  return sum;
}

/** Edges on a shortest way to each node; −1 where there is none. */
function hopsFrom({ nodeCount, offsets, neighbours }: Adjacency, source: number): Int32Array {
  const hops = new Int32Array(nodeCount).fill(-1), queue = new Uint32Array(nodeCount);
  queue[0] = source;
  hops[source] = 0;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head];
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      const other = neighbours[at];
      if (hops[other] >= 0) continue;
      hops[other] = hops[node] + 1;
      queue[tail++] = other;
    }
  }
  return hops;
}

/** The `count` other nodes nearest to one, by looking at all of them. */
function nearest(placed: Placed, node: number, count: number): number[] {
  const found: number[] = [], distances: number[] = [];
  for (let other = 0; other < placed.adjacency.nodeCount; other++) {
    if (other === node) continue;
    const distance = squaredDistance(placed, node, other);
    if (found.length === count && distance >= distances[count - 1]) continue;
    let at = Math.min(found.length, count - 1);
    for (; at > 0 && distances[at - 1] > distance; at--) {
      distances[at] = distances[at - 1];
      found[at] = found[at - 1];
    }
    distances[at] = distance;
    found[at] = other;
  }
  return found;
}
