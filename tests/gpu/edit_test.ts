import assert from "node:assert/strict";
import { type GraphEdit, NEW_NODE } from "../../gpu/api.ts";
import { carryOver, checkEdit, checkStart, foldEdits } from "../../gpu/edit.ts";
import type { Command } from "../../gpu/messages.ts";
import { dust, graphOf } from "./graphs.ts";

const editOf = (origins: readonly number[]): GraphEdit => ({
  graph: dust(origins.length),
  origins: Int32Array.from(origins),
});
const command = (generation: number, origins: readonly number[]): Command => ({
  kind: "edit",
  generation,
  edit: editOf(origins),
});

Deno.test("edit: origins that name no node, one twice, or too few of them are refused, and so is a bad graph", () => {
  checkEdit(editOf([2, NEW_NODE, 0, NEW_NODE]), 3);
  assert.throws(() => checkEdit(editOf([3]), 3), /^RangeError: Cannot take node 0 from 3: there are 3 nodes\.$/);
  assert.throws(() => checkEdit(editOf([-2]), 3), /Cannot take node 0 from -2/);
  assert.throws(() => checkEdit(editOf([1, 1]), 3), /Cannot take node 1 from 1: another one comes from there/);
  assert.throws(() => checkEdit({ graph: dust(2), origins: Int32Array.of(0) }, 3), /1 origins for 2 nodes/);
  const graph = graphOf(1, [[0, 1]]);
  assert.throws(() => checkEdit({ graph, origins: Int32Array.of(0) }, 3), /Cannot lay out edge 0/);
});

Deno.test("edit: a start has three coordinates per node and a temperature from 0 to 1", () => {
  checkStart(undefined, 2);
  checkStart({ positions: new Float32Array(6), heat: 1 }, 2);
  assert.throws(() => checkStart({ positions: new Float32Array(5) }, 2), /Cannot start 2 nodes at 5 coordinates/);
  assert.throws(() => checkStart({ positions: new Float32Array(6), heat: 1.5 }, 2), /Cannot start at temperature 1.5/);
});

Deno.test("edit: those that follow each other become one; what stands between two keeps its place", () => {
  // 4 nodes; the first edit drops node 0 and adds one, the second reverses and drops the old node 2.
  const first = command(1, [1, 2, 3, NEW_NODE]), second = command(2, [3, 2, 0]), pause: Command = { kind: "pause" };
  const folded = foldEdits([first, second, pause, second]);
  assert.deepEqual(folded.map(({ kind }) => kind), ["edit", "pause", "edit"]);
  assert.deepEqual(folded[0], { kind: "edit", generation: 2, edit: editOf([NEW_NODE, 3, 1]) });
});

Deno.test("edit: places go with their nodes, new nodes have none", () => {
  const carried = carryOver(Float32Array.of(1, 2, 3, 4, 5, 6), editOf([1, NEW_NODE]));
  assert.deepEqual(carried, Float32Array.of(4, 5, 6, NaN, NaN, NaN));
});
