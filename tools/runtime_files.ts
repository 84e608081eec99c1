/**
 * What a program opens at run time, found in its sources: modules, text imports, and every path that starts from
 * `new URL("…", import.meta.url)` or `${import.meta.dirname}/…`.
 * Nothing else may reach for a file of the program, so that the list is whole and the executable can embed it.
 */
import { join, posix } from "node:path";
import { readModuleGraph } from "./module_graph.ts";

export interface RuntimeFiles {
  /** Modules and text imports, those of workers included; relative to the root, sorted. */
  readonly modules: readonly string[];
  /** Worker modules and, with its slash, each folder, named by a URL; relative to the root, sorted. */
  readonly opened: readonly string[];
}

const OPENED = /new URL\(\s*"([^"]+)"\s*,\s*import\.meta\.url\s*,?\s*\)|`\$\{import\.meta\.dirname\}\/([^`$]+)`/g;
const OTHER_WAYS: readonly (readonly [RegExp, string])[] = [
  [/import\.meta\.(?!main\b)\w+/, 'write new URL("…", import.meta.url) with a literal'],
  [/\bimport\(\s*[^"\s]/, "import() needs a literal"],
];

function withoutComments(source: string): string {
  return source.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** Paths that a module names by URL, relative to the root. @throws {Error} for a path that cannot be known from the source. */
export function openedBy(module: string, source: string): string[] {
  const code = withoutComments(source);
  const opened = [...code.matchAll(OPENED)].map(([, url, path]) => posix.join(posix.dirname(module), url ?? path));
  const rest = code.replaceAll(OPENED, "");
  for (const [pattern, advice] of OTHER_WAYS) {
    const found = rest.match(pattern);
    if (found !== null) throw new Error(`${module}: "${found[0]}" hides a file from the executable; ${advice}.`);
  }
  return opened;
}

/** Everything that `entry`, a file under `root`, opens. */
export async function findRuntimeFiles(entry: string, root: string): Promise<RuntimeFiles> {
  const opened = new Set<string>();
  for (;;) {
    const workers = [...opened].filter((path) => /\.tsx?$/.test(path)).map((path) => join(root, path));
    const graph = await readModuleGraph([entry, ...workers], root, { types: "left out" });
    const known = opened.size;
    for (const module of graph.keys()) {
      if (!/\.tsx?$/.test(module)) continue;
      openedBy(module, await Deno.readTextFile(join(root, module))).forEach((path) => opened.add(path));
    }
    if (opened.size === known) return { modules: [...graph.keys()].sort(), opened: [...opened].sort() };
  }
}

/** Paths of the files that `opened` stands for: itself, or everything under it. @throws {Deno.errors.NotFound} */
export function filesAt(opened: string, root: string): string[] {
  const path = join(root, opened);
  if (!Deno.statSync(path).isDirectory) return [opened];
  return [...Deno.readDirSync(path)].flatMap((entry) => filesAt(posix.join(opened, entry.name), root)).sort();
}
