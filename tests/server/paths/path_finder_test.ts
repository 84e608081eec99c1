import assert from "node:assert/strict";
import type { LivePaths, PathQuestion } from "../../../gpu/mod.ts";
import { LIMITS } from "../../../server/limits.ts";
import { openPathFinder, PathsBusyError } from "../../../server/paths/path_finder.ts";
import { storeOf } from "../../helpers/graphs.ts";

const QUESTION: PathQuestion = { source: 0, measure: "length", direction: "undirected" };

Deno.test("path finder: the worker starts with the first question, and gets a graph once per generation", async () => {
  const calls: string[] = [], graph = storeOf(2, [[0, 1, 3]]);
  const paths = { distances: Float32Array.of(0, 3), parents: Int32Array.of(-1, 0) };
  const open = ({ engine }: { engine: string }): LivePaths => {
    calls.push(`open ${engine}`);
    return {
      hasEnded: false,
      setGraph: ({ lengths }) => calls.push(`graph ${[...lengths]}`),
      solve: () => Promise.resolve({ paths, engine: "cpu" }),
      close: () => Promise.resolve(),
    };
  };
  const finder = openPathFinder({ engine: () => "webgpu", open });
  assert.deepEqual(calls, []);
  assert.deepEqual(await finder.find(graph, QUESTION), { ...paths, generation: 1 });
  await finder.find(graph, QUESTION);
  assert.deepEqual(calls, ["open webgpu", "graph 3"]);
  assert.equal((await finder.find({ ...storeOf(2, [[0, 1, 4]]), generation: 2 }, QUESTION)).generation, 2);
  assert.deepEqual(calls, ["open webgpu", "graph 3", "graph 4"]);
  await finder.close();
});

Deno.test("path finder: so many questions wait, no more", async () => {
  const graph = storeOf(2, [[0, 1]]), finder = openPathFinder({ engine: () => "cpu" });
  const waiting = Array.from({ length: LIMITS.pendingPaths.value }, () => finder.find(graph, QUESTION));
  await assert.rejects(() => finder.find(graph, QUESTION), PathsBusyError);
  for (const { distances } of await Promise.all(waiting)) assert.deepEqual([...distances], [0, 1]);
  assert.deepEqual([...(await finder.find(graph, QUESTION)).distances], [0, 1]);
  await finder.close();
});

Deno.test("path finder: a question that kills the worker fails, and the next one has another worker", async () => {
  const graph = storeOf(2, [[0, 1]]), opened: string[] = [];
  const paths = { distances: Float32Array.of(0, 1), parents: Int32Array.of(-1, 0) };
  const open = (): LivePaths => {
    const isFirst = opened.push("open") === 1;
    let hasEnded = false;
    return {
      get hasEnded() {
        return hasEnded;
      },
      setGraph: () => opened.push("graph"),
      solve() {
        hasEnded = isFirst;
        return isFirst ? Promise.reject(new Error("stopped")) : Promise.resolve({ paths, engine: "cpu" });
      },
      close: () => Promise.resolve(),
    };
  };
  const finder = openPathFinder({ engine: () => "cpu", open });
  await assert.rejects(finder.find(graph, QUESTION), /stopped/);
  assert.deepEqual(await finder.find(graph, QUESTION), { ...paths, generation: 1 });
  assert.deepEqual(opened, ["open", "graph", "open", "graph"]);
  await finder.close();
});
