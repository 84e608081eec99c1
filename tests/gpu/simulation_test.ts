import assert from "node:assert/strict";
import { openCpuEngine } from "../../gpu/cpu/engine.ts";
import type { Engine } from "../../gpu/engine.ts";
import type { StartLayout } from "../../gpu/init/start_layout.ts";
import { createParams } from "../../gpu/params.ts";
import { createSimulation } from "../../gpu/simulation.ts";
import { layOut, path } from "./graphs.ts";

Deno.test("simulation: an engine is closed before the one that replaces it is opened", async () => {
  const told: string[] = [], params = createParams();
  const open = (layout: StartLayout): Engine => {
    const engine = openCpuEngine(layout, { dims: 3, seed: 1, threads: 1, params }), close = engine.close.bind(engine);
    told.push(`open ${layout.adjacency.nodeCount}`);
    engine.close = () => {
      told.push(`close ${layout.adjacency.nodeCount}`);
      return close();
    };
    return engine;
  };
  const layout = layOut(path(10)), next = layOut(path(11));
  const simulation = createSimulation({ layout, engine: open(layout), params, pins: [], ignoreStillness: false });
  await simulation.step();
  await simulation.replace({
    layout: next,
    open,
    origins: Int32Array.from({ length: 11 }, (_, k) => k - 1),
    heat: "warm",
  });
  await simulation.step();
  await simulation.close();
  assert.deepEqual(told, ["open 10", "close 10", "open 11", "close 11"]);
  assert.equal(simulation.nodeCount, 11);
});
