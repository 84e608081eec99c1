/** What all drawings of measurements share: a document that follows the reader's dark or light theme. */

/** Class → its colour in the light theme and in the dark one. */
type Colours = Readonly<Record<string, readonly [light: string, dark: string]>>;

export interface ChartDocument {
  readonly width: number;
  readonly height: number;
  /** What it shows, in words, for those who do not see it. */
  readonly alt: string;
  readonly fills: Colours;
  readonly strokes?: Colours;
}

const FILLS: Colours = { ground: ["#ffffff", "#12151c"], small: ["#5b6270", "#9aa3b5"] };

function rules({ fills, strokes = {} }: ChartDocument, theme: 0 | 1): string {
  const fill = Object.entries({ ...FILLS, ...fills }).map(([name, colours]) => `.${name} { fill: ${colours[theme]}; }`);
  const stroke = Object.entries(strokes).map(([name, colours]) => `.${name} { stroke: ${colours[theme]}; }`);
  return [`text { fill: ${["#1f2430", "#e6e9f0"][theme]}; }`, ...fill, ...stroke].join("\n");
}

/** Shape: an SVG document. */
export function drawDocument(body: readonly string[], chart: ChartDocument): string {
  const { width, height, alt } = chart;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${alt}</title>`,
    "<style>",
    "text { font: 13px system-ui, sans-serif; }",
    ".title { font-weight: 600; }",
    ".small { font-size: 11px; }",
    rules(chart, 0),
    `@media (prefers-color-scheme: dark) {\n${rules(chart, 1)}\n}`,
    "</style>",
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    ...body,
    "</svg>\n",
  ].join("\n");
}
