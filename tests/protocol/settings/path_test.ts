import assert from "node:assert/strict";
import { DecodeError } from "../../../protocol/codec.ts";
import { isPath, PathRegistry } from "../../../protocol/settings/path.ts";

const accept = (registry: PathRegistry, first: number, paths: readonly string[]) =>
  registry.accept(first, paths, { offset: 1 });

Deno.test("[SET-5] a path is 1 to 16 names with dots between them, 255 bytes at most", () => {
  for (const path of ["a", "physics.repulsion.strength", "A-1._.0", "a.".repeat(15) + "a", "x".repeat(255)]) {
    assert.ok(isPath(path), path);
  }
  for (const path of ["", ".", "a.", ".a", "a..b", "a b", "ä", "a/b", "a\n", "a.".repeat(16) + "a", "x".repeat(256)]) {
    assert.ok(!isPath(path), path);
    assert.throws(() => new PathRegistry(1).register(path), RangeError);
  }
});

Deno.test("[SET-6] ids are given in order and stay; the version counts them", () => {
  const registry = new PathRegistry(10);
  assert.deepEqual([registry.register("a"), registry.register("b"), registry.register("a")], [0, 1, 0]);
  assert.deepEqual([registry.version, registry.idOf("b"), registry.pathOf(1)], [2, 1, "b"]);
  assert.deepEqual([registry.idOf("c"), registry.pathOf(2)], [undefined, undefined]);
  assert.deepEqual([registry.since(0), registry.since(1), registry.since(2)], [["a", "b"], ["b"], []]);
});

Deno.test("[SET-6] a full registry refuses, and keeps what it has", () => {
  const registry = new PathRegistry(2);
  registry.register("a");
  registry.register("b");
  assert.equal(registry.register("c"), undefined);
  assert.equal(registry.register("b"), 1);
  assert.throws(() => accept(registry, 2, ["c"]), DecodeError);
  assert.equal(registry.version, 2);
  for (const capacity of [0, 65_537, 1.5, NaN]) assert.throws(() => new PathRegistry(capacity), RangeError);
});

Deno.test("[SET-6] all 65,536 ids of a u16 can be given", () => {
  const registry = new PathRegistry(65_536);
  for (let id = 0; id < 65_536; id++) assert.equal(registry.register(`p${id}`), id);
  assert.equal(registry.register("one-more"), undefined);
});

Deno.test("[SET-7] announced paths continue the table or are not taken, all or none", () => {
  const registry = new PathRegistry(10);
  assert.ok(accept(registry, 0, ["a", "b"]));
  assert.ok(accept(registry, 2, ["c"]));
  for (const first of [0, 2, 4]) assert.equal(accept(registry, first, ["x"]), false);
  for (const paths of [["d", "d"], ["d", "a"], ["d", ""], ["d", "e."]]) {
    assert.throws(() => accept(registry, 3, paths), DecodeError);
  }
  assert.deepEqual(registry.since(0), ["a", "b", "c"]);
});
