/** The drawing of what `bench/step_bench.ts` measured: nodes against milliseconds per step, both logarithmic. */
import type { StepResults } from "../bench/step_bench.ts";
import { drawDocument } from "./chart_document.ts";

/** Name of a contestant → its class, which is its colour, and what is written beside its line. */
const CONTESTANTS: Readonly<Record<string, { readonly tone: keyof typeof COLOURS; readonly label: string }>> = {
  "d3-force-3d": { tone: "d3", label: "d3-force-3d" },
  "ngraph.forcelayout 3D": { tone: "ngraph", label: "ngraph.forcelayout" },
  "graphology FA2 2D, Barnes–Hut": { tone: "fa2", label: "graphology FA2 2D" },
  "orrery, 1 thread": { tone: "one", label: "orrery, 1 thread" },
  "orrery, 2 threads": { tone: "two", label: "orrery, 2 threads" },
};
const COLOURS = {
  d3: ["#1d7f54", "#5cc48f"],
  ngraph: ["#b8541b", "#f0955a"],
  fa2: ["#8347b8", "#c59af2"],
  one: ["#5b8fe6", "#4f86e0"],
  two: ["#2f6fde", "#6ea2ff"],
} as const;
const GRID = { grid: ["#e3e6ec", "#2a303c"] } as const;

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly nodes: number; readonly ms: number }[];
}

/** A line per contestant, from the smallest graph to the largest that it was given. @throws RangeError */
export function seriesOf(results: readonly StepResults[]): Series[] {
  const sizes = results.toSorted((a, b) => a.nodes - b.nodes);
  return Object.keys(CONTESTANTS).map((name) => {
    const points = sizes.flatMap(({ nodes, lines }) =>
      lines.filter((line) => line.name === name).map(({ medianMs }) => ({ nodes, ms: medianMs }))
    );
    if (points.length < 2) throw new RangeError(`There are fewer than two sizes of "${name}": measure anew.`);
    return { name, points };
  });
}

const WIDTH = 720, HEIGHT = 470, LEFT = 70, RIGHT = 220, TOP = 66, BOTTOM = 64, LABEL_STEP = 17;

type Scale = (value: number) => number;

/** Maps `from` and `to` to `start` and `end`, logarithmically. */
function logScale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  return (value) => start + (end - start) * Math.log(value / from) / Math.log(to / from);
}

/** The powers of ten that enclose all values. */
function decades(values: readonly number[]): [number, number] {
  const power = (value: number, round: (exponent: number) => number) => 10 ** round(Math.log10(value));
  return [power(Math.min(...values), Math.floor), power(Math.max(...values), Math.ceil)];
}

function* decadesBetween([from, to]: readonly [number, number]): Generator<number> {
  for (let exponent = Math.round(Math.log10(from)); exponent <= Math.round(Math.log10(to)); exponent++) {
    yield Number(`1e${exponent}`);
  }
}

/** Three figures at most. */
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");
const at = (value: number) => value.toFixed(1);

function drawLine({ name, points }: Series, x: Scale, y: Scale): string[] {
  const places = points.map(({ nodes, ms }) => [at(x(nodes)), at(y(ms))]), { tone } = CONTESTANTS[name];
  return [
    `<polyline class="${tone}-line" fill="none" stroke-width="${tone === "two" ? 3 : 2}" points="${
      places.map((place) => place.join(",")).join(" ")
    }"/>`,
    ...places.map(([cx, cy]) => `<circle class="${tone}" cx="${cx}" cy="${cy}" r="${tone === "two" ? 4 : 3}"/>`),
  ];
}

/** Beside the end of each line, as far apart as they must be to be read. */
function drawLabels(series: readonly Series[], x: Scale, y: Scale): string[] {
  const ends = series.map(({ name, points }) => ({ name, ...points[points.length - 1] })).sort((a, b) => b.ms - a.ms);
  let free = -Infinity;
  return ends.map(({ name, nodes, ms }) => {
    const baseline = Math.max(free, y(ms) + 4);
    free = baseline + LABEL_STEP;
    const { tone, label } = CONTESTANTS[name];
    return `<text class="${tone}" x="${at(x(nodes) + 10)}" y="${at(baseline)}">${label}: ${short(ms)} ms</text>`;
  });
}

/** The whole drawing. Shape: an SVG document of 720 units' width. */
export function drawSteps(series: readonly Series[], footnote: string): string {
  const points = series.flatMap((one) => one.points), sizes = points.map(({ nodes }) => nodes);
  const nodeRange = [Math.min(...sizes), Math.max(...sizes)] as const, msRange = decades(points.map(({ ms }) => ms));
  const x = logScale(nodeRange, [LEFT, WIDTH - RIGHT]), y = logScale(msRange, [HEIGHT - BOTTOM, TOP]);
  const rows = [...decadesBetween(msRange)].flatMap((ms) => [
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(ms))}" y2="${at(y(ms))}"/>`,
    `<text class="small" x="${LEFT - 8}" y="${at(y(ms) + 4)}" text-anchor="end">${ms.toLocaleString("en")}</text>`,
  ]);
  const columns = [...new Set(sizes)].flatMap((nodes) => [
    `<line class="grid" x1="${at(x(nodes))}" x2="${at(x(nodes))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`,
    `<text class="small" x="${at(x(nodes))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(nodes)}</text>`,
  ]);
  const lines = Object.entries(COLOURS).map(([name, colours]) => [`${name}-line`, colours] as const);
  return drawDocument([
    `<text class="title" x="${LEFT}" y="28">Milliseconds per step, by number of nodes</text>`,
    `<text class="small" x="${LEFT}" y="47">Both logarithmic. Three dimensions, FA2 two with Barnes–Hut.</text>`,
    ...[...rows, ...columns, ...series.flatMap((one) => drawLine(one, x, y)), ...drawLabels(series, x, y)],
    `<text class="small" x="${WIDTH - RIGHT + 40}" y="${HEIGHT - BOTTOM + 18}">nodes</text>`,
    `<text class="small" x="${LEFT}" y="${HEIGHT - 14}">${footnote}</text>`,
  ], {
    ...{ width: WIDTH, height: HEIGHT, fills: COLOURS, strokes: { ...GRID, ...Object.fromEntries(lines) } },
    alt: series.map((one) =>
      `${one.name}: ${one.points.map(({ nodes, ms }) => `${short(ms)} ms at ${short(nodes)} nodes`).join(", ")}.`
    ).join(" "),
  });
}
