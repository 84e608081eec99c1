import assert from "node:assert/strict";
import { createTopology, sameNodes } from "../../../web/scene/topology.ts";

function edges(...pairs: [number, number][]) {
  return {
    count: pairs.length,
    sources: Uint32Array.from(pairs, ([source]) => source),
    targets: Uint32Array.from(pairs, ([, target]) => target),
  };
}

Deno.test("ids become indices, and neighbours are known from both ends", () => {
  const graph = createTopology(new Uint32Array([30, 10, 20]), edges([30, 10], [20, 30]));
  assert.deepEqual([...graph.ends], [0, 1, 2, 0]);
  const neighbours = (index: number) => [...graph.neighbours.subarray(graph.offsets[index], graph.offsets[index + 1])];
  assert.deepEqual([0, 1, 2].map(neighbours), [[1, 2], [0], [0]]);
  assert.deepEqual([10, 20, 30, 31].map(graph.indexOf), [1, 2, 0, undefined]);
});

Deno.test("ids may be anywhere in 32 bits", () => {
  const graph = createTopology(new Uint32Array([0xffff_fffe, 7]), edges([7, 0xffff_fffe]));
  assert.deepEqual([...graph.ends], [1, 0]);
  assert.equal(graph.indexOf(8), undefined);
});

Deno.test("an edge with an unknown end is left out; a loop and a double stay", () => {
  const graph = createTopology(new Uint32Array([1, 2]), edges([1, 9], [1, 1], [1, 2], [2, 1]));
  assert.deepEqual([...graph.ends], [0, 0, 0, 1, 1, 0]);
  assert.deepEqual([...graph.offsets], [0, 4, 6]);
});

Deno.test("no nodes, no edges", () => {
  const graph = createTopology(new Uint32Array(0), edges());
  assert.deepEqual([graph.count, graph.ends.length, graph.offsets.length], [0, 0, 1]);
  assert.equal(graph.indexOf(0), undefined);
});

Deno.test("the same nodes in the same order, whatever the edges", () => {
  const of = (...ids: number[]) => createTopology(new Uint32Array(ids), edges());
  assert.equal(sameNodes(of(1, 2), createTopology(new Uint32Array([1, 2]), edges([1, 2]))), true);
  assert.equal(sameNodes(of(1, 2), of(2, 1)), false);
  assert.equal(sameNodes(of(1, 2), of(1)), false);
});
