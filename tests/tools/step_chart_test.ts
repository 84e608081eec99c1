import assert from "node:assert/strict";
import type { StepResults } from "../../bench/step_bench.ts";
import { drawSteps, seriesOf } from "../../tools/step_chart.ts";

const NAMES = [
  "d3-force-3d",
  "ngraph.forcelayout 3D",
  "graphology FA2 2D, Barnes–Hut",
  "orrery, 1 thread",
  "orrery, 2 threads",
];

/** Every contestant takes ten times as long as the next. */
const measured = (nodes: number, ms: number): StepResults => ({
  ...{ name: `${nodes}`, date: "", deno: "", nodes, error: 0 },
  lines: NAMES.map((name, k) => ({ name, medianMs: ms / 10 ** k, fastestMs: 0 })),
});
const SIZES = [measured(100_000, 10_000), measured(1_000, 100), measured(10_000, 1_000)];

Deno.test("step chart: equal factors are equal distances, the smallest graph comes first", () => {
  const svg = drawSteps(seriesOf(SIZES), "note");
  const [first] = [...svg.matchAll(/<polyline class="d3-line"[^>]* points="([^"]+)"/g)];
  const [[x0, y0], [x1, y1], [x2, y2]] = first[1].split(" ").map((place) => place.split(",").map(Number));
  assert.ok(x0 < x1 && Math.abs(x2 - x1 - (x1 - x0)) < 0.2, `${x0}, ${x1}, ${x2}`);
  assert.ok(y0 > y1 && Math.abs(y2 - y1 - (y1 - y0)) < 0.2, `${y0}, ${y1}, ${y2}`);
});

Deno.test("step chart: labels of lines that end in one place stand below each other", () => {
  const same = SIZES.map(({ lines, ...size }) => ({ ...size, lines: lines.map((line) => ({ ...line, medianMs: 5 })) }));
  const labels = drawSteps(seriesOf([...same, measured(500, 7)]), "note").matchAll(/ y="([\d.]+)">[^<]*: 5 ms</g);
  const heights = [...labels].map(([, y]) => Number(y));
  assert.equal(heights.length, 5);
  for (let k = 1; k < 5; k++) assert.ok(heights[k] - heights[k - 1] >= 15, heights.join(", "));
});

Deno.test("step chart: a layout that was not asked at the largest size ends earlier", () => {
  const alone = { ...measured(1_000_000, 0), lines: [{ name: "orrery, 2 threads", medianMs: 9, fastestMs: 9 }] };
  const series = seriesOf([...SIZES, alone]), lengths = series.map(({ points }) => points.length);
  assert.deepEqual(lengths, [3, 3, 3, 3, 4]);
});

Deno.test("step chart: says in words what it shows, and in both themes", () => {
  const svg = drawSteps(seriesOf(SIZES), "note");
  assert.match(svg, /<title>[^<]*orrery, 2 threads: 0\.01 ms at 1,000 nodes, 0\.1 ms at 10,000 nodes, 1 ms at 100,000/);
  assert.match(svg, /prefers-color-scheme: dark/);
});

Deno.test("step chart: results without a contestant are refused", () => {
  assert.throws(() => seriesOf(SIZES.map((size) => ({ ...size, lines: size.lines.slice(1) }))), /d3-force-3d.*anew/);
});

Deno.test("step chart: the published drawing is that of the published results", () => {
  const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
  const results: StepResults[] = JSON.parse(read("bench/step_results.json")), svg = read("docs/images/steps.svg");
  const words = /<title>([^<]*)<\/title>/.exec(svg)?.[1];
  assert.ok(drawSteps(seriesOf(results), "").includes(`<title>${words}</title>`));
});
