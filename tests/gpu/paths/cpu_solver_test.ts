import assert from "node:assert/strict";
import { openCpuSolver } from "../../../gpu/paths/cpu_solver.ts";
import { createPathGraph, type PathColumns } from "../../../gpu/paths/path_graph.ts";
import { columnsOf, solverSuite } from "./solver_suite.ts";

solverSuite({ name: "paths on the CPU", graphs: 1000, open: (graph) => Promise.resolve(openCpuSolver(graph)) });

Deno.test("path graph: lengths below 0, without end, or too great to add up are refused", () => {
  const refused = (columns: PathColumns, message: RegExp) =>
    assert.throws(
      () => createPathGraph(columns, "directed"),
      (error) => error instanceof RangeError && message.test(error.message),
    );
  refused(columnsOf(2, [[0, 1, 1], [1, 0, -0.5]]), /length -0\.5 of edge 1: it must be finite and not negative/);
  refused(columnsOf(2, [[0, 1, NaN]]), /length NaN of edge 0/);
  refused(columnsOf(2, [[0, 1, Infinity]]), /length Infinity of edge 0/);
  refused(columnsOf(2, [[0, 1, 3e38]]), /paths of 2 nodes would overflow/);
  refused(columnsOf(2, [[0, 2]]), /edge 0 \(0–2\): there are 2 nodes/);
  refused({ ...columnsOf(2, [[0, 1]]), lengths: new Float32Array(2) }, /counts differ/);
});

Deno.test("path graph: arcs in edge order, both ways or one; what is too short for a float counts as 0", () => {
  const columns = columnsOf(3, [[0, 1, 2], [1, 1, 4], [1, 0, 2 ** -127]]);
  const one = createPathGraph(columns, "directed"), both = createPathGraph(columns, "undirected");
  assert.deepEqual([...one.offsets], [0, 1, 3, 3]);
  assert.deepEqual([...one.targets], [1, 1, 0]);
  assert.deepEqual([...one.lengths], [2, 4, 0]);
  assert.deepEqual([...both.offsets], [0, 2, 6, 6]);
  assert.deepEqual([...both.targets], [1, 1, 0, 1, 1, 0]);
});
