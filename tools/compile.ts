/**
 * Builds the executable into `dist/`: `deno run -A tools/compile.ts [--target TRIPLE] [--output FILE]`.
 * The page is taken from `web/dist` as it is; the task builds it first.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./module_graph.ts";
import { findRuntimeFiles } from "./runtime_files.ts";
import { findSourceMaps } from "./source_maps.ts";

/** What the program may do: files, sockets, its environment, the browser it opens; no foreign code in its process. */
export const PERMISSIONS = [
  "--no-prompt",
  ...["read", "write", "net", "env", "sys", "run"].map((name) => `--allow-${name}`),
];

export interface CompileOptions {
  readonly output: string;
  /** The machine it is for; absent: this one. */
  readonly target?: string;
}

/** Arguments of the runtime that compile `main.ts` under `root` with all that it opens, no package that only tests use and no source map. */
export async function compileArguments(root: string, { output, target }: CompileOptions): Promise<string[]> {
  const { opened } = await findRuntimeFiles(join(root, "main.ts"), root);
  const includes = opened.flatMap((path) => ["--include", path]);
  const excludes = (await findSourceMaps(root)).flatMap((path) => ["--exclude", path]);
  const targets = target === undefined ? [] : ["--target", target];
  return [
    "compile",
    ...PERMISSIONS,
    "--exclude-unused-npm",
    ...includes,
    ...excludes,
    ...targets,
    "--output",
    output,
    "main.ts",
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { target: { type: "string" }, output: { type: "string" } } });
  const args = await compileArguments(ROOT, { output: values.output ?? "dist/orrery", target: values.target });
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" }).spawn().status;
  Deno.exit(code);
}
