import assert from "node:assert/strict";
import type { Results } from "../../bench/codec_table.ts";
import { drawChart, type Panel, panelsOf } from "../../tools/codec_chart.ts";

const PANEL: Panel = {
  title: "Time",
  bars: [{ name: "slow", value: 100, label: "100 ms" }, { name: "fast", value: 1, label: "1 ms" }],
};

Deno.test("codec chart: bars are as long as the logarithm of what they stand for", () => {
  const widths = [...drawChart([PANEL], "note").matchAll(/<rect class="peer"[^>]* width="([\d.]+)"/g)].map(([, w]) =>
    Number(w)
  );
  assert.equal(widths[0], 540);
  assert.equal(widths[1], Number((540 * Math.log(2) / Math.log(200)).toFixed(1)));
});

Deno.test("codec chart: says in words what it shows, for those who do not see it, in both themes", () => {
  const svg = drawChart([PANEL], "note");
  assert.match(svg, /<title>Time: slow 100 ms, fast 1 ms\.<\/title>/);
  assert.match(svg, /prefers-color-scheme: dark/);
});

Deno.test("codec chart: the published drawing is that of the published results", () => {
  const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
  const results: Results = JSON.parse(read("bench/codec_results.json")), svg = read("docs/images/codecs.svg");
  for (const { bars } of panelsOf(results)) for (const { label } of bars) assert.ok(svg.includes(`>${label}<`), label);
});

Deno.test("codec chart: results without a line that is drawn are refused", () => {
  assert.throws(() => panelsOf({ date: "", deno: "", groups: [] }), /measure anew/);
});
