import assert from "node:assert/strict";
import { clusterProblem, findClusters } from "../../../server/clusters/find_clusters.ts";
import { clusterByLouvain, type ClusterInput } from "../../../server/clusters/louvain.ts";
import { generateDemo } from "../../../server/import/demo.ts";

const inputOf = (nodeCount: number, edges: readonly (readonly [number, number, number?])[]): ClusterInput => ({
  nodeCount,
  sources: Uint32Array.from(edges, ([source]) => source),
  targets: Uint32Array.from(edges, ([, target]) => target),
  weights: Float32Array.from(edges, ([, , weight]) => weight ?? 1),
  seed: 1,
});

Deno.test("clusters: two triangles on a string are two, a node of its own is a third, numbered as they come", () => {
  const edges = [[0, 1], [1, 2], [2, 0], [3, 4], [4, 5], [5, 3], [2, 3]] as const;
  assert.deepEqual([...clusterByLouvain(inputOf(7, edges))], [0, 0, 0, 1, 1, 1, 2]);
});

Deno.test("clusters: parallel edges add up in both directions, self-loops do not count", () => {
  const ring = [[0, 1], [1, 2], [2, 3], [3, 0]] as const;
  const doubled = [...ring, [1, 0], [1, 0], [1, 0], [3, 2], [3, 2], [3, 2], [1, 1, 100]] as const;
  assert.deepEqual([...clusterByLouvain(inputOf(4, doubled))], [0, 0, 1, 1]);
});

Deno.test("clusters: without edges everybody is alone", () => {
  assert.deepEqual([...clusterByLouvain(inputOf(0, []))], []);
  assert.deepEqual([...clusterByLouvain(inputOf(3, [[1, 1]]))], [0, 1, 2]);
});

Deno.test("clusters: the worker finds the same as the function, the communities of the demo, and the same again", async () => {
  const { keys, sources, targets, weights } = generateDemo({ kind: "communities", nodes: 400 }, 3);
  const input = { nodeCount: keys.length, sources, targets, weights, seed: 5 }, expected = clusterByLouvain(input);
  const count = new Set(expected).size;
  assert.ok(count >= 3 && count <= 40, `${count} clusters`);
  assert.deepEqual(await findClusters(input).clusterOf, expected);
  const search = findClusters(input);
  search.giveUp();
  await assert.rejects(search.clusterOf, /The clusters could not be found: the search was given up/);
});

Deno.test("clusters: a graph with too many edges is refused in a sentence", () => {
  assert.equal(clusterProblem(500_000), undefined);
  assert.equal(
    clusterProblem(500_001),
    "Clusters are found in graphs of at most 500,000 edges; this one has 500,001.",
  );
});
