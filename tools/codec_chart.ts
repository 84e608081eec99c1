/** The drawing of what `bench/codec_table.ts` measured: size and times of every dialect, as bars. */
import type { Line, Results } from "../bench/codec_table.ts";
import { drawDocument } from "./chart_document.ts";

/** What a bar stands for: its name, and the lines of the two groups that it takes its figures from. */
const BARS = [
  { name: "JSON V1", encode: "JSON V1", decode: "JSON V1, checked" },
  { name: "MessagePack", encode: "MessagePack, an object per node", decode: "MessagePack, an object per node" },
  { name: "protobuf", encode: "protobuf, an object per node", decode: "protobuf, an object per node" },
  { name: "V2", encode: "V2 encodeInto", decode: "V2 decodeInto" },
  { name: "V4", encode: "V4 encodeInto", decode: "V4 decodeInto" },
  { name: "Q1", encode: "Q1 push and delta", decode: "Q1 delta decodeInto" },
] as const;
const NODES = "100,000 nodes";

export interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly label: string }[];
}

function lineOf(lines: readonly Line[], name: string): Line {
  const line = lines.find((one) => one.name === name);
  if (line === undefined) throw new RangeError(`There is no line "${name}" in the results: measure anew.`);
  return line;
}

/** Three figures at most. */
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");

/** Size and times at 100,000 nodes. */
export function panelsOf({ groups }: Results): Panel[] {
  const linesOf = (name: string) => groups.find((group) => group.name === `${name} ${NODES}`)?.lines ?? [];
  const encode = linesOf("encode"), decode = linesOf("decode");
  const panel = (title: string, unit: string, valueOf: (bar: typeof BARS[number]) => number): Panel => ({
    title,
    bars: BARS.map((bar) => ({ name: bar.name, value: valueOf(bar), label: `${short(valueOf(bar))} ${unit}` })),
  });
  return [
    panel(`One frame of ${NODES}`, "MB", (bar) => lineOf(encode, bar.encode).bytes / 1e6),
    panel("Time to write it", "ms", (bar) => lineOf(encode, bar.encode).medianMs),
    panel("Time to read it", "ms", (bar) => lineOf(decode, bar.decode).medianMs),
  ];
}

const WIDTH = 720, NAMES = 104, LABELS = 76, BAR = 16, STEP = 24, HEAD = 34, GAP = 18, TOP = 12, FOOT = 26;
const COLOURS = { peer: ["#a9b1bf", "#566074"], own: ["#2f6fde", "#6ea2ff"] } as const;

/** Bars on a logarithmic scale that begins a little below the shortest. */
function drawPanel({ title, bars }: Panel, top: number): string {
  const values = bars.map(({ value }) => value), least = Math.min(...values) / 2, most = Math.max(...values);
  const lengthOf = (value: number) => (WIDTH - NAMES - LABELS) * Math.log(value / least) / Math.log(most / least);
  const rows = bars.map(({ name, value, label }, index) => {
    const y = top + HEAD + STEP * index, length = lengthOf(value), isPeer = index < 3;
    return `<text x="${NAMES - 10}" y="${y + 13}" text-anchor="end">${name}</text>` +
      `<rect class="${isPeer ? "peer" : "own"}" x="${NAMES}" y="${y}" width="${
        length.toFixed(1)
      }" height="${BAR}" rx="3"/>` +
      `<text x="${(NAMES + length + 7).toFixed(1)}" y="${y + 13}">${label}</text>`;
  });
  return [`<text class="title" x="${NAMES}" y="${top + 20}">${title}</text>`, ...rows].join("\n");
}

/** The whole drawing. Shape: an SVG document of 720 units' width. */
export function drawChart(panels: readonly Panel[], footnote: string): string {
  const tall = (panel: Panel) => HEAD + STEP * panel.bars.length + GAP;
  const tops = panels.map((_, index) => TOP + panels.slice(0, index).reduce((sum, panel) => sum + tall(panel), 0));
  const height = TOP + panels.reduce((sum, panel) => sum + tall(panel), 0) + FOOT;
  const alt = panels.map(({ title, bars }) =>
    `${title}: ${bars.map(({ name, label }) => `${name} ${label}`).join(", ")}.`
  );
  const body = panels.map((panel, index) => drawPanel(panel, tops[index]));
  const note = `<text class="small" x="${NAMES}" y="${height - 14}">${footnote}</text>`;
  return drawDocument([...body, note], { width: WIDTH, height, alt: alt.join(" "), fills: COLOURS });
}
