/** The layouts people use today, as their packages set and start them by default, behind one interface. */
import { forceCenter, forceLink, forceManyBody, forceSimulation } from "d3-force-3d";
import { UndirectedGraph } from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import defaultSettings from "graphology-layout-forceatlas2/defaults.js";
import helpers from "graphology-layout-forceatlas2/helpers.js";
import iterate from "graphology-layout-forceatlas2/iterate.js";
import createNgraphLayout from "ngraph.forcelayout";
import createNgraph from "ngraph.graph";
import type { PhysicsGraph } from "../gpu/api.ts";
import { createRandom } from "../gpu/random.ts";

/** A layout under way. */
export interface Peer {
  readonly dims: 2 | 3;
  step(): void;
  /** Where the nodes are now. Shape: `dims` per node. */
  positions(): Float32Array;
}

/** Name → how it is opened. */
export const PEERS = {
  "ngraph.forcelayout 3D": openNgraph,
  "d3-force-3d": openD3,
  "graphology FA2 2D, Barnes–Hut": openForceAtlas2,
} satisfies Record<string, (graph: PhysicsGraph) => Peer>;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

function columnOf(nodeCount: number, pointOf: (node: number) => Point): Float32Array {
  const positions = new Float32Array(3 * nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const { x, y, z } = pointOf(node);
    positions.set([x, y, z], 3 * node);
  }
  return positions;
}

function openNgraph({ nodeCount, sources, targets }: PhysicsGraph): Peer {
  const graph = createNgraph();
  for (let node = 0; node < nodeCount; node++) graph.addNode(node);
  sources.forEach((source, e) => graph.addLink(source, targets[e]));
  const layout = createNgraphLayout(graph, { dimensions: 3 });
  const pointOf = (node: number): Point => {
    const { x, y, z = 0 } = layout.getNodePosition(node);
    return { x, y, z };
  };
  return { dims: 3, step: () => void layout.step(), positions: () => columnOf(nodeCount, pointOf) };
}

function openD3({ nodeCount, sources, targets }: PhysicsGraph): Peer {
  const links = Array.from(sources, (source, e) => ({ source, target: targets[e] }));
  const nodes: Point[] = Array.from({ length: nodeCount }, () => ({ x: NaN, y: NaN, z: NaN }));
  const simulation = forceSimulation(nodes, 3)
    .force("link", forceLink(links))
    .force("charge", forceManyBody())
    .force("center", forceCenter())
    .stop();
  return {
    dims: 3,
    step: () => void simulation.tick(),
    positions: () => columnOf(nodeCount, (node) => nodes[node]),
  };
}

const SEED = 7, SPACING = 10;
/** Numbers per node in the package's own columns; x and y are the first. */
const NODE_STRIDE = 10;

/**
 * With the settings that the package infers from the size, Barnes–Hut on at every size; it asks for a start, which is
 * random. Its columns are stepped as they are: its public function would copy the graph in and out for every step.
 */
function openForceAtlas2({ nodeCount, sources, targets }: PhysicsGraph): Peer {
  const graph = new UndirectedGraph(), random = createRandom(SEED), side = SPACING * Math.sqrt(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    graph.addNode(node, { x: side * (random() - 0.5), y: side * (random() - 0.5) });
  }
  sources.forEach((source, e) => graph.mergeEdge(source, targets[e]));
  const settings = { ...defaultSettings, ...forceAtlas2.inferSettings(nodeCount), barnesHutOptimize: true };
  const columns: { readonly nodes: Float32Array; readonly edges: Float32Array } = helpers.graphToByteArrays(
    graph,
    () => 1,
  );
  const positions = () =>
    Float32Array.from({ length: 2 * nodeCount }, (_, k) => columns.nodes[NODE_STRIDE * (k >> 1) + (k & 1)]);
  return { dims: 2, step: () => void iterate(settings, columns.nodes, columns.edges), positions };
}
