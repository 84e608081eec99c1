import assert from "node:assert/strict";
import { join } from "node:path";
import { findCycles } from "../../tools/check_cycles.ts";
import { listSources, readModuleGraph } from "../../tools/module_graph.ts";

Deno.test("a graph without cycles has none", () => {
  assert.deepEqual(findCycles(new Map()), []);
  assert.deepEqual(findCycles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), []);
});

Deno.test("each cycle is told once, by its shortest way round", () => {
  const graph = new Map([
    ["a", ["b", "c"]],
    ["b", ["c"]],
    ["c", ["a"]],
    ["d", ["a", "d"]],
    ["e", ["a"]],
  ]);
  assert.deepEqual(findCycles(graph), [["a", "c", "a"], ["b", "c", "a", "b"], ["d", "d"]]);
});

Deno.test("a cycle of type imports is found in files, and folders of build outputs are not read", async () => {
  const root = await Deno.makeTempDir({ prefix: "orrery-cycles-" });
  try {
    const write = (path: string, text: string) => Deno.writeTextFile(join(root, path), text);
    await Promise.all(["dist", ".hidden"].map((folder) => Deno.mkdir(join(root, folder))));
    await write("deno.json", "{}");
    await write("one.ts", 'import type { Two } from "./two.ts"; export type One = Two[];');
    await write("two.ts", 'import { type One } from "./one.ts"; export interface Two { one: One }');
    await write("three.tsx", 'import "./one.ts"; export {};');
    await write("dist/built.ts", 'import "./missing.ts";');
    await write(".hidden/cache.ts", 'import "./missing.ts";');
    const sources = listSources(root);
    assert.deepEqual(sources, ["one.ts", "three.tsx", "two.ts"].map((path) => join(root, path)));
    const graph = await readModuleGraph(sources, root, { types: "followed" });
    assert.deepEqual([...graph].sort(), [["one.ts", ["two.ts"]], ["three.tsx", ["one.ts"]], ["two.ts", ["one.ts"]]]);
    assert.deepEqual(findCycles(graph), [["one.ts", "two.ts", "one.ts"]]);
    const running = await readModuleGraph([join(root, "three.tsx")], root, { types: "left out" });
    assert.deepEqual([...running], [["one.ts", []], ["three.tsx", ["one.ts"]]]);
    await write("four.ts", 'import "./missing.ts";');
    await assert.rejects(readModuleGraph(listSources(root), root, { types: "followed" }), /missing\.ts/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
