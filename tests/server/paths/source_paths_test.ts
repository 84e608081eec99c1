import assert from "node:assert/strict";
import type { PathQuestion } from "../../../gpu/mod.ts";
import { createFrame } from "../../../protocol/frame.ts";
import { SSSP_MAX_NODES } from "../../../protocol/graph/sssp.ts";
import type { GraphStore } from "../../../server/graph_store.ts";
import type { FoundPaths } from "../../../server/paths/path_finder.ts";
import { SourcePaths } from "../../../server/paths/source_paths.ts";
import { storeOf } from "../../helpers/graphs.ts";

const frameOf = ({ nodeCount, generation }: GraphStore) => ({ ...createFrame(nodeCount), generation });
const found = (generation: number, distances: number[], parents: number[]): FoundPaths => ({
  generation,
  distances: Float32Array.from(distances),
  parents: Int32Array.from(parents),
});

/** Source paths whose searches end when the test says so. */
function open(first: GraphStore) {
  const searches: (PromiseWithResolvers<FoundPaths> & { question: PathQuestion; generation: number })[] = [];
  const faults: unknown[] = [], seen = { changes: 0 };
  let graph = first;
  const paths = new SourcePaths({
    graph: () => graph,
    find({ generation }, question) {
      const search = { ...Promise.withResolvers<FoundPaths>(), question, generation };
      searches.push(search);
      return search.promise;
    },
    onChange: () => seen.changes++,
    onFault: (error) => faults.push(error),
  });
  return { paths, searches, faults, seen, replace: (next: GraphStore) => graph = next };
}

const ASKED = { source: 0, measure: "length", direction: "undirected" } as const;

Deno.test("source paths: unreachable until found, then everybody's, for every frame of the generation", async () => {
  const graph = storeOf(3, [[0, 1, 2]]), { paths, searches, seen } = open(graph);
  assert.deepEqual([...paths.frameOf(frameOf(graph)).distances], [Infinity, Infinity, Infinity]);
  assert.equal(searches.length, 0);
  paths.set(ASKED);
  assert.deepEqual([...paths.frameOf(frameOf(graph)).parents], [-1, -1, -1]);
  assert.equal(paths.isFound, false);
  searches[0].resolve(found(1, [0, 2, Infinity], [-1, 0, -1]));
  await searches[0].promise;
  assert.equal(paths.isFound, true);
  assert.equal(seen.changes, 2);
  assert.deepEqual([...paths.frameOf(frameOf(graph)).distances], [0, 2, Infinity]);
  assert.deepEqual([...paths.frameOf(frameOf(graph)).parents], [-1, 0, -1]);
  assert.equal(searches.length, 1);
});

Deno.test("source paths: at most one search runs, and the last wish counts", async () => {
  const graph = storeOf(3, []), { paths, searches } = open(graph);
  paths.set(ASKED);
  paths.set({ ...ASKED, source: 1 });
  paths.set({ ...ASKED, source: 2, measure: "hops" });
  assert.equal(searches.length, 1);
  searches[0].resolve(found(1, [0, 1, 1], [-1, 0, 0]));
  await searches[0].promise;
  assert.deepEqual(searches[1].question, { source: 2, measure: "hops", direction: "undirected" });
  assert.equal(paths.isFound, false);
  searches[1].resolve(found(1, [1, 1, 0], [2, 2, -1]));
  await searches[1].promise;
  assert.deepEqual([...paths.frameOf(frameOf(graph)).distances], [1, 1, 0]);
});

Deno.test("source paths: a source that frames do not know yet is sought when they do", () => {
  const small = storeOf(2, [[0, 1]]), { paths, searches, replace } = open(small);
  paths.set({ ...ASKED, source: 2 });
  assert.deepEqual([...paths.frameOf(frameOf(small)).distances], [Infinity, Infinity]);
  assert.equal(searches.length, 0);
  const large = { ...storeOf(3, [[0, 1], [1, 2]]), generation: 2 };
  replace(large);
  paths.frameOf(frameOf(large));
  assert.deepEqual(searches.map(({ question, generation }) => [question.source, generation]), [[2, 2]]);
});

Deno.test("source paths: another generation is searched anew; a source that is gone is none", async () => {
  const small = storeOf(2, [[0, 1]]), { paths, searches, replace } = open(small);
  const large = { ...storeOf(3, [[0, 1], [1, 2]]), generation: 2, ids: Uint32Array.of(0, 7, 9), nextId: 10 };
  paths.set({ ...ASKED, source: 1 });
  replace(large);
  searches[0].resolve(found(1, [1, 0], [1, -1]));
  await searches[0].promise;
  assert.equal(searches[1].generation, 2, "what was found is of a graph that is gone");
  assert.deepEqual([...paths.frameOf(frameOf(large)).distances], [Infinity, Infinity, Infinity]);
  searches[1].resolve(found(2, [1, 0, 1], [1, -1, 1]));
  await searches[1].promise;
  assert.deepEqual([...paths.frameOf(frameOf(large)).parents], [7, -1, 7], "parents are wire ids");
  const least = { ...storeOf(1, []), generation: 3, nextId: 10 };
  replace(least);
  assert.deepEqual([...paths.frameOf(frameOf(least)).distances], [Infinity]);
  assert.equal(paths.asked.source, undefined);
  assert.equal(searches.length, 2);
});

Deno.test("source paths: a search that fails is told once, and nobody is reachable", async () => {
  const graph = storeOf(2, [[0, 1]]), { paths, searches, faults } = open(graph);
  paths.set(ASKED);
  searches[0].reject(new Error("the worker is gone"));
  await assert.rejects(searches[0].promise);
  assert.deepEqual([...paths.frameOf(frameOf(graph)).distances], [Infinity, Infinity]);
  assert.equal(faults.length, 1);
  assert.equal(searches.length, 1);
});

Deno.test("[SSSP-8] a graph that outgrows 14 bits while it is served is told without nodes", () => {
  const { paths } = open({ ...storeOf(SSSP_MAX_NODES, []), generation: 0 });
  assert.equal(paths.frameOf(createFrame(SSSP_MAX_NODES)).count, SSSP_MAX_NODES);
  assert.equal(paths.frameOf(createFrame(SSSP_MAX_NODES + 1)).count, 0);
  assert.equal(paths.frameOf({ ...createFrame(1), ids: Uint32Array.of(SSSP_MAX_NODES) }).count, 0);
});
