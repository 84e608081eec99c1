import assert from "node:assert/strict";
import { createRandom } from "../../../gpu/random.ts";
import { reach } from "../../../server/filters/reach.ts";
import { storeOf } from "../../helpers/graphs.ts";
import { levelsFrom } from "./filter_oracle.ts";

Deno.test("[V4-21] levels are those of a plain search, in thin graphs and in crowds, at every depth", () => {
  const random = createRandom(7), upTo = (count: number) => Math.floor(random() * count);
  for (const [nodeCount, edgeCount] of [[1, 0], [2, 1], [40, 30], [40, 60], [200, 190], [200, 2000], [300, 450]]) {
    const edges = Array.from({ length: edgeCount }, () => [upTo(nodeCount), upTo(nodeCount)] as const);
    const store = storeOf(nodeCount, edges);
    for (const maxDepth of [0, 1, 2, 3, 5, 300]) {
      const rootId = upTo(nodeCount), plain = levelsFrom(store, rootId);
      const expected = plain.map((level) => level <= maxDepth ? level + 1 : 0);
      assert.deepEqual([...reach(store, { rootId, maxDepth })], expected, `${nodeCount} ${edgeCount} ${maxDepth}`);
    }
  }
});
