/** Reads back what `deno compile` put into an executable: the format of Deno 2.9, checked as it is read. */

export interface EmbeddedFile {
  /** With forward slashes, from the folder of the entry point's configuration. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Folder in which the executable keeps npm packages, laid out as in the npm cache of a registry named `localhost`. */
export const EMBEDDED_NPM_FOLDER = ".deno_compile_node_modules/localhost/";

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | { readonly File: { readonly n: string; readonly o: readonly [offset: number, length: number] } };

const LENGTH_BYTES = 8;

function indexOf(bytes: Uint8Array, text: string, from: number): number {
  const wanted = new TextEncoder().encode(text);
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

/** The tree of names: JSON with its length before it, then the length of all contents, then the contents. */
function findTree(bytes: Uint8Array): { entries: readonly Entry[]; contents: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthAt = (at: number) => Number(view.getBigUint64(at, true));
  for (const start of ['[{"Dir":{"n":', '[{"File":{"n":']) {
    for (let at = indexOf(bytes, start, LENGTH_BYTES); at >= 0; at = indexOf(bytes, start, at + 1)) {
      const end = at + lengthAt(at - LENGTH_BYTES), contentsAt = end + LENGTH_BYTES;
      if (contentsAt > bytes.length || bytes[end - 1] !== "]".charCodeAt(0)) continue;
      const contentsEnd = contentsAt + lengthAt(end);
      if (contentsEnd > bytes.length) continue;
      const entries: readonly Entry[] = JSON.parse(new TextDecoder().decode(bytes.subarray(at, end)));
      return { entries, contents: bytes.subarray(contentsAt, contentsEnd) };
    }
  }
  throw new Error("No embedded files found: the executable is not one that Deno 2.9 compiled.");
}

function* walk(entries: readonly Entry[], folder: string, contents: Uint8Array): Generator<EmbeddedFile> {
  for (const entry of entries) {
    if ("Dir" in entry) {
      yield* walk(entry.Dir.e, `${folder}${entry.Dir.n}/`, contents);
    } else if ("File" in entry) {
      const [offset, length] = entry.File.o;
      yield { path: folder + entry.File.n, bytes: contents.subarray(offset, offset + length) };
    } else {
      throw new Error(`An embedded entry is neither a folder nor a file: ${JSON.stringify(entry).slice(0, 80)}`);
    }
  }
}

/**
 * Every embedded file, by path. Shape: `bytes` are views into `executable`.
 * @throws {Error} when there are none.
 */
export function readEmbeddedFiles(executable: Uint8Array): EmbeddedFile[] {
  const { entries, contents } = findTree(executable);
  return [...walk(entries, "", contents)].sort((a, b) => a.path < b.path ? -1 : 1);
}
