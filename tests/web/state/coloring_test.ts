import assert from "node:assert/strict";
import { colorByDegree, colorByType, colorNodes, degreeSlot, OTHER_SLOT } from "../../../web/state/coloring.ts";

Deno.test("eight types get a slot each, the rest share one and are counted together", () => {
  const typeNames = Array.from({ length: 11 }, (_, type) => `t${type}`);
  const types = typeNames.flatMap((_, type) => new Array<number>(20 - type).fill(type));
  const { slots, legend } = colorByType(typeNames, types);
  assert.equal(legend.kind, "types");
  if (legend.kind !== "types") return;
  assert.equal(new Set(legend.entries.map(({ slot }) => slot)).size, 9);
  assert.deepEqual(legend.entries.at(-1), { name: "3 other types", count: 12 + 11 + 10, slot: OTHER_SLOT });
  assert.equal(slots[0], legend.entries[0].slot);
  assert.equal(slots.at(-1), OTHER_SLOT);
});

Deno.test("a type keeps its colour when counts change", () => {
  const slotOf = (types: number[]) => {
    const { legend } = colorByType(["star", "moon"], types);
    return legend.kind === "types" ? Object.fromEntries(legend.entries.map(({ name, slot }) => [name, slot])) : {};
  };
  assert.deepEqual(slotOf([0, 0, 1]), slotOf([0, 1, 1]));
});

Deno.test("a single type says nothing, so degrees are coloured", () => {
  const one = colorNodes({ typeNames: ["node"], types: [0, 0, 0], degrees: [0, 1, 50] });
  assert.deepEqual(one.legend, { kind: "degree", max: 50, slots: [9, 10, 11, 12, 13, 14, 15] });
  assert.deepEqual([...one.slots], [9, 10, 15]);
});

Deno.test("the degree ramp is logarithmic and stays in bounds", () => {
  assert.deepEqual([0, 1, 10, 100, 1000].map((degree) => degreeSlot(degree, 1000)), [9, 9, 11, 13, 15]);
  assert.equal(degreeSlot(0, 0), 9);
  assert.deepEqual([...colorByDegree([]).slots], []);
});
