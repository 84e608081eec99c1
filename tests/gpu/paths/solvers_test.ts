import assert from "node:assert/strict";
import { Solvers } from "../../../gpu/paths/solvers.ts";
import { columnsOf } from "./solver_suite.ts";

Deno.test("solvers: where the device cannot be opened the CPU answers, each time, and closing ends", async () => {
  let asked = 0;
  const open = () => Promise.reject(new Error(`no device, attempt ${++asked}`));
  const solvers = new Solvers({ engine: "webgpu", gpuArcs: 0, open });
  solvers.setGraph(columnsOf(2, [[0, 1, 4]]));
  for (const direction of ["directed", "undirected"] as const) {
    const { engine, paths } = await solvers.solve({ source: 0, measure: "length", direction });
    assert.deepEqual([engine, [...paths.distances]], ["cpu", [0, 4]]);
  }
  assert.equal(asked, 1);
  await solvers.close();
});
