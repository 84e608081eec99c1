/**
 * Ways to write and read the records of V2 and what moving as many bytes costs: `deno run -A bench/record_variants.ts`
 * prints the least, the median and the mean of each. In turns of many runs: what ran before leaves the caches warm or cold.
 */
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { v2, V2_RECORD_BYTES } from "../protocol/graph/v2.ts";

const NODES = 100_000, TURNS = 9, ROUNDS = 50, WARM_UP = 10, WORDS = V2_RECORD_BYTES / 4;

/** Whole words through arrays: needs a buffer that begins at a multiple of four, and a little-endian machine. */
function writeWords({ count, ids, positions, velocities, masses, charges }: NodeFrame, out: Uint8Array): void {
  const integers = new Uint32Array(out.buffer, 0, WORDS * count),
    floats = new Float32Array(out.buffer, 0, WORDS * count);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 9, k += 3) {
    integers[at] = ids[index];
    floats[at + 1] = positions[k];
    floats[at + 2] = positions[k + 1];
    floats[at + 3] = positions[k + 2];
    floats[at + 4] = velocities[k];
    floats[at + 5] = velocities[k + 1];
    floats[at + 6] = velocities[k + 2];
    floats[at + 7] = masses[index];
    floats[at + 8] = charges[index];
  }
}

function readWords(bytes: Uint8Array, { count, ids, positions, velocities, masses, charges }: NodeFrame): void {
  const integers = new Uint32Array(bytes.buffer, 0, WORDS * count);
  const floats = new Float32Array(bytes.buffer, 0, WORDS * count);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 9, k += 3) {
    ids[index] = integers[at];
    positions[k] = floats[at + 1];
    positions[k + 1] = floats[at + 2];
    positions[k + 2] = floats[at + 3];
    velocities[k] = floats[at + 4];
    velocities[k + 1] = floats[at + 5];
    velocities[k + 2] = floats[at + 6];
    masses[index] = floats[at + 7];
    charges[index] = floats[at + 8];
  }
}

/** As the codec, with the length of a record by its imported name. */
function readByName(bytes: Uint8Array, { count, ids, positions, velocities, masses, charges }: NodeFrame): void {
  const view = new DataView(bytes.buffer);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += V2_RECORD_BYTES, k += 3) {
    ids[index] = view.getUint32(at, true);
    positions[k] = view.getFloat32(at + 4, true);
    positions[k + 1] = view.getFloat32(at + 8, true);
    positions[k + 2] = view.getFloat32(at + 12, true);
    velocities[k] = view.getFloat32(at + 16, true);
    velocities[k + 1] = view.getFloat32(at + 20, true);
    velocities[k + 2] = view.getFloat32(at + 24, true);
    masses[index] = view.getFloat32(at + 28, true);
    charges[index] = view.getFloat32(at + 32, true);
  }
}

const bitsOf = ({ buffer, byteOffset, length }: Uint32Array | Float32Array) =>
  new Int32Array(buffer, byteOffset, length);

/** Bit patterns by view: no float is converted on the way. */
function writeBits({ count, ...columns }: NodeFrame, out: Uint8Array): void {
  const view = new DataView(out.buffer), ids = bitsOf(columns.ids), masses = bitsOf(columns.masses);
  const positions = bitsOf(columns.positions),
    velocities = bitsOf(columns.velocities),
    charges = bitsOf(columns.charges);
  for (let index = 0, at = 0, k = 0; index < count; index++, at += 36, k += 3) {
    view.setInt32(at, ids[index], true);
    view.setInt32(at + 4, positions[k], true);
    view.setInt32(at + 8, positions[k + 1], true);
    view.setInt32(at + 12, positions[k + 2], true);
    view.setInt32(at + 16, velocities[k], true);
    view.setInt32(at + 20, velocities[k + 1], true);
    view.setInt32(at + 24, velocities[k + 2], true);
    view.setInt32(at + 28, masses[index], true);
    view.setInt32(at + 32, charges[index], true);
  }
}

/** Name → one run of it, on the same records. */
function createWays(): Record<string, () => unknown> {
  const frame = createFrame(NODES), out = createFrame(NODES), bytes = new Uint8Array(NODES * V2_RECORD_BYTES);
  for (const column of [frame.positions, frame.velocities]) column.forEach((_, k) => column[k] = Math.sin(k));
  const source = v2.encode(frame);

  return {
    "a plain copy of as many bytes": () => bytes.set(source),
    "write, by view (the codec)": () => v2.encodeInto(frame, bytes),
    "write, whole words": () => writeWords(frame, bytes),
    "write, bit patterns by view": () => writeBits(frame, bytes),
    "read, by view (the codec)": () => v2.decodeInto(source, out),
    "read, by view, the step by its name": () => readByName(source, out),
    "read, whole words": () => readWords(source, out),
  };
}

function main(): void {
  const ways = createWays(), times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, run] of Object.entries(ways)) {
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        run();
        if (turn > 0 && round >= WARM_UP) times.get(name)?.push(performance.now() - start);
      }
    }
  }
  console.log("| 100,000 records of V2 | least ms | median ms | mean ms |\n| --- | --- | --- | --- |");
  for (const [name, all] of times) {
    const sorted = all.toSorted((a, b) => a - b), mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
    console.log(
      `| ${name} | ${[sorted[0], sorted[sorted.length >> 1], mean].map((ms) => ms.toFixed(2)).join(" | ")} |`,
    );
  }
}

if (import.meta.main) main();
