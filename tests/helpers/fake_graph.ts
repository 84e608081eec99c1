/** Graphs that look like graphs and move like layouts, without any physics: for tests of the page. */
import { createRandom } from "../../gpu/random.ts";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import type { EdgeColumns } from "../../protocol/graph/v4.ts";

export interface FakeGraph {
  readonly name: string;
  readonly labels: readonly string[];
  readonly typeNames: readonly string[];
  readonly types: readonly number[];
  readonly edges: EdgeColumns;
  readonly degrees: readonly number[];
  /** Where it starts and where it ends. Shape: 3 per node. */
  readonly start: Float32Array;
  readonly end: Float32Array;
}

export function edgeColumns(pairs: readonly (readonly [number, number])[]): EdgeColumns {
  return {
    count: pairs.length,
    sources: Uint32Array.from(pairs, ([source]) => source),
    targets: Uint32Array.from(pairs, ([, target]) => target),
    weights: new Float32Array(pairs.length).fill(1),
  };
}

export function degreesOf(count: number, edges: EdgeColumns): number[] {
  const degrees = new Array<number>(count).fill(0);
  for (let edge = 0; edge < edges.count; edge++) {
    degrees[edges.sources[edge]]++;
    degrees[edges.targets[edge]]++;
  }
  return degrees;
}

/** Clusters of nodes around hubs on a sphere, hubs joined to each other; about 1.3 edges per node. */
export function clusteredGraph(count: number, seed = 1): FakeGraph {
  const random = createRandom(seed), clusters = Math.max(1, Math.round(Math.sqrt(count) / 2));
  const spread = Math.cbrt(count) * 0.9, end = new Float32Array(3 * count), pairs: [number, number][] = [];
  const gauss = () => random() + random() + random() + random() - 2;
  for (let node = 0; node < count; node++) {
    const hub = node % clusters, own = node < clusters;
    for (let axis = 0; axis < 3; axis++) {
      end[3 * node + axis] = own ? gauss() * spread : end[3 * hub + axis] + gauss() * Math.cbrt(count / clusters) * 0.7;
    }
    if (!own) pairs.push([node, random() < 0.6 ? hub : hub + clusters * Math.floor(random() * (node / clusters))]);
    else if (node > 0) pairs.push([node, Math.floor(random() * node)]);
    if (random() < 0.3 && node > 0) pairs.push([node, Math.floor(random() * node)]);
  }
  const edges = edgeColumns(pairs.filter(([a, b]) => a !== b));
  return {
    name: `clusters of ${count}`,
    labels: Array.from({ length: count }, (_, node) => `Node ${node}`),
    typeNames: ["planet", "moon", "comet", "star", "probe"],
    types: Array.from({ length: count }, (_, node) => node < clusters ? 3 : (node % clusters) % 5),
    edges,
    degrees: degreesOf(count, edges),
    start: end.map((value) => value * 0.6),
    end,
  };
}

/** The moment `share` of the way, 0…1, written into `frame`. */
export function moveTo(graph: FakeGraph, share: number, frame: NodeFrame): NodeFrame {
  const { start, end } = graph;
  for (let k = 0; k < end.length; k++) frame.positions[k] = start[k] + (end[k] - start[k]) * share;
  return frame;
}

export function frameOf(graph: FakeGraph): NodeFrame {
  return moveTo(graph, 0, createFrame(graph.labels.length));
}

function summaryOf({ labels, types, typeNames, degrees }: FakeGraph, id: number) {
  return { id, label: labels[id], type: typeNames[types[id]], degree: degrees[id] };
}

/** What `GET /api/nodes?search=` answers. */
export function searchIn(graph: FakeGraph, query: string) {
  const { labels } = graph, text = query.toLowerCase();
  const found = [...labels.keys()].filter((id) => labels[id].toLowerCase().startsWith(text));
  return { total: found.length, nodes: found.slice(0, 20).map((id) => summaryOf(graph, id)) };
}

/** What `GET /api/nodes/ID` answers, without `pinned`. */
export function detailsOf(graph: FakeGraph, id: number) {
  const { edges } = graph, neighbours = [];
  for (let edge = 0; edge < edges.count; edge++) {
    const source = edges.sources[edge], target = edges.targets[edge];
    if (source !== id && target !== id) continue;
    const { degree: _degree, ...other } = summaryOf(graph, source === id ? target : source);
    neighbours.push({ ...other, direction: source === id ? "out" : "in", edgeType: "orbits", weight: 1 });
  }
  return {
    ...summaryOf(graph, id),
    ...{ key: `n${id}`, attributes: { mass: 1.5 * id, note: "made for a test" } },
    ...{ neighbours: neighbours.slice(0, 200), neighbour_count: neighbours.length },
  };
}

/** What `GET /api/path` answers: breadth first over edges in both directions, every weight 1. */
export function pathIn(graph: FakeGraph, from: number, to: number) {
  const { edges } = graph, before = new Map<number, number>([[from, from]]);
  for (const node of before.keys()) {
    for (let edge = 0; edge < edges.count; edge++) {
      const ends = [edges.sources[edge], edges.targets[edge]];
      const other = ends[0] === node ? ends[1] : ends[1] === node ? ends[0] : node;
      if (!before.has(other)) before.set(other, node);
    }
  }
  const ids = [to];
  for (let at = before.get(to); at !== undefined && ids[0] !== from; at = before.get(at)) ids.unshift(at);
  const nodes = ids.map((id) => summaryOf(graph, id)), hops = ids.length - 1;
  const steps = nodes.slice(1).map(({ id }, k) => ({ source: ids[k], target: id, weight: 1, type: "orbits" }));
  const path = before.has(to) ? { length: hops, hops, nodes, edges: steps } : null;
  return { from: summaryOf(graph, from), to: summaryOf(graph, to), path };
}
