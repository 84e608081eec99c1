import assert from "node:assert/strict";
import {
  colorByDegree,
  colorByType,
  type Coloring,
  colorNodes,
  degreeSlot,
  OTHER_SLOT,
} from "../../../web/state/coloring.ts";

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

Deno.test("types that are shown keep their slots when counts change their order", () => {
  const typeNames = Array.from({ length: 8 }, (_, type) => `t${type}`);
  const slotsOf = ({ legend }: Coloring) =>
    legend.kind === "types" ? Object.fromEntries(legend.entries.map(({ name, slot }) => [name, slot])) : {};
  const before = colorByType(typeNames, [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6]);
  const types = [6, 6, 6, 6, 5, 5, 5, 4, 4, 3, 2, 1, 0, 7];
  const after = slotsOf(colorByType(typeNames, types, before.legend)), { t7, ...same } = after;
  assert.deepEqual(same, slotsOf(before));
  assert.equal(new Set([...Object.values(same), t7]).size, 8, "a new type takes the free one");
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
