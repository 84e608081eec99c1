import assert from "node:assert/strict";
import type { ClusterSearch } from "../../../server/clusters/find_clusters.ts";
import { GraphClusters, NoClusters } from "../../../server/clusters/graph_clusters.ts";
import { renumber } from "../../../server/clusters/renumber.ts";
import { createGraphStore, type GraphStore } from "../../../server/graph_store.ts";
import { LIMITS } from "../../../server/limits.ts";
import { graphOf, storeOf } from "../../helpers/graphs.ts";

const numbered = (ids: readonly number[], clusterOf: readonly number[]) => ({
  ids: Uint32Array.from(ids),
  clusterOf: Uint32Array.from(clusterOf),
});

const storeIn = (generation: number, ids: readonly number[]) =>
  createGraphStore(graphOf(ids.length, []), { generation, ids: Uint32Array.from(ids), nextId: 100 });

Deno.test("clusters: after a change a cluster keeps the number with which it shares most nodes, a new one counts on", () => {
  const before = numbered([0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 2]);
  const after = numbered([1, 2, 4, 5, 7, 8], [0, 0, 1, 2, 2, 3]);
  assert.deepEqual([...renumber(after, before)], [0, 0, 1, 2, 2, 3]);
  const inOtherOrder = numbered([1, 2, 4, 5, 7, 8], [3, 3, 0, 1, 1, 2]);
  assert.deepEqual([...renumber(inOtherOrder, before)], [0, 0, 1, 2, 2, 3]);
  const joined = numbered([0, 1, 2, 3, 4], [5, 5, 5, 5, 5]), split = numbered([0, 1, 2], [0, 1, 1]);
  assert.deepEqual([...renumber(joined, before)], [0, 0, 0, 0, 0]);
  assert.deepEqual([...renumber(split, before)], [3, 0, 0], "the greater part keeps the number");
  assert.deepEqual([...renumber(numbered([9], [4]), numbered([], []))], [0]);
});

/** Searches that end when the test says so. */
function setUp(first: GraphStore) {
  const graph = { now: first },
    searches: { end: (clusterOf: number[]) => void; fail: () => void; given: boolean }[] = [];
  const find = (): ClusterSearch => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint32Array>();
    const search = {
      end: (clusterOf: number[]) => resolve(Uint32Array.from(clusterOf)),
      fail: () => reject(new Error("failed")),
      given: false,
    };
    searches.push(search);
    return { clusterOf: promise, giveUp: () => search.given = true };
  };
  return { graph, searches, clusters: new GraphClusters({ graph: () => graph.now, find }) };
}

Deno.test("clusters: all who ask wait for one search, and a search that is overtaken is let end", async () => {
  const { graph, searches, clusters } = setUp(storeIn(1, [0, 1, 2]));
  const first = clusters.present(), second = clusters.present();
  graph.now = storeIn(2, [1, 2, 3]);
  const third = clusters.present();
  assert.equal(searches.length, 1);
  searches[0].end([0, 1, 1]);
  for (const found of [await first, await second, await third]) {
    assert.deepEqual([found.graph.generation, ...found.clusterOf], [1, 0, 1, 1]);
  }
  const newer = clusters.present();
  searches[1].end([0, 0, 1]);
  assert.deepEqual([(await newer).graph.generation, ...(await newer).clusterOf], [2, 1, 1, 2], "numbers are kept");
  await clusters.present();
  assert.equal(searches.length, 2);
});

Deno.test("clusters: who needs those of the present graph waits for a search of it, and is not given a second one", async () => {
  const { graph, searches, clusters } = setUp(storeIn(1, [0, 1, 2]));
  const present = clusters.ofPresent();
  graph.now = storeIn(2, [1, 2, 3]);
  searches[0].end([0, 1, 1]);
  assert.equal((await clusters.present()).graph.generation, 1);
  await Promise.resolve();
  searches[1].end([0, 0, 1]);
  const { graph: searched, clusterOf, groupOf } = await present;
  assert.deepEqual([searched.generation, [...clusterOf], [...groupOf]], [2, [1, 1, 2], [0, 0, 1]]);
  await clusters.ofPresent();
  await clusters.present();
  assert.equal(searches.length, 2);
});

Deno.test("clusters: after a search that failed the next question starts another; closing gives up", async () => {
  const { searches, clusters } = setUp(storeIn(1, [0]));
  const failing = clusters.present();
  searches[0].fail();
  await assert.rejects(failing, /failed/);
  const found = clusters.present();
  clusters.close();
  assert.equal(searches[1].given, true);
  searches[1].end([0]);
  assert.deepEqual([...(await found).clusterOf], [0]);
});

Deno.test("clusters: a graph with too many edges is not searched, in a sentence", async () => {
  const most = LIMITS.clusteredEdges.value, store = storeOf(2, []);
  const { searches, clusters } = setUp({ ...store, edges: { ...store.edges, count: most + 1 } });
  await assert.rejects(
    clusters.present(),
    (error) => error instanceof NoClusters && /at most 500,000/.test(error.message),
  );
  assert.equal(searches.length, 0);
});
