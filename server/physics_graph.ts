import { meaningOfEdgeType, type PhysicsGraph } from "../gpu/mod.ts";
import type { GraphInput } from "./import/graph_input.ts";
import type { NodeWeights } from "./node_weights.ts";

/** A graph as the physics takes it: with what its types of nodes and edges mean for the layout. */
export function physicsGraph(input: GraphInput, weights: Omit<NodeWeights, "notes">): PhysicsGraph {
  const { keys, sources, targets, nodeTypes, edgeTypes, edgeTypeNames } = input, { charges, masses, depths } = weights;
  const meanings = edgeTypeNames.map(meaningOfEdgeType);
  const edgeMeanings = Uint8Array.from(edgeTypes, (type) => meanings[type]);
  return {
    nodeCount: keys.length,
    ...{ sources, targets, weights: input.weights, charges, masses, depths, types: nodeTypes, edgeMeanings },
  };
}
