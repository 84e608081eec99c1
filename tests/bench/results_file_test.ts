import assert from "node:assert/strict";
import { type Measured, mergeMeasured } from "../../bench/results_file.ts";

const part = (name: string, date: string): Measured => ({ name, date, deno: "" });

Deno.test("results: what is measured anew takes its old place, what is new comes last", () => {
  const kept = [part("a", "old"), part("b", "old"), part("c", "old")];
  assert.deepEqual(mergeMeasured(kept, part("b", "new")), [part("a", "old"), part("b", "new"), part("c", "old")]);
  assert.deepEqual(mergeMeasured(kept, part("d", "new")), [...kept, part("d", "new")]);
  assert.deepEqual(mergeMeasured([], part("a", "new")), [part("a", "new")]);
});
