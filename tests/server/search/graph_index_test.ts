import assert from "node:assert/strict";
import { createGraphStore } from "../../../server/graph_store.ts";
import { LIMITS } from "../../../server/limits.ts";
import { openGraphIndex, SearchBusyError } from "../../../server/search/graph_index.ts";
import { createLabelIndex } from "../../../server/search/label_index.ts";
import { graphOf } from "../../helpers/graphs.ts";

const LABELS = ["Valjean", "Valjean's sister", "Javert", "Cosette", "Marius"];
const KEYS = ["n0", "n1", "n2", "n3", "n4"];

function finder(labels: readonly string[], keys = labels.map((_, index) => `n${index}`), degrees?: readonly number[]) {
  const index = createLabelIndex({
    ids: Uint32Array.from(labels.keys()),
    labels,
    keys,
    degrees: Uint32Array.from(degrees ?? labels.map(() => 0)),
  });
  return (query: string) => Array.from(index.search(query), (found) => labels[found]);
}

Deno.test("search finds exact before prefix, misspelt only when nothing else fits, and keys as wholes", () => {
  const found = finder(LABELS, KEYS);
  assert.deepEqual(found("valjean"), ["Valjean", "Valjean's sister"]);
  assert.deepEqual(found("cos"), ["Cosette"]);
  assert.deepEqual(found("javret"), ["Javert"]);
  assert.deepEqual(found("n3"), ["Cosette"]);
  assert.deepEqual(found("zzz"), []);
});

Deno.test("equal matches: the better connected first", () => {
  assert.deepEqual(finder(["pin a", "pin b", "pin c"], undefined, [1, 3, 2])("pin"), ["pin b", "pin c", "pin a"]);
});

Deno.test("one letter is a word, not a beginning; of many words the first eight count, each once", () => {
  const found = finder(["a", "alpha", "one two three four five six seven eight nine"]);
  assert.deepEqual(found("a"), ["a"]);
  assert.deepEqual(found("one two three four five six seven eight absent"), [
    "one two three four five six seven eight nine",
  ]);
  assert.deepEqual(found("one one one one one one one one one absent"), []);
});

Deno.test("the worker answers in order, counts all and lists a part", async () => {
  const store = createGraphStore({ ...graphOf(5, [[0, 1]]), labels: LABELS }), index = openGraphIndex(store);
  const [valjean, nothing, empty] = await Promise.all([
    index.search("valjean", 1),
    index.search("zzz", 9),
    index.search("  ", 9),
  ]);
  assert.deepEqual(valjean, { total: 2, nodes: [{ id: 0, label: "Valjean", type: "", degree: 1 }] });
  assert.deepEqual([nothing, empty], [{ total: 0, nodes: [] }, { total: 0, nodes: [] }]);
  index.close();
});

Deno.test("waiting searches are bounded, and end with the index", async () => {
  const index = openGraphIndex(createGraphStore(graphOf(5, [])));
  const waiting = Array.from({ length: LIMITS.pendingSearches.value }, () => index.search("node", 1));
  await assert.rejects(index.search("node", 1), SearchBusyError);
  index.close();
  for (const search of waiting) await assert.rejects(search, /closed/);
  await assert.rejects(index.search("node", 1), /closed/, "nobody is left to answer");
});
