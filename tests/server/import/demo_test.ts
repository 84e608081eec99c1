import assert from "node:assert/strict";
import { generateDemo } from "../../../server/import/demo.ts";
import { type GraphInput } from "../../../server/import/graph_input.ts";

/** Nodes that a walk along edges from node 0 reaches. */
function reached({ keys, sources, targets }: GraphInput): number {
  const parent = Array.from(keys, (_, index) => index);
  const root = (index: number): number => {
    while (parent[index] !== index) index = parent[index] = parent[parent[index]];
    return index;
  };
  sources.forEach((source, edge) => parent[root(source)] = root(targets[edge]));
  return keys.filter((_, index) => root(index) === root(0)).length;
}

Deno.test("Les Misérables", () => {
  const graph = generateDemo({ kind: "miserables" }, 1);
  assert.deepEqual([graph.keys.length, graph.sources.length, reached(graph)], [77, 254, 77]);
  const [valjean, cosette] = ["Valjean", "Cosette"].map((name) => graph.keys.indexOf(name));
  const edge = graph.sources.findIndex((source, edge) => source === cosette && graph.targets[edge] === valjean);
  assert.equal(graph.weights[edge], 31);
  assert.equal(graph.typeNames.length, 9);
});

Deno.test("communities: connected, about 2.5 edges per node, nine of ten inside", () => {
  for (const nodes of [4, 100, 2000, 20_000]) {
    const graph = generateDemo({ kind: "communities", nodes }, 7);
    assert.deepEqual([graph.keys.length, reached(graph), graph.notes], [nodes, nodes, []]);
    if (nodes < 2000) continue;
    const perNode = graph.sources.length / nodes;
    assert(perNode > 2.3 && perNode < 2.6, String(perNode));
    const inside = graph.sources.filter((source, edge) =>
      graph.nodeTypes[source] === graph.nodeTypes[graph.targets[edge]]
    );
    assert(inside.length > 0.88 * graph.sources.length);
    assert.equal(graph.labels[0], "Andromeda 1");
    assert.equal(graph.typeNames[graph.nodeTypes[0]], "Andromeda");
  }
});

Deno.test("scale-free: connected, three edges per new node, hubs far above the mean", () => {
  const graph = generateDemo({ kind: "scale-free", nodes: 2000 }, 7);
  // Four nodes all joined, then three edges for each of the other 1,996.
  assert.deepEqual([graph.keys.length, graph.sources.length, reached(graph)], [2000, 6 + 3 * 1996, 2000]);
  const degrees = new Uint32Array(2000);
  for (const end of [...graph.sources, ...graph.targets]) degrees[end]++;
  assert(Math.max(...degrees) > 60 && Math.min(...degrees) === 3);
  assert.equal(generateDemo({ kind: "scale-free", nodes: 4 }, 7).sources.length, 6);
});

Deno.test("grid: a sheet of rows and columns", () => {
  const graph = generateDemo({ kind: "grid", nodes: 12 }, 7);
  assert.deepEqual([graph.keys.length, graph.sources.length, reached(graph)], [12, 17, 12]);
  assert.deepEqual([graph.labels[0], graph.labels[11]], ["1, 1", "4, 3"]);
});

Deno.test("the seed decides", () => {
  for (const kind of ["communities", "scale-free"] as const) {
    const [first, again, other] = [1, 1, 2].map((seed) => generateDemo({ kind, nodes: 300 }, seed));
    assert.deepEqual(first, again);
    assert.notDeepEqual(first.targets, other.targets);
  }
});
