/** Schemas of option values. Whatever the source, a value arrives as text and leaves as what the program works with. */
import * as v from "valibot";
import { isParameterName, paramProblem, type Params } from "../../gpu/mod.ts";
import { DEFAULT_DEMO_NODES, type Demo, MAX_DEMO_NODES, MIN_DEMO_NODES } from "../import/demo.ts";

export type Port = number | "off";

export const text = v.pipe(v.string(), v.minLength(1));

/** A whole number written in digits, so that "", "1e3", "0x10" and " 7" are refused rather than guessed at. */
export function wholeNumber(min: number, max: number): v.GenericSchema<string, number> {
  return v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
}

export const port = wholeNumber(0, 65_535);

export const optionalPort: v.GenericSchema<string, Port> = v.union([v.literal("off"), port]);

export const onOff: v.GenericSchema<string, boolean> = v.pipe(
  v.picklist(["true", "1", "yes", "on", "false", "0", "no", "off"]),
  v.transform((word) => ["true", "1", "yes", "on"].includes(word)),
);

const demoNodes = wholeNumber(MIN_DEMO_NODES, MAX_DEMO_NODES);
const sizedDemo = v.picklist(["communities", "scale-free", "grid"]);

export const demo: v.GenericSchema<string, Demo> = v.union([
  v.pipe(v.literal("miserables"), v.transform((kind) => ({ kind }))),
  v.pipe(
    v.string(),
    v.transform((written) => written.split(":")),
    v.union([v.strictTuple([sizedDemo, demoNodes]), v.strictTuple([sizedDemo])]),
    v.transform(([kind, nodes]) => ({ kind, nodes: nodes ?? DEFAULT_DEMO_NODES })),
  ),
]);

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_DURATION_MS = 365 * UNIT_MS.d;

/** "30s", "15m", "1h", "7d" in milliseconds; 1 s to 365 d. */
export const duration: v.GenericSchema<string, number> = v.pipe(
  v.string(),
  v.transform((written) => [written.slice(0, -1), written.slice(-1)]),
  v.strictTuple([wholeNumber(1, MAX_DURATION_MS), v.picklist(["s", "m", "h", "d"])]),
  v.transform(([count, unit]) => count * UNIT_MS[unit]),
  v.maxValue(MAX_DURATION_MS),
);

/** Comma-separated web origins, normalised as browsers send them: no path, no default port, lower case. */
export const origins: v.GenericSchema<string, readonly string[]> = v.pipe(
  v.string(),
  v.transform((written) => written.split(",").map((part) => part.trim())),
  v.array(v.pipe(v.string(), v.url(), v.transform((url) => new URL(url)), v.check(isOrigin), v.transform(originOf))),
);

function isOrigin(url: URL): boolean {
  const bare = url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
  return bare && (url.protocol === "http:" || url.protocol === "https:");
}

function originOf(url: URL): string {
  return url.origin;
}

/** Comma-separated `name=value` of the layout's parameters. */
export const params: v.GenericSchema<string, Partial<Params>> = v.pipe(
  v.string(),
  v.transform((written) => written.split(",").map((part) => part.trim().split("="))),
  v.array(v.pipe(
    v.strictTuple([v.string(), v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number))]),
    v.check(([name, value]) => isParameterName(name) && paramProblem(name, value) === undefined),
  )),
  v.transform((pairs) => Object.fromEntries(pairs)),
);

/** A layout file, its format told by its ending. */
export const outFile = v.pipe(
  v.string(),
  v.regex(/[^/\\]\.\w+$/),
  v.transform((path) => ({ path, format: path.slice(path.lastIndexOf(".") + 1).toLowerCase() })),
  v.object({ path: v.string(), format: v.picklist(["f32", "csv", "json", "gexf"]) }),
);

export type StartSource =
  | { readonly kind: "graph" }
  | { readonly kind: "file"; readonly path: string; readonly format: "f32" | "csv" | "json" };

/** Where a layout starts: the word graph, or a file of places, its format told by its ending. */
export const startSource: v.GenericSchema<string, StartSource> = v.union([
  v.pipe(v.literal("graph"), v.transform((kind) => ({ kind }))),
  v.pipe(
    v.string(),
    v.regex(/[^/\\]\.\w+$/),
    v.transform((path) => ({
      kind: "file" as const,
      path,
      format: path.slice(path.lastIndexOf(".") + 1).toLowerCase(),
    })),
    v.object({ kind: v.literal("file"), path: v.string(), format: v.picklist(["f32", "csv", "json"]) }),
  ),
]);

export type OutFile = v.InferOutput<typeof outFile>;
