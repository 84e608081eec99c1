/**
 * Proves that the executable is whole, without the runtime that `deno compile` downloads: a stand-in takes its place, the
 * embedded files are read back from the output, compared with what the sources open, run on their own, and weighed.
 */
import { join } from "node:path";
import { PERMISSIONS } from "./compile.ts";
import { embeddedPackages, runClosure } from "./closure_run.ts";
import type { EmbeddedFile } from "./embedded_files.ts";
import { ROOT } from "./module_graph.ts";
import { filesAt, findRuntimeFiles } from "./runtime_files.ts";
import { compileWithStandIn } from "./stand_in_runtime.ts";

/** Everything embedded: sources, page and packages. The runtime comes on top, about 100 MB. */
const BUDGET_BYTES = 12 * 2 ** 20;
/** Used by tests and by the page, which is bundled; their files have no place in the executable. */
const FOREIGN_PACKAGES = ["playwright-core", "axe-core", "fast-check", "three", "preact", "@preact/signals"];

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** One sentence for every file that the program opens and the executable lacks or has otherwise. */
export async function missingFiles(embedded: readonly EmbeddedFile[], root: string): Promise<string[]> {
  const byPath = new Map(embedded.map((file) => [file.path, file.bytes]));
  const { modules, opened } = await findRuntimeFiles(join(root, "main.ts"), root);
  const needed = new Set([...modules, ...opened.flatMap((path) => filesAt(path, root))]);
  const problems: string[] = [];
  for (const path of needed) {
    const bytes = byPath.get(path);
    if (bytes === undefined) problems.push(`${path} is opened at run time and not embedded.`);
    else if (!equal(bytes, await Deno.readFile(join(root, path)))) {
      problems.push(`${path} is embedded with other bytes.`);
    }
  }
  return problems;
}

/** One sentence for every embedded package that is not the program's. */
export function foreignPackages(embedded: readonly EmbeddedFile[]): string[] {
  const packages = [...embeddedPackages(embedded)];
  return FOREIGN_PACKAGES.flatMap((name) => packages.filter((id) => id.startsWith(`${name}@`)))
    .map((id) => `${id} is embedded, and the program does not use it.`);
}

if (import.meta.main) {
  const embedded = await compileWithStandIn(ROOT);
  const bytes = embedded.reduce((sum, file) => sum + file.bytes.length, 0);
  const mib = (value: number) => `${(value / 2 ** 20).toFixed(2)} MiB`;
  console.log(`${embedded.length} files embedded, ${mib(bytes)}: ${[...embeddedPackages(embedded)].join(", ")}`);
  const problems = [...await missingFiles(embedded, ROOT), ...foreignPackages(embedded)];
  if (bytes > BUDGET_BYTES) problems.push(`The embedded files are over their budget of ${mib(BUDGET_BYTES)}.`);
  if (problems.length > 0) {
    problems.forEach((problem) => console.error(problem));
    Deno.exit(1);
  }
  console.log(`From these files alone: ${await runClosure(embedded, { root: ROOT, permissions: PERMISSIONS })}.`);
}
