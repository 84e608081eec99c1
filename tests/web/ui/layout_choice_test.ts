import assert from "node:assert/strict";
import { parameterRows } from "../../../gpu/mod.ts";
import { FakeLayout } from "../../helpers/fake_layout.ts";
import { offeredPresets, offeredSections, placeOf, PLACES, valueAt } from "../../../web/ui/layout_choice.ts";

Deno.test("a slider gives small values more room, and reaches both ends", () => {
  const range = { min: 0, max: 100 };
  assert.deepEqual([0, 50, 100, 150, 200].map((place) => valueAt(place, range)), [0, 6.3, 25, 56, 100]);
  assert.deepEqual([0, 25, 100].map((value) => placeOf(value, range)), [0, 100, 200]);
  assert.deepEqual([valueAt(0, { min: 0.5, max: 50 }), valueAt(PLACES, { min: 0.001, max: 0.015 })], [0.5, 0.015]);
});

Deno.test("every place of every parameter's slider is a value in its range, and moving on moves it", () => {
  for (const [name, row] of parameterRows) {
    let last = -Infinity;
    for (let place = 0; place <= PLACES; place++) {
      const value = valueAt(place, row);
      assert.ok(value >= row.min && value <= row.max && value >= last, `${name} at ${place}: ${value}`);
      last = value;
    }
  }
});

Deno.test("offered are the forces and what the graph has something of; the default is not a preset but a reset", () => {
  const table = new FakeLayout().describe();
  assert.deepEqual(offeredSections(table).map(({ title, parameters }) => [title, parameters.map(({ name }) => name)]), [
    ["Forces", ["repulsion"]],
    ["Meaning", ["clusterCohesion"]],
  ]);
  assert.deepEqual(offeredPresets(table).map(({ name }) => name), ["clusters"]);
});
