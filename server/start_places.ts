/** Where a layout is to start, when it is not to be computed: a file of places, the graph's own, or an earlier run's. */
import type { StartPlaces } from "../gpu/mod.ts";
import { UserError } from "./config.ts";
import { reasonOf } from "./config/user_error.ts";
import type { StartSource } from "./config/values.ts";
import type { GraphInput } from "./import/graph_input.ts";
import { readGraph } from "./import/mod.ts";
import type { KeptPlaces } from "./store/places.ts";

/** Fewer than this share of the nodes known: a start that is computed is the better one. */
const LEAST_SHARE = 0.5;

/** @throws {UserError} where the source has no places for these nodes. */
export async function readStart(source: StartSource, graph: GraphInput): Promise<StartPlaces> {
  if (source.kind === "graph") {
    if (graph.positions !== undefined) return { positions: graph.positions };
    throw new UserError("--start graph needs x and y of every node in the graph, and some have none: leave it out.");
  }
  const { path, format } = source;
  if (format === "f32") return { positions: await readRaw(path, graph.keys.length) };
  const { keys, positions } = await readGraph([path], {});
  if (positions === undefined) {
    throw new UserError(`--start ${path} has not x and y of every node: write it with --out.`);
  }
  const places = placesByKey({ keys, positions }, graph.keys);
  if (places.known > 0) return { positions: places.positions };
  throw new UserError(`--start ${path} places none of the graph's nodes: it belongs to another graph.`);
}

async function readRaw(path: string, nodeCount: number): Promise<Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw new UserError(`--start ${path} cannot be read: ${reasonOf(error)}.`);
  }
  if (bytes.length !== 12 * nodeCount) {
    throw new UserError(
      `--start ${path} holds ${bytes.length} bytes, and ${nodeCount} nodes take ${
        12 * nodeCount
      }: it belongs to another graph.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: 3 * nodeCount }, (_, k) => view.getFloat32(4 * k, true));
}

type Known = Pick<KeptPlaces, "keys" | "positions"> & { readonly heat: number | undefined };

/** Places by key; absent where they say too little about the graph as it is now. */
export function startFrom(kept: Known, keys: readonly string[]): StartPlaces | undefined {
  const { positions, known } = placesByKey(kept, keys);
  return known >= LEAST_SHARE * keys.length ? { positions, heat: kept.heat } : undefined;
}

function placesByKey(source: Pick<KeptPlaces, "keys" | "positions">, keys: readonly string[]) {
  const same = source.keys.length === keys.length && keys.every((key, index) => key === source.keys[index]);
  if (same) return { positions: source.positions, known: keys.length };
  const rows = new Map(source.keys.map((key, row) => [key, row])), positions = new Float32Array(3 * keys.length);
  let known = 0;
  keys.forEach((key, index) => {
    const row = rows.get(key);
    for (let d = 0; d < 3; d++) positions[3 * index + d] = row === undefined ? NaN : source.positions[3 * row + d];
    if (row !== undefined) known++;
  });
  return { positions, known };
}
