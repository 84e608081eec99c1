import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { generateDemo } from "../../../server/import/demo.ts";
import { readGraph } from "../../../server/import/mod.ts";

const DATA = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));

/** A test on graphs that are not part of the project; without them it is skipped and says so. */
function testOn(name: string, files: readonly string[], check: (paths: string[]) => Promise<void>): void {
  const paths = files.map((file) => DATA + file);
  let isThere = true;
  try {
    for (const path of paths) Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    isThere = false;
    console.log(`skipped: ${name}, for lack of ${files.join(" and ")}`);
  }
  Deno.test({ name, ignore: !isThere, fn: () => check(paths) });
}

function testCounts(files: readonly string[], nodes: number, edges: number, notes: readonly string[] = []): void {
  testOn(`${files.join(" + ")}: ${nodes} nodes, ${edges} edges`, files, async (paths) => {
    const graph = await readGraph(paths, {});
    assert.deepEqual([graph.keys.length, graph.sources.length, graph.notes], [nodes, edges, notes]);
  });
}

const selfLoops = (count: string) => [`${count} self-loops were kept; self-loops exert no force.`];

testCounts(["graphs/lesmis/miserables.json"], 77, 254);
testCounts(["graphs/d3-blocks/blocks.json"], 1238, 2602);
testCounts(["graphs/cugraph-small/karate.csv"], 34, 156);
testCounts(["graphs/cugraph-small/dolphins.csv"], 62, 318);
testCounts(["graphs/cugraph-small/netscience.csv"], 1461, 5484);
testCounts(["graphs/cugraph-small/email-Eu-core.csv"], 1005, 25571, selfLoops("642"));
testCounts(["graphs/opam/edges.csv", "graphs/opam/nodes.csv"], 4596, 33974);
testCounts(["layout/USPowerGrid.mtx"], 4941, 6594);
testCounts(["layout/1138_bus.mtx"], 1138, 2596, selfLoops("1,138"));
testCounts(["layout/3elt.mtx"], 4720, 13722);
testCounts(["layout/luxembourg.mtx"], 114_599, 119_666);

testOn(
  "WordNet: labels, types and definitions arrive",
  ["graphs/wordnet/edges.csv", "graphs/wordnet/nodes.csv"],
  async (paths) => {
    const graph = await readGraph(paths, {});
    assert.deepEqual([graph.name, graph.keys.length, graph.sources.length], ["wordnet", 107_525, 131_105]);
    assert.deepEqual([graph.keys[0], graph.labels[0], graph.typeNames[graph.nodeTypes[0]]], [
      "00001740-a",
      "able",
      "adj.all",
    ]);
    assert.match(
      String(graph.nodeAttributes.get("definition")?.[0]),
      /^\(usually followed by ‘to’\) having the necessary/,
    );
    assert.deepEqual([graph.keys[graph.targets[0]], graph.edgeTypeNames[graph.edgeTypes[0]]], [
      "05207437-n",
      "attribute",
    ]);
    assert.deepEqual(graph.notes, []);
  },
);

testOn("the built-in Misérables are those of the data set", ["graphs/lesmis/miserables.json"], async (paths) => {
  const read = await readGraph(paths, {});
  const built = generateDemo({ kind: "miserables" }, 1);
  assert.deepEqual(built.sources, read.sources);
  assert.deepEqual(built.targets, read.targets);
  assert.deepEqual(built.weights, read.weights);
  const plain = (label: string) => label.normalize("NFD").replace(/[^A-Za-z0-9]/g, "");
  assert.deepEqual(built.labels.map(plain), read.labels.map(plain));
});
