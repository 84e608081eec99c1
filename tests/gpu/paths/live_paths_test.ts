import assert from "node:assert/strict";
import { openLivePaths } from "../../../gpu/paths/live_paths.ts";
import { columnsOf } from "./solver_suite.ts";

const QUESTION = { source: 0, measure: "length", direction: "directed" } as const;

Deno.test("live paths: answers in order, about the graph that was set before the question", async () => {
  const paths = openLivePaths({ engine: "cpu" });
  paths.setGraph(columnsOf(2, [[0, 1, 4]]));
  const first = paths.solve(QUESTION), back = paths.solve({ ...QUESTION, source: 1 });
  paths.setGraph(columnsOf(3, [[0, 1, 1], [1, 2, 1]]));
  const second = paths.solve(QUESTION), hops = paths.solve({ source: 2, measure: "hops", direction: "undirected" });
  assert.deepEqual([...(await first).paths.distances], [0, 4]);
  assert.deepEqual([...(await back).paths.distances], [Infinity, 0]);
  assert.deepEqual([...(await second).paths.distances], [0, 1, 2]);
  assert.deepEqual([...(await hops).paths.parents], [1, 2, -1]);
  await paths.close();
});

Deno.test("live paths: what cannot be is refused with a sentence, and the worker goes on", async () => {
  const paths = openLivePaths({ engine: "cpu" });
  await assert.rejects(() => paths.solve(QUESTION), /there is no graph yet/);
  paths.setGraph(columnsOf(2, [[0, 1, -1]]));
  await assert.rejects(() => paths.solve(QUESTION), /length -1 of edge 0: it must be finite and not negative/);
  paths.setGraph(columnsOf(2, [[0, 1, 1]]));
  await assert.rejects(() => paths.solve({ ...QUESTION, source: 2 }), /there are 2 nodes/);
  assert.deepEqual([...(await paths.solve(QUESTION)).paths.distances], [0, 1]);
  const pending = paths.solve(QUESTION);
  const refused = assert.rejects(() => pending, /is closed/);
  await paths.close();
  await refused;
  await assert.rejects(() => paths.solve(QUESTION), /is closed/);
});
