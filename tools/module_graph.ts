/** The modules of this repository and what each imports, resolved as the runtime resolves them. */
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Path of a module → paths of the modules it imports; all relative to the root, with forward slashes. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

export const ROOT = join(import.meta.dirname ?? "", "..");

const SKIPPED = new Set(["node_modules", "dist"]);

/** Every TypeScript file under `root`, sorted; hidden folders and build outputs are left out. */
export function listSources(root: string): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(root)) {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    const path = join(root, entry.name);
    if (entry.isDirectory) found.push(...listSources(path));
    else if (/\.tsx?$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

interface Resolution {
  readonly specifier?: string;
}

/** The part of `deno info --json` that is read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly { readonly code?: Resolution; readonly type?: Resolution }[];
  }[];
}

async function readInfo(entry: string, root: string): Promise<Info> {
  const args = ["info", "--json", "--config", join(root, "deno.json"), entry];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  if (code !== 0) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr).trim()}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function localPath(specifier: string | undefined, root: string): string | undefined {
  if (specifier?.startsWith("file:") !== true) return undefined;
  const path = relative(root, fileURLToPath(specifier)).replaceAll("\\", "/");
  return path.startsWith("../") ? undefined : path;
}

export interface GraphOptions {
  /** Whether imports of types alone count: they do for the order of the layers, not for what runs. */
  readonly types: "followed" | "left out";
}

/**
 * The graph of `files` and everything they import under `root`.
 * @throws {Error} when a module cannot be found.
 */
export async function readModuleGraph(
  files: readonly string[],
  root: string,
  { types }: GraphOptions,
): Promise<ModuleGraph> {
  const folder = await Deno.makeTempDir({ prefix: "orrery-graph-" });
  try {
    const entry = join(folder, "entry.ts");
    await Deno.writeTextFile(entry, files.map((file) => `import "${pathToFileURL(file)}";\n`).join(""));
    const info = await readInfo(entry, root);
    const graph = new Map<string, string[]>();
    for (const { specifier, error, dependencies = [] } of info.modules) {
      if (error !== undefined) throw new Error(error);
      const path = localPath(specifier, root);
      if (path === undefined) continue;
      const targets = dependencies.flatMap(({ code, type }) => {
        return types === "followed" ? [code?.specifier, type?.specifier] : [code?.specifier];
      });
      const paths = targets.map((target) => localPath(target, root)).filter((target) => target !== undefined);
      graph.set(path, [...new Set(paths)].sort());
    }
    return reachable(graph, files.map((file) => relative(root, file).replaceAll("\\", "/")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function reachable(graph: ModuleGraph, from: readonly string[]): ModuleGraph {
  const found = new Set(from);
  for (const path of found) graph.get(path)?.forEach((target) => found.add(target));
  return new Map([...graph].filter(([path]) => found.has(path)));
}
