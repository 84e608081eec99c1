import assert from "node:assert/strict";
import { ROOT } from "../../tools/module_graph.ts";
import { findSourceMaps, packageFolder } from "../../tools/source_maps.ts";

Deno.test("source maps: a locked package is found in its folder, whatever its peers and its scope", () => {
  assert.equal(packageFolder("graphology@0.26.0_graphology-types@0.24.8"), "graphology/0.26.0");
  assert.equal(packageFolder("@hono/node-server@2.1.8_hono@4.13.19"), "@hono/node-server/2.1.8");
});

Deno.test("source maps: those of the packages in use are found, and nothing else", async () => {
  const found = await findSourceMaps(ROOT);
  assert.ok(found.every((path) => path.endsWith(".map")));
  assert.ok(found.some((path) => path.replaceAll("\\", "/").includes("/graphology/0.26.0/dist/")));
});
