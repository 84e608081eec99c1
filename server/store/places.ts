/**
 * Where a layout was when its server stopped: one file per graph in the data folder, so that a restart goes on there.
 *
 * | part | content |
 * |---|---|
 * | a line of JSON | `{"format":1,"nodes":n,"heat":h,"keyBytes":k}` |
 * | k bytes | the keys of the nodes, a JSON list in UTF-8 |
 * | 12 n bytes | x y z of each, f32 little-endian |
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { reasonOf } from "../config/user_error.ts";
import { FILE_MODE } from "./data_folder.ts";

export interface KeptPlaces {
  readonly keys: readonly string[];
  /** x y z per node. Units: edge lengths. */
  readonly positions: Float32Array;
  /** Temperature of the layout, 0 when it had settled. */
  readonly heat: number;
}

export interface Places {
  /** What was kept, or the sentence that says why it cannot be used; absent where nothing was. */
  read(): Promise<KeptPlaces | { readonly problem: string } | undefined>;
  /** The file appears whole or not at all. Cost: one copy of keys and positions. */
  write(places: KeptPlaces): Promise<void>;
}

/** Graphs whose places are kept; that of the one stopped longest ago is forgotten. */
const MOST_FILES = 16;
const PREFIX = "places-", ENDING = ".bin";
const LINE_FEED = 10;

const Header = v.object({
  format: v.literal(1),
  nodes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  heat: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  keyBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const Keys = v.array(v.string());

/** `graph` is the fingerprint by which the graph is known again. The folder exists. */
export function openPlaces(folder: string, graph: string): Places {
  const name = `${PREFIX}${createHash("sha256").update(graph).digest("hex").slice(0, 24)}${ENDING}`;
  const path = `${folder}/${name}`;
  return {
    async read() {
      try {
        return decode(await Deno.readFile(path));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        const problem = `${path} cannot be used (${reasonOf(error)}): the layout starts anew.`;
        return { problem };
      }
    },
    async write(places) {
      const partial = `${path}.${Deno.pid}.partial`;
      try {
        await Deno.writeFile(partial, encode(places), { mode: FILE_MODE });
        await Deno.rename(partial, path);
      } catch (error) {
        await removeIfThere(partial);
        throw error;
      }
      await forgetOldest(folder);
    },
  };
}

function encode({ keys, positions, heat }: KeptPlaces): Uint8Array {
  const encoder = new TextEncoder(), names = encoder.encode(JSON.stringify(keys));
  const header = { format: 1, nodes: keys.length, heat, keyBytes: names.length };
  const head = encoder.encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(head.length + names.length + 4 * positions.length);
  bytes.set(head);
  bytes.set(names, head.length);
  const view = new DataView(bytes.buffer, head.length + names.length);
  for (let k = 0; k < positions.length; k++) view.setFloat32(4 * k, positions[k], true);
  return bytes;
}

function decode(bytes: Uint8Array): KeptPlaces {
  const decoder = new TextDecoder(), end = bytes.indexOf(LINE_FEED);
  const { nodes, heat, keyBytes } = v.parse(Header, JSON.parse(decoder.decode(bytes.subarray(0, Math.max(0, end)))));
  const placesAt = end + 1 + keyBytes;
  if (bytes.length !== placesAt + 12 * nodes) {
    throw new Error(`expected ${placesAt + 12 * nodes} bytes, found ${bytes.length}`);
  }
  const keys = v.parse(Keys, JSON.parse(decoder.decode(bytes.subarray(end + 1, placesAt))));
  if (keys.length !== nodes) throw new Error(`expected ${nodes} keys, found ${keys.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + placesAt), positions = new Float32Array(3 * nodes);
  for (let k = 0; k < positions.length; k++) positions[k] = view.getFloat32(4 * k, true);
  return { keys, positions, heat };
}

async function forgetOldest(folder: string): Promise<void> {
  const files = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith(PREFIX) || !name.endsWith(ENDING)) continue;
    const path = `${folder}/${name}`, { mtime } = await Deno.stat(path);
    files.push({ path, atMs: mtime?.getTime() ?? 0 });
  }
  files.sort((a, b) => b.atMs - a.atMs);
  for (const { path } of files.slice(MOST_FILES)) await removeIfThere(path);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
