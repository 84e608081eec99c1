import { createGraphStore, type GraphStore } from "../../server/graph_store.ts";
import type { GraphInput } from "../../server/import/graph_input.ts";

/** A graph of nodes "n0" … with labels "Node 0" … and the given edges. */
export function graphOf(nodeCount: number, edges: readonly (readonly [number, number, number?])[]): GraphInput {
  return {
    name: "test",
    keys: Array.from({ length: nodeCount }, (_, index) => `n${index}`),
    labels: Array.from({ length: nodeCount }, (_, index) => `Node ${index}`),
    nodeTypes: new Uint16Array(nodeCount),
    typeNames: [""],
    nodeAttributes: new Map(),
    sources: Uint32Array.from(edges, ([source]) => source),
    targets: Uint32Array.from(edges, ([, target]) => target),
    weights: Float32Array.from(edges, ([, , weight]) => weight ?? 1),
    edgeTypes: new Uint16Array(edges.length),
    edgeTypeNames: [""],
    notes: [],
  };
}

export function storeOf(nodeCount: number, edges: readonly (readonly [number, number, number?])[]): GraphStore {
  return createGraphStore(graphOf(nodeCount, edges));
}
