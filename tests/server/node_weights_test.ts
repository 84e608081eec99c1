import assert from "node:assert/strict";
import { createGraphStore } from "../../server/graph_store.ts";
import { readWeights } from "../../server/node_weights.ts";
import { graphOf } from "../helpers/graphs.ts";

Deno.test("weights: charge and mass come from the attributes of the same name, 1 where there is none", () => {
  const nodeAttributes = new Map([["charge", [0, 2.5, undefined]], ["mass", [undefined, null, 4]]]);
  const { charges, masses, notes } = readWeights({ ...graphOf(3, []), nodeAttributes });
  assert.deepEqual([[...charges], [...masses], notes], [[0, 2.5, 1], [1, 1, 4], []]);
});

Deno.test("weights: depth comes from the attribute of the same name, unknown where there is none or none that can be", () => {
  const nodeAttributes = new Map([["depth", [3, undefined, -1, 0.5]]]);
  const { depths, notes } = readWeights({ ...graphOf(4, []), nodeAttributes });
  assert.deepEqual([...depths ?? []], [3, NaN, NaN, 0.5]);
  assert.deepEqual(notes, ["1 depth counts as unknown: a depth is a number from 0 to 1,000."]);
  assert.equal(readWeights(graphOf(4, [])).depths, undefined);
});

Deno.test("weights: what cannot be a weight counts as 1, and a note says how many", () => {
  const nodeAttributes = new Map([
    ["charge", [-1, NaN, 1001, 1000, "2"]],
    ["mass", [0, 0.001, Infinity, 1000, 7]],
  ]);
  const store = createGraphStore({ ...graphOf(5, []), nodeAttributes, notes: ["read"] });
  assert.deepEqual([...store.charges], [1, 1, 1, 1000, 1]);
  assert.deepEqual([...store.masses], [1, Math.fround(0.001), 1, 1000, 7]);
  assert.deepEqual(store.notes, [
    "read",
    "4 charge values count as 1: a charge is a number from 0 to 1,000.",
    "2 mass values count as 1: a mass is a number from 0.001 to 1,000.",
  ]);
});
