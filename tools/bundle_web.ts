/**
 * Builds the page: `web/main.tsx` and what it imports become `web/dist/main.js`, the page's other files are copied beside it.
 * Does nothing when nothing that goes in has changed.
 *
 * `deno run -A tools/bundle_web.ts [--check]`; `--check` also holds `main.js` to its size budget.
 */
import { dirname, extname, join, relative } from "node:path";
import { ROOT } from "./module_graph.ts";

/** Everything but modules that the page is made of. */
const STATIC_ENDINGS = new Set([".html", ".css", ".svg", ".png", ".ico", ".woff2", ".webmanifest"]);
/** Beside `web/` and `protocol/`: a change of any of these builds anew. */
const OTHER_INPUTS = ["deno.json", "web/deno.json", "deno.lock", "tools/bundle_web.ts"];
const HASH_FILE = "inputs.sha256";
export const MAIN_GZIP_BUDGET_BYTES = 320 * 1024;

export interface BundleReport {
  readonly built: boolean;
  /** Sorted by path, relative to `web/dist`. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly gzipBytes: number }[];
}

/** Something the author of the page has to mend; the message is for reading. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

function listFiles(folder: string): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name.startsWith(".") || entry.name === "dist" || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...listFiles(path));
    else found.push(path);
  }
  return found.sort();
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One digest over the runtime's version and the path and content of every input. */
async function hashInputs(root: string): Promise<string> {
  const folders = ["web", "protocol"].flatMap((folder) => listFiles(join(root, folder)));
  const lines = [Deno.version.deno];
  for (const path of new Set([...folders, ...OTHER_INPUTS.map((name) => join(root, name))])) {
    const bytes = await readIfPresent(path);
    if (bytes !== undefined) lines.push(`${relative(root, path)} ${hex(await crypto.subtle.digest("SHA-256", bytes))}`);
  }
  return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n"))));
}

async function readIfPresent(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Runs the bundler into `outdir`. */
async function bundleModules(root: string, outdir: string): Promise<void> {
  const args = ["bundle", "--platform", "browser", "--minify", "--outdir", outdir, "web/main.tsx"];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null", env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  const output = [stderr, stdout].map((bytes) => new TextDecoder().decode(bytes).trim()).join("\n").trim();
  throw new BundleError(`Cannot bundle web/main.tsx:\n${output}`);
}

/** Every file of this page that `index.html` names must be there: a missing one shows as a blank page. */
async function requireLinkedFiles(folder: string): Promise<void> {
  const html = await readIfPresent(join(folder, "index.html"));
  if (html === undefined) throw new BundleError("web/index.html is missing.");
  for (const [, link] of new TextDecoder().decode(html).matchAll(/\b(?:src|href)="([^"#?]+)/g)) {
    if (/^([a-z]+:|\/\/)/.test(link)) continue;
    const bytes = await readIfPresent(join(folder, link));
    if (bytes === undefined) throw new BundleError(`web/index.html names "${link}", which is not part of the page.`);
  }
}

async function build(root: string, folder: string): Promise<void> {
  await bundleModules(root, folder);
  const web = join(root, "web");
  for (const path of listFiles(web).filter((path) => STATIC_ENDINGS.has(extname(path)))) {
    const target = join(folder, relative(web, path));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(path, target);
  }
  await requireLinkedFiles(folder);
}

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

async function report(dist: string, built: boolean): Promise<BundleReport> {
  const paths = listFiles(dist).filter((path) => relative(dist, path) !== HASH_FILE);
  const files = await Promise.all(paths.map(async (path) => {
    const bytes = await Deno.readFile(path);
    return { path: relative(dist, path).replaceAll("\\", "/"), bytes: bytes.length, gzipBytes: await gzipSize(bytes) };
  }));
  return { built, files };
}

/**
 * Brings `web/dist` up to date. A failed build leaves what was there.
 * @throws {BundleError} when the page does not bundle or names a file that is not there.
 */
export async function bundleWeb(root: string): Promise<BundleReport> {
  const dist = join(root, "web", "dist");
  const hash = await hashInputs(root);
  const known = await readIfPresent(join(dist, HASH_FILE));
  if (known !== undefined && new TextDecoder().decode(known) === hash) return report(dist, false);
  await Deno.mkdir(join(root, "dist"), { recursive: true });
  const folder = await Deno.makeTempDir({ dir: join(root, "dist"), prefix: "web-" });
  try {
    await build(root, folder);
    await Deno.writeTextFile(join(folder, HASH_FILE), hash);
    await removeIfPresent(dist);
    await Deno.rename(folder, dist);
  } finally {
    await removeIfPresent(folder);
  }
  return report(dist, true);
}

async function removeIfPresent(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Over its budget: a sentence; within it: nothing. */
export function overBudget(report: BundleReport): string | undefined {
  const main = report.files.find((file) => file.path === "main.js");
  if (main === undefined || main.gzipBytes <= MAIN_GZIP_BUDGET_BYTES) return undefined;
  return `web/dist/main.js is ${kib(main.gzipBytes)} gzipped; its budget is ${kib(MAIN_GZIP_BUDGET_BYTES)}.`;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

async function main(): Promise<void> {
  const started = performance.now(), checks = Deno.args.includes("--check");
  const result = await bundleWeb(ROOT);
  const sizes = result.files.map(({ path, bytes, gzipBytes }) => `${path} ${kib(bytes)} (${kib(gzipBytes)} gzip)`);
  const what = result.built ? `built in ${((performance.now() - started) / 1000).toFixed(1)} s` : "is up to date";
  // On stderr: stdout is the program's own, in `deno task dev` too.
  console.error(`web/dist ${what}${result.built || checks ? `: ${sizes.join(", ")}` : ""}`);
  const problem = checks ? overBudget(result) : undefined;
  if (problem !== undefined) throw new BundleError(problem);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
