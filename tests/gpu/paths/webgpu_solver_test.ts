import assert from "node:assert/strict";
import { findAdapter } from "../../../gpu/device.ts";
import { openLivePaths } from "../../../gpu/paths/live_paths.ts";
import { createPathGraph } from "../../../gpu/paths/path_graph.ts";
import { openCpuSolver } from "../../../gpu/paths/cpu_solver.ts";
import { Solvers } from "../../../gpu/paths/solvers.ts";
import { compilePathKernels, openWebgpuSolver } from "../../../gpu/paths/webgpu_solver.ts";
import { createRandom } from "../../../gpu/random.ts";
import { scaleFree } from "../graphs.ts";
import { columnsOf, solverSuite } from "./solver_suite.ts";

const found = await findAdapter();
if (found === undefined) {
  console.log(
    "Tests of paths on the GPU skipped: no graphics adapter. Software Vulkan is enough: " +
      "apt-get install mesa-vulkan-drivers",
  );
}
const ignore = found === undefined;
const device = await found?.adapter.requestDevice();
const kernels = device === undefined ? undefined : await compilePathKernels(device);

function open(graph: Parameters<typeof openWebgpuSolver>[0]) {
  if (device === undefined || kernels === undefined) throw new TypeError("Cannot open a solver without a device.");
  return Promise.resolve(openWebgpuSolver(graph, { device, kernels }));
}

solverSuite({ name: "paths on the GPU", ignore, graphs: 1000, open });

Deno.test({
  name: "paths on the GPU: a large graph as on the CPU, bit by bit",
  ignore,
  async fn() {
    const random = createRandom(3), { nodeCount, sources, targets } = scaleFree(20_000, 5);
    const lengths = Float32Array.from(sources, random);
    const graph = createPathGraph({ nodeCount, sources, targets, lengths }, "undirected");
    const gpu = await open(graph), cpu = openCpuSolver(graph);
    for (const measure of ["length", "hops"] as const) {
      assert.deepEqual(await gpu.solve(17, measure), await cpu.solve(17, measure));
    }
    gpu.close();
  },
});

const TRIANGLE = columnsOf(3, [[0, 1, 1], [1, 2, 1], [0, 2, 5]]);
const QUESTION = { source: 0, measure: "length", direction: "undirected" } as const;

Deno.test({
  name: "paths on the GPU: graphs from the bound on are the GPU's, smaller ones the CPU's",
  ignore,
  async fn() {
    for (const [gpuArcs, engine] of [[6, "webgpu"], [7, "cpu"]] as const) {
      const paths = openLivePaths({ engine: "webgpu", gpuArcs });
      paths.setGraph(TRIANGLE);
      const answer = await paths.solve(QUESTION);
      assert.equal(answer.engine, engine);
      assert.deepEqual([...answer.paths.distances], [0, 1, 2]);
      await paths.close();
    }
  },
});

Deno.test({
  name: "paths on the GPU: when the device is lost the CPU answers, that question and the next",
  ignore,
  async fn() {
    const solvers = new Solvers({ engine: "webgpu", gpuArcs: 0 });
    solvers.setGraph(TRIANGLE);
    assert.equal((await solvers.solve(QUESTION)).engine, "webgpu");
    await solvers.close();
    const after = await solvers.solve(QUESTION);
    assert.equal(after.engine, "cpu");
    assert.deepEqual([...after.paths.distances], [0, 1, 2]);
  },
});

Deno.test({ name: "paths on the GPU: the device is let go", ignore, fn: () => device?.destroy() });
