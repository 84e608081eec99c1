import assert from "node:assert/strict";
import { EDGE_MEANING, meaningOfEdgeType } from "../../gpu/meaning/edge_meanings.ts";
import { parameterRows } from "../../gpu/params.ts";
import { presets } from "../../gpu/presets.ts";

const text = await Deno.readTextFile(new URL("../../docs/layout.md", import.meta.url));

/** The cells of the rows of the table under a heading, or of the first table whose heading row begins so. */
function tableUnder(begin: string): string[][] {
  const lines = text.slice(text.indexOf(begin)).split("\n");
  const first = lines.findIndex((line) => line.startsWith("|")) + 2;
  const rows = lines.slice(first, lines.findIndex((line, k) => k >= first && !line.startsWith("|")));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")));
}

Deno.test("docs/layout.md lists every parameter as it is", () => {
  assert.deepEqual(
    tableUnder("## Parameters"),
    parameterRows.map(([name, row]) => [name, ...[row.default, row.min, row.max].map(String), row.unit, row.meaning]),
  );
});

Deno.test("docs/layout.md lists every preset as it is", () => {
  const valuesOf = (values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => `${name} ${value}`).join(", ");
  assert.deepEqual(
    tableUnder("## Presets"),
    Object.entries(presets).map(([name, { values, meaning }]) => [name, valuesOf(values), meaning]),
  );
});

Deno.test("docs/layout.md names types of edges that mean what it says", () => {
  const { toParent, toChild, disjoint, equivalent } = EDGE_MEANING;
  const rows = tableUnder("| the edge says"), meanings = [toParent, toChild, disjoint, equivalent];
  assert.equal(rows.length, meanings.length);
  rows.forEach(([, types], k) => {
    for (const type of types.split(", ")) assert.equal(meaningOfEdgeType(type), meanings[k], type);
  });
});
