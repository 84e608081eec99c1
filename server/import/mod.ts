/** Reading graphs: one file per format, all giving the same `GraphInput`. */

import { detectFormat, type Format } from "./detect_format.ts";
import { GraphBuilder } from "./graph_builder.ts";
import { type GraphInput, ImportError, type OnProgress } from "./graph_input.ts";
import { type InputFile, openInput, titleOf } from "./input_file.ts";
import { readJson } from "./json.ts";
import { IMPORT_LIMITS, type ImportLimits } from "./limits.ts";
import { readMatrixMarket } from "./matrix_market.ts";
import { type Cursor, Problem } from "./problem.ts";
import { readTable } from "./table.ts";

export { IMPORT_LIMITS, type ImportLimits } from "./limits.ts";

export interface ReadGraphOptions {
  /** Told the bytes read so far, of all files together, whenever a piece was read. */
  readonly onProgress?: OnProgress;
  readonly limits?: ImportLimits;
}

/** One file on its way: opened, and its format known. */
interface Source {
  readonly input: InputFile;
  readonly format: Format;
}

/**
 * Reads one graph from one or several files, whose nodes are merged by key.
 *
 * Tables of nodes are read before everything else, so that nodes have the order in which they are declared.
 * Settled once for all formats: self-loops are kept; edges with the same source, target and type become one and their
 * weights add up; a node declared again fills the gaps of its first declaration; a node that only edges name is created;
 * a file without content is an error, a graph without nodes is not. What was changed is told in `notes`.
 * Cost: files are streamed, except JSON; about 4 s and 150 MB per million rows of CSV.
 *
 * @throws {ImportError} for whatever is wrong with a file; nothing is half-loaded.
 */
export async function readGraph(paths: readonly string[], options: ReadGraphOptions): Promise<GraphInput> {
  const limits = options.limits ?? IMPORT_LIMITS;
  if (paths.length > limits.files) {
    throw new ImportError(paths[limits.files], undefined, `is file ${limits.files + 1}; the limit is ${limits.files}`);
  }
  const progress = { stage: "opening", done: 0, total: await totalBytes(paths) };
  const onBytes = (count: number) => {
    progress.done += count;
    options.onProgress?.({ ...progress });
  };
  const sources: Source[] = [];
  try {
    for (const path of paths) sources.push(await openSource(path, limits, onBytes));
    const builder = new GraphBuilder(limits);
    for (const source of nodesFirst(sources)) {
      progress.stage = `reading ${source.input.path}`;
      await placing(source.input.path, (cursor) => readSource(source, builder, { cursor, limits }));
    }
    return builder.finish(titleOfAll(paths));
  } finally {
    for (const { input } of sources) await input.close();
  }
}

async function openSource(path: string, limits: ImportLimits, onBytes: (count: number) => void): Promise<Source> {
  const input = await placing(path, () => openInput(path, { limits, onBytes }));
  try {
    return { input, format: await placing(path, (cursor) => detectFormat(input, cursor)) };
  } catch (error) {
    await input.close();
    throw error;
  }
}

function readSource(
  { input, format }: Source,
  builder: GraphBuilder,
  options: { readonly cursor: Cursor; readonly limits: ImportLimits },
): Promise<void> {
  switch (format.kind) {
    case "JSON":
      return readJson(input, builder, options);
    case "MatrixMarket":
      return readMatrixMarket(input, builder, options);
    case "table":
      return readTable(input, builder, { ...options, plan: format.plan });
  }
}

/** Says of a `Problem` in which file and line it is. */
async function placing<T>(path: string, act: (cursor: Cursor) => T | Promise<T>): Promise<T> {
  const cursor: Cursor = { line: undefined };
  try {
    return await act(cursor);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new ImportError(path, error.line ?? cursor.line, error.message);
  }
}

function nodesFirst(sources: readonly Source[]): readonly Source[] {
  const isNodes = ({ format }: Source) => format.kind === "table" && format.plan.columns.kind === "nodes";
  return [...sources.filter(isNodes), ...sources.filter((source) => !isNodes(source))];
}

/** Bytes of all files; `undefined` if one has no size, as a pipe. */
async function totalBytes(paths: readonly string[]): Promise<number | undefined> {
  let total = 0;
  for (const path of paths) {
    const info = await Deno.stat(path).catch(() => undefined);
    if (info === undefined || !info.isFile) return undefined;
    total += info.size;
  }
  return total;
}

/** One file's name; for several the name of the folder they share, else their names. */
function titleOfAll(paths: readonly string[]): string {
  const folders = new Set(paths.map((path) => path.split(/[\\/]/).slice(0, -1).join("/")));
  const folder = [...folders][0]?.split("/").at(-1) ?? "";
  if (paths.length > 1 && folders.size === 1 && !["", ".", ".."].includes(folder)) return folder;
  return paths.map(titleOf).join(" + ");
}
