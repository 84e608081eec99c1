/**
 * Lint plugin: who may import what. One rule, driven by the table below; everything else is reading the table.
 * A worker opened by `new URL(…, import.meta.url)` is not an import and not seen here.
 */
import { dirname, isAbsolute, posix, relative } from "node:path";

/** What the modules under `path` may import. The row with the longest matching path holds. */
interface Layer {
  /** A file, or a folder with its slash. */
  readonly path: string;
  /** Files and folders of this repository; "" is all of it. */
  readonly modules: readonly string[];
  /** Exceptions to `modules`. */
  readonly never?: readonly string[];
  readonly packages: readonly string[] | "any";
  /** Whether `Deno` may be named and `node:` imported. */
  readonly platform: "allowed" | "forbidden";
}

const GPU = { modules: ["gpu/", "protocol/frame.ts"], packages: [] };
const ANYTHING = { modules: [""], packages: "any", platform: "allowed" } as const;

export const LAYERS: readonly Layer[] = [
  { path: "protocol/", modules: ["protocol/"], packages: [], platform: "forbidden" },
  { path: "gpu/", ...GPU, platform: "forbidden" },
  { path: "gpu/device.ts", ...GPU, platform: "allowed" },
  { path: "gpu/worker.ts", ...GPU, platform: "allowed" },
  { path: "gpu/cpu/", ...GPU, platform: "allowed" },
  { path: "server/", modules: ["server/", "protocol/", "gpu/mod.ts"], packages: "any", platform: "allowed" },
  {
    path: "server/endpoints/",
    modules: ["server/", "protocol/"],
    never: ["server/endpoints/"],
    packages: "any",
    platform: "allowed",
  },
  {
    path: "main.ts",
    modules: ["server/", "protocol/", "gpu/mod.ts", "deno.json"],
    packages: "any",
    platform: "allowed",
  },
  { path: "web/connection/", modules: ["web/connection/", "protocol/"], packages: ["valibot"], platform: "forbidden" },
  {
    path: "web/state/",
    modules: ["web/state/", "web/connection/", "protocol/"],
    packages: ["@preact/signals"],
    platform: "forbidden",
  },
  {
    path: "web/scene/",
    modules: ["web/scene/", "web/state/", "protocol/frame.ts"],
    packages: ["three", "camera-controls"],
    platform: "forbidden",
  },
  {
    path: "web/ui/",
    modules: ["web/ui/", "web/state/"],
    packages: ["preact", "@preact/signals", "lucide-preact", "uplot"],
    platform: "forbidden",
  },
  { path: "web/main.tsx", modules: ["web/", "protocol/"], packages: "any", platform: "forbidden" },
  { path: "examples/", modules: ["examples/", "protocol/", "web/connection/"], packages: "any", platform: "allowed" },
  { path: "tests/", ...ANYTHING },
  { path: "bench/", ...ANYTHING },
  { path: "tools/", ...ANYTHING },
];

const ROOT = dirname(import.meta.dirname ?? "");

/** Path from the repository's root with forward slashes; absent for a file outside it. */
function repositoryPath(filename: string): string | undefined {
  const path = relative(ROOT, filename).replaceAll("\\", "/");
  return path.startsWith("../") || isAbsolute(path) ? undefined : path;
}

function lies(path: string, place: string): boolean {
  return place === "" || place.endsWith("/") ? path.startsWith(place) : path === place;
}

/** The row that holds for a file of this repository. */
export function layerOf(path: string): Layer | undefined {
  return LAYERS.filter((layer) => lies(path, layer.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function names(list: readonly string[]): string {
  return list.length === 0 ? "none" : list.join(", ");
}

/** The package of a bare specifier: `three/addons/x.js` → `three`, `@preact/signals` stays. */
function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function problemWithModule(layer: Layer, from: string, specifier: string): string | undefined {
  const to = posix.normalize(posix.join(posix.dirname(from), specifier));
  const refused = layer.never?.find((place) => lies(to, place));
  if (refused !== undefined) return `${from} must not import ${to}: modules under ${refused} do not import each other.`;
  if (layer.modules.some((place) => lies(to, place))) return undefined;
  return `${from} must not import ${to}: ${layer.path} imports from ${names(layer.modules)} only.`;
}

/** What is wrong with an import, in one sentence; absent when nothing is. */
function problemWithImport(layer: Layer, from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return problemWithModule(layer, from, specifier);
  if (specifier.startsWith("node:")) return problemWithPlatform(layer, from, specifier);
  if (/^[a-z]+:/.test(specifier) || specifier.startsWith("/")) {
    return `${from} must not import ${specifier}: packages come from npm, by their name in deno.json.`;
  }
  const name = packageOf(specifier);
  if (layer.packages === "any" || layer.packages.includes(name)) return undefined;
  return `${from} must not import the package ${name}: packages allowed under ${layer.path}: ${names(layer.packages)}.`;
}

function problemWithPlatform(layer: Layer, from: string, name: string): string | undefined {
  if (layer.platform === "allowed") return undefined;
  const allowed = LAYERS.filter((row) => row.platform === "allowed").map((row) => row.path);
  return `${from} must not use ${name}: it belongs to ${names(allowed)} only.`;
}

function create(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = repositoryPath(context.filename);
  if (path === undefined) return {};
  const layer = layerOf(path);
  const report = (node: Deno.lint.Node, message: string | undefined) => {
    if (message !== undefined) context.report({ node, message, hint: "The table is in tools/lint_layers.ts." });
  };
  if (layer === undefined) {
    return { Program: (node) => report(node, `${path} belongs to no layer: move it, or give it a row in the table.`) };
  }
  const checkSource = (source: Deno.lint.Node | null) => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    report(source, problemWithImport(layer, path, source.value));
  };
  return {
    ImportDeclaration: (node) => checkSource(node.source),
    ExportAllDeclaration: (node) => checkSource(node.source),
    ExportNamedDeclaration: (node) => checkSource(node.source),
    ImportExpression: (node) => checkSource(node.source),
    TSImportType: (node) => checkSource(node.argument.type === "TSLiteralType" ? node.argument.literal : null),
    Identifier: (node) => {
      if (node.name === "Deno") report(node, problemWithPlatform(layer, path, "Deno"));
    },
  };
}

const plugin: Deno.lint.Plugin = { name: "orrery", rules: { layers: { create } } };
export default plugin;
