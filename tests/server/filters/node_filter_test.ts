import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../gpu/random.ts";
import type { EdgeColumns, NodeFilter } from "../../../protocol/graph/v4.ts";
import { canonicalFilter, edgesAmong, membersOf, selectNodes } from "../../../server/filters/node_filter.ts";
import { createGraphStore, type GraphStore } from "../../../server/graph_store.ts";
import { graphOf, storeOf } from "../../helpers/graphs.ts";
import { edgesBetween, passing } from "./filter_oracle.ts";

const TYPES = ["", "person", "place", "thing"];

/** Ids with gaps, types, depths, loops and parallel edges. */
function randomStore(nodeCount: number, edgeCount: number, seed: number): GraphStore {
  const random = createRandom(seed), upTo = (count: number) => Math.floor(random() * count);
  const edges = Array.from({ length: nodeCount === 0 ? 0 : edgeCount }, () => {
    return [upTo(nodeCount), upTo(nodeCount), 1 + upTo(4)] as const;
  });
  const input = {
    ...graphOf(nodeCount, edges),
    typeNames: TYPES,
    nodeTypes: Uint16Array.from({ length: nodeCount }, () => upTo(TYPES.length)),
    nodeAttributes: new Map([["depth", Array.from({ length: nodeCount }, () => random() < 0.2 ? undefined : upTo(4))]]),
  };
  const ids = new Uint32Array(nodeCount);
  for (let index = 0, id = upTo(3); index < nodeCount; index++, id += 1 + upTo(2)) ids[index] = id;
  return createGraphStore(input, { generation: 1, ids, nextId: 3 * nodeCount + 3 });
}

const listOf = ({ count, sources, targets, weights }: EdgeColumns) =>
  Array.from({ length: count }, (_, edge) => [sources[edge], targets[edge], weights[edge]]);

const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const graphs = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 40 }), fc.integer());
const filters = fc.record({
  types: optional(fc.array(fc.constantFrom(...TYPES, "nobody"), { minLength: 1, maxLength: 3 })),
  maxDepth: optional(fc.integer({ min: 0, max: 5 })),
  rootId: optional(fc.integer({ min: 0, max: 40 })),
  clusters: optional(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 })),
  search: optional(fc.constant("word")),
  maxNodes: optional(fc.integer({ min: 1, max: 30 })),
});

Deno.test("[V4-20] [V4-21] every field and all of them at once pass the nodes that a plain reading of the rules passes", () => {
  let partial = 0;
  const property = fc.property(graphs, filters, fc.integer(), ([nodeCount, edgeCount, seed], filter, fate) => {
    const store = randomStore(nodeCount, edgeCount, seed), random = createRandom(fate);
    const matches = new Set(Array.from(store.ids.keys()).filter(() => random() < 0.6));
    const clusterOf = Uint32Array.from(store.ids, () => Math.floor(random() * 4));
    const among: Uint32Array[] = [];
    if (filter.search !== undefined) among.push(Uint32Array.from(matches, (index) => store.ids[index]).reverse());
    if (filter.clusters !== undefined) among.push(membersOf(store, clusterOf, filter.clusters));
    const found = selectNodes(store, filter, among), expected = passing(store, filter, { matches, clusterOf });
    assert.deepEqual([...found], expected);
    assert.deepEqual(listOf(edgesAmong(store, found)), edgesBetween(store, expected));
    if (expected.length > 0 && expected.length < nodeCount) partial++;
  });
  fc.assert(property, { numRuns: 2000, seed: 18 });
  assert.ok(partial > 200, `${partial} subsets were neither nothing nor everything`);
});

Deno.test("[V4-21] levels are counted along edges in both directions, through nodes that do not pass themselves", () => {
  const chain = {
    ...graphOf(4, [[1, 0], [1, 2], [3, 2]]),
    nodeTypes: Uint16Array.of(1, 0, 1, 1),
    typeNames: ["", "a"],
  };
  const store = createGraphStore(chain);
  assert.deepEqual([...selectNodes(store, { rootId: 0, maxDepth: 2 })], [0, 1, 2]);
  assert.deepEqual([...selectNodes(store, { rootId: 0, maxDepth: 2, types: ["a"] })], [0, 2]);
  assert.deepEqual([...selectNodes(store, { rootId: 0 })], [0, 1, 2, 3], "everything that hangs together with it");
  assert.deepEqual([...selectNodes(store, { rootId: 99, maxDepth: 9 })], [], "a root that has gone");
});

Deno.test("[V4-21] of nodes with as many edges the first stay, and counting comes last", () => {
  const store = storeOf(5, [[0, 4], [1, 4], [2, 4], [3, 4]]);
  assert.deepEqual([...selectNodes(store, { maxNodes: 3 })], [0, 1, 4]);
  assert.deepEqual([...selectNodes(store, { maxNodes: 1 }, [Uint32Array.of(2, 3, 77)])], [2]);
  assert.deepEqual([...selectNodes(store, { maxNodes: 99 })], [0, 1, 2, 3, 4]);
});

Deno.test("a filter that says the same in other words is the same", () => {
  const one: NodeFilter = { search: " a b ", types: ["y", "x", "y"], clusters: [10, 9, 10], maxNodes: 5 };
  const other: NodeFilter = { maxNodes: 5, maxDepth: undefined, clusters: [9, 10], types: ["x", "y"], search: "a b" };
  const canonical = JSON.stringify(canonicalFilter(one));
  assert.equal(canonical, '{"types":["x","y"],"clusters":[9,10],"search":"a b","maxNodes":5}');
  assert.equal(JSON.stringify(canonicalFilter(other)), canonical);
  assert.notEqual(JSON.stringify(canonicalFilter({ ...one, search: "b a" })), canonical);
});
