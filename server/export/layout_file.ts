import { dirname } from "node:path";
import { UserError } from "../config/user_error.ts";
import type { GraphInput } from "../import/graph_input.ts";
import { csvRows, f32Bytes, gexfLines, jsonLines, type Layout } from "./layout_formats.ts";

/** Something the user can mend about a file that was to be written. */
export class ExportError extends UserError {
  override readonly name = "ExportError";
  constructor(readonly file: string, readonly problem: string) {
    super(`${file}: ${problem}`);
  }
}

export interface WriteLayoutOptions {
  /** 2 writes z as 0. Default 3. */
  readonly dims?: 2 | 3;
}

type Format = (layout: Layout) => Iterable<string> | Iterable<Uint8Array>;

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["f32", f32Bytes],
  ["csv", csvRows],
  ["json", jsonLines],
  ["gexf", gexfLines],
]);

const BUFFER_BYTES = 1 << 20;

/** Refuses, before any work is done, an ending that `writeLayout` has no format for, or a folder that is not there. */
export async function checkLayoutPath(path: string): Promise<void> {
  formatOf(path);
  const folder = dirname(path);
  try {
    if ((await Deno.stat(folder)).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new ExportError(path, `cannot be written: there is no folder ${folder}`);
}

/**
 * Writes positions with what they belong to, in the format of the path's ending: `.f32` (raw little-endian x y z per
 * node, in input order), `.csv`, `.json` (both can be read as a graph again) or `.gexf`.
 *
 * Shape: `positions` 3n. The file appears whole or not at all: it is written beside its place and then renamed.
 *
 * @throws {ExportError} if the ending is unknown or the file cannot be written.
 */
export async function writeLayout(
  path: string,
  graph: GraphInput,
  positions: Float32Array,
  options: WriteLayoutOptions,
): Promise<void> {
  if (positions.length !== 3 * graph.keys.length) {
    throw new RangeError(`Cannot write ${positions.length} coordinates for ${graph.keys.length} nodes`);
  }
  const pieces = formatOf(path)({ graph, positions, dims: options.dims ?? 3 });
  const partial = `${path}.${Deno.pid}.partial`;
  try {
    try {
      await writePieces(partial, pieces);
      await Deno.rename(partial, path);
    } catch (error) {
      await removeIfThere(partial);
      throw error;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Deno's messages end with the call and the path of the unfinished file.
    throw new ExportError(path, `cannot be written: ${error.message.replace(/: \w+ '.*$/s, "")}`);
  }
}

function formatOf(path: string): Format {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase() ?? "";
  const format = FORMATS.get(ending);
  if (format !== undefined) return format;
  throw new ExportError(path, `expected an ending out of ${[...FORMATS.keys()].map((name) => `.${name}`).join(", ")}`);
}

async function writePieces(path: string, pieces: Iterable<string> | Iterable<Uint8Array>): Promise<void> {
  const encoder = new TextEncoder();
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  let text = "";
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      await writeAll(file, piece);
      continue;
    }
    text += piece;
    if (text.length < BUFFER_BYTES) continue;
    await writeAll(file, encoder.encode(text));
    text = "";
  }
  await writeAll(file, encoder.encode(text));
  await file.sync();
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    // The fault that made writing fail is the one to tell.
    if (!(error instanceof Error)) throw error;
  }
}
