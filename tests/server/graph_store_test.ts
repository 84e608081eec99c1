import assert from "node:assert/strict";
import { createGraphStore, describeNode, graphJson, labelTable } from "../../server/graph_store.ts";
import { graphOf, storeOf } from "../helpers/graphs.ts";

Deno.test("degrees count every edge that touches a node, a self-loop once", () => {
  const store = storeOf(4, [[0, 1], [1, 2], [2, 2], [1, 0]]);
  assert.deepEqual([...store.degrees], [2, 3, 2, 0]);
});

Deno.test("a node is described with its attributes and its neighbours, most connected first", () => {
  const input = graphOf(4, [[0, 1, 2], [2, 0, 1], [0, 2, 4], [2, 3], [2, 1]]);
  const store = createGraphStore({ ...input, nodeAttributes: new Map([["age", [41, undefined, undefined, 7]]]) });
  const node = describeNode(store, 0);
  assert.deepEqual(node.attributes, { age: 41 });
  assert.equal(node.degree, 3);
  assert.deepEqual(node.neighbours.map(({ id, direction, weight }) => ({ id, direction, weight })), [
    { id: 2, direction: "both", weight: 5 },
    { id: 1, direction: "out", weight: 2 },
  ]);
  assert.equal(node.neighbour_count, 2);
});

Deno.test("a hub's listing is cut, its count is not", () => {
  const node = describeNode(storeOf(301, Array.from({ length: 300 }, (_, leaf) => [0, leaf + 1] as const)), 0);
  assert.equal(node.neighbours.length, 200);
  assert.equal(node.neighbour_count, 300);
});

Deno.test("the whole graph as JSON is valid at every size around a chunk, with and without positions", () => {
  for (const count of [0, 1, 1999, 2000, 2001, 4000]) {
    const store = storeOf(count, count > 1 ? [[0, 1]] : []);
    const parsed = JSON.parse([...graphJson(store, new Float32Array(3 * count).fill(2))].join(""));
    assert.equal(parsed.nodes.length, count);
    assert.equal(parsed.edges.length, count > 1 ? 1 : 0);
    if (count > 0) {
      assert.deepEqual(parsed.nodes[0], {
        id: 0,
        key: "n0",
        label: "Node 0",
        type: "",
        x: 2,
        y: 2,
        z: 2,
        attributes: {},
      });
    }
    assert.equal(JSON.parse([...graphJson(store, undefined)].join("")).nodes[0]?.x, undefined);
  }
});

Deno.test("the label table lists labels, types and degrees in wire order", () => {
  assert.deepEqual(labelTable(storeOf(2, [[0, 1]])), {
    generation: 1,
    ids: [0, 1],
    labels: ["Node 0", "Node 1"],
    typeNames: [""],
    types: [0, 0],
    degrees: [1, 1],
  });
});

Deno.test("an attribute may have any name", () => {
  const input = { ...graphOf(1, []), nodeAttributes: new Map([["__proto__", ["odd"]], ["constructor", [1]]]) };
  assert.equal(
    JSON.stringify(describeNode(createGraphStore(input), 0).attributes),
    '{"__proto__":"odd","constructor":1}',
  );
});
