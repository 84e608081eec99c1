import assert from "node:assert/strict";
import * as v from "valibot";
import { ChangeRequest } from "../../server/change_request.ts";
import { ChangeRefused } from "../../server/change_refused.ts";
import { type AppliedChange, applyChange, type GraphChange } from "../../server/graph_change.ts";
import { createGraphStore, describeNode, graphJson, type GraphStore } from "../../server/graph_store.ts";
import { graphOf, storeOf } from "../helpers/graphs.ts";

const changeOf = (request: unknown): GraphChange => v.parse(ChangeRequest, request);

function apply(store: GraphStore, request: unknown): AppliedChange {
  const indices = new Map(store.input.keys.map((key, index) => [key, index]));
  return applyChange(store, changeOf(request), (key) => indices.get(key));
}

/** Edges as text, by key. */
const edgesOf = ({ input }: GraphStore) =>
  Array.from(input.sources, (source, e) => {
    const type = input.edgeTypeNames[input.edgeTypes[e]];
    return `${input.keys[source]}-${type}-${input.keys[input.targets[e]]} ${input.weights[e]}`;
  });

Deno.test("[REST-7] ids stay with their nodes; a removed one is not used again, new ones count on", () => {
  const first = storeOf(4, [[0, 1], [1, 2], [2, 3]]);
  const { store, origins, removed } = apply(first, { remove: { nodes: ["n1"] }, add: { nodes: [{ key: "a" }] } });
  assert.deepEqual([...store.ids], [0, 2, 3, 4]);
  assert.deepEqual(store.input.keys, ["n0", "n2", "n3", "a"]);
  assert.deepEqual([[...origins], removed], [[0, 2, 3, -1], [1]]);
  assert.deepEqual([0, 1, 2, 4, 5, -1, 0.5].map((id) => store.indexOf(id)), [
    0,
    undefined,
    1,
    3,
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual([...store.edges.sources, ...store.edges.targets], [2, 3], "edges name wire ids");
  assert.equal(store.generation, 2);
  const again = apply(store, { add: { nodes: [{ key: "n1" }] } }).store;
  assert.deepEqual([...again.ids], [0, 2, 3, 4, 5]);
});

Deno.test("[REST-7] a node can be replaced in one change: the new one has another id and none of the old edges", () => {
  const first = storeOf(2, [[0, 1]]);
  const { store } = apply(first, { remove: { nodes: ["n0"] }, add: { nodes: [{ key: "n0", label: "New" }] } });
  assert.deepEqual([...store.ids], [1, 2]);
  assert.deepEqual(edgesOf(store), []);
  assert.equal(describeNode(store, 1).label, "New");
});

Deno.test("[REST-8] an edge is its source, target and type: added twice it has the last weight, and a new one appears", () => {
  const first = storeOf(3, [[0, 1, 2], [1, 2, 3]]);
  const edges = [
    { source: "n0", target: "n1", weight: 5 },
    { source: "n0", target: "n1", type: "knows" },
    { source: "n1", target: "n0" },
    { source: "n1", target: "n0", weight: 7 },
  ];
  const { store } = apply(first, { add: { edges } });
  assert.deepEqual(edgesOf(store), ["n0--n1 5", "n1--n2 3", "n0-knows-n1 1", "n1--n0 7"]);
  const fewer = apply(store, { remove: { edges: [{ source: "n0", target: "n1", type: "knows" }] } });
  assert.deepEqual(edgesOf(fewer.store), ["n0--n1 5", "n1--n2 3", "n1--n0 7"]);
  const none = apply(store, { remove: { edges: [{ source: "n0", target: "n1" }] } });
  assert.deepEqual(edgesOf(none.store), ["n1--n2 3", "n1--n0 7"]);
  assert.deepEqual(none.removedEdges.map(({ type }) => type), ["", "knows"]);
});

Deno.test("new nodes bring labels, types and attributes, and the old ones keep theirs", () => {
  const input = { ...graphOf(2, []), nodeAttributes: new Map([["age", [41, undefined]]]) };
  const { store } = apply(createGraphStore(input), {
    remove: { nodes: ["n1"] },
    add: {
      nodes: [{ key: "a", label: "Ada", type: "person", attributes: { age: 36, tags: ["x", 1] } }, { key: "b" }],
      edges: [{ source: "a", target: "n0", weight: 2, type: "knows" }, { source: "a", target: "b" }],
    },
  });
  const ada = describeNode(store, 1);
  assert.deepEqual({ ...ada, neighbours: ada.neighbours.map(({ id, weight }) => [id, weight]) }, {
    id: 2,
    key: "a",
    label: "Ada",
    type: "person",
    degree: 2,
    attributes: { age: 36, tags: ["x", 1] },
    neighbours: [[0, 2], [3, 1]],
    neighbour_count: 2,
  });
  assert.deepEqual(describeNode(store, 0).attributes, { age: 41 });
  assert.deepEqual(describeNode(store, 2).attributes, {});
  const places = Float32Array.of(1, 2, 3, NaN, NaN, NaN, 4, 5, 6);
  const { nodes, edges } = JSON.parse([...graphJson(store, places)].join(""));
  assert.deepEqual([nodes[0].x, nodes[1].x, nodes[2].x], [1, undefined, 4]);
  assert.deepEqual(edges[0], { source: 2, target: 0, weight: 2, type: "knows" });
});

Deno.test("[REST-6] what names nothing, or something twice, is refused with what and why", () => {
  const store = storeOf(3, [[0, 1]]);
  const refused = (request: unknown, code: string, message: RegExp) =>
    assert.throws(() => apply(store, request), (error) => {
      assert.ok(error instanceof ChangeRefused);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  refused({ remove: { nodes: ["x"] } }, "unknown_node", /^There is no node "x"\.$/);
  refused({ add: { edges: [{ source: "n0", target: "x" }] } }, "unknown_node", /no node "x"/);
  const cut = { remove: { nodes: ["n0"] }, add: { edges: [{ source: "n1", target: "n0" }] } };
  refused(cut, "unknown_node", /no node "n0"/);
  refused({ add: { nodes: [{ key: "n0" }] } }, "exists", /There is a node "n0" already/);
  refused({ add: { nodes: [{ key: "a" }, { key: "a" }] } }, "exists", /"a" already/);
  refused({ remove: { edges: [{ source: "n1", target: "n0" }] } }, "unknown_edge", /no edge from "n1" to "n0"/);
  const typed = { remove: { edges: [{ source: "n0", target: "n1", type: "k" }] } };
  refused(typed, "unknown_edge", /no edge of type "k"/);
});

Deno.test("[REST-6] a request of another shape is refused: empty, unknown members, bad weights, long texts, too many", () => {
  const bad = (request: unknown) => assert.equal(v.safeParse(ChangeRequest, request).success, false);
  bad({});
  bad({ add: {}, remove: { nodes: [] } });
  bad({ add: { nodes: [{ key: "a" }] }, ad: {} });
  bad({ add: { nodes: [{ key: "" }] } });
  bad({ add: { nodes: [{ key: 5 }] } });
  bad({ add: { nodes: [{ key: "a", attributes: { deep: { er: 1 } } }] } });
  for (const weight of [-1, 1e31, "2", null]) bad({ add: { edges: [{ source: "a", target: "b", weight }] } });
  bad({ remove: { nodes: ["x".repeat(4097)] } });
  bad({ remove: { nodes: Array.from({ length: 10_001 }, (_, k) => `n${k}`) } });
});
