/**
 * Ways to write what a Q1 prediction missed, measured against each other on recorded motion (`bench/motion.ts`):
 * `deno run -A bench/q1_stages.ts [FOLDER]` prints a table per graph. All stages take turns on every frame.
 */
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  inflateRawSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import {
  chooseWeight,
  longestBody,
  type Prediction,
  readBody,
  SLACK_BYTES,
  writeBody,
} from "../protocol/graph/q1/body.ts";
import { fitBox, quantiseInto } from "../protocol/graph/q1/box.ts";
import { type Motion, MOTION_FOLDER, readMotions } from "./motion.ts";

/** A way from steps to bytes and back, prediction included. */
export interface Stage {
  readonly name: string;
  encode(now: Uint16Array, prediction: Prediction): Uint8Array;
  decode(bytes: Uint8Array, prediction: Prediction, now: Uint16Array): void;
}

/** What lies between misses and bytes. */
interface Packer {
  readonly name: string;
  /** Returns how many bytes of `out` it wrote. */
  pack(misses: Uint16Array, out: DataView): number;
  unpack(bytes: DataView, misses: Uint16Array): void;
}

function findMisses(now: Uint16Array, { base, earlier, weight }: Prediction, misses: Uint16Array): void {
  for (let i = 0; i < now.length; i++) {
    const from = base[i], miss = (now[i] - from - ((weight * (from - earlier[i]) + 32) >> 6)) << 16 >> 16;
    misses[i] = (miss << 1) ^ (miss >> 31);
  }
}

function addMisses(misses: Uint16Array, { base, earlier, weight }: Prediction, now: Uint16Array): void {
  for (let i = 0; i < now.length; i++) {
    const from = base[i], z = misses[i];
    now[i] = from + ((weight * (from - earlier[i]) + 32) >> 6) + ((z >>> 1) ^ -(z & 1));
  }
}

const varint: Packer = {
  name: "varint",
  pack(misses, out) {
    let at = 0;
    for (let i = 0; i < misses.length; i++) {
      let z = misses[i];
      for (; z > 127; z >>>= 7) out.setUint8(at++, z & 127 | 128);
      out.setUint8(at++, z);
    }
    return at;
  },
  unpack(bytes, misses) {
    for (let i = 0, at = 0; i < misses.length; i++) {
      let z = 0;
      for (let shift = 0;; shift += 7) {
        const byte = bytes.getUint8(at++);
        z |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      misses[i] = z;
    }
  },
};

/** A width byte per block, then every value of it in so many bits. */
function bitPacking(blockValues: number): Packer {
  return {
    name: `bits, blocks of ${blockValues}`,
    pack(misses, out) {
      let at = 0;
      for (let begin = 0; begin < misses.length; begin += blockValues) {
        const stop = Math.min(begin + blockValues, misses.length);
        let all = 0, word = 0, fill = 0;
        for (let i = begin; i < stop; i++) all |= misses[i];
        const width = 32 - Math.clz32(all);
        out.setUint8(at++, width);
        for (let i = begin; i < stop && width > 0; i++) {
          fill += width;
          word |= misses[i] << (32 - fill);
          out.setUint32(at, word);
          at += fill >>> 3;
          word <<= fill & 24;
          fill &= 7;
        }
        if (fill > 0) at++;
      }
      return at;
    },
    unpack(bytes, misses) {
      let at = 0;
      for (let begin = 0; begin < misses.length; begin += blockValues) {
        const stop = Math.min(begin + blockValues, misses.length), width = bytes.getUint8(at++), down = 32 - width;
        let bit = 8 * at;
        for (let i = begin; i < stop; i++, bit += width) {
          misses[i] = width === 0 ? 0 : (bytes.getUint32(bit >>> 3) << (bit & 7)) >>> down;
        }
        at = (bit + 7) >>> 3;
      }
    },
  };
}

const MOST_VALUES = 3 * 200_000;
const scratch = new Uint8Array(longestBody(MOST_VALUES) + SLACK_BYTES), scratchView = new DataView(scratch.buffer);

/** The bytes where packers may look beyond their end. */
function inScratch(bytes: Uint8Array): DataView {
  scratch.set(bytes);
  scratch.fill(0, bytes.length, bytes.length + SLACK_BYTES);
  return scratchView;
}

function stageOf({ name, pack, unpack }: Packer): Stage {
  const room = new Uint16Array(MOST_VALUES);
  return {
    name,
    encode(now, prediction) {
      const misses = room.subarray(0, now.length);
      findMisses(now, prediction, misses);
      return scratch.subarray(0, pack(misses, scratchView));
    },
    decode(bytes, prediction, now) {
      const misses = room.subarray(0, now.length);
      unpack(inScratch(bytes), misses);
      addMisses(misses, prediction, now);
    },
  };
}

const rice: Stage = {
  name: "Rice, blocks of 192",
  encode: (now, prediction) => scratch.subarray(0, writeBody(now, prediction, scratchView, 0)),
  decode: (bytes, prediction, now) => void readBody(now, prediction, inScratch(bytes), { start: 0, end: bytes.length }),
};

const COMPRESSORS = [
  {
    name: "deflate-raw 1",
    compress: (bytes: Uint8Array) => deflateRawSync(bytes, { level: 1 }),
    expand: (bytes: Uint8Array) => inflateRawSync(bytes),
  },
  {
    name: "zstd 1",
    compress: (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    expand: (bytes: Uint8Array) => zstdDecompressSync(bytes),
  },
  {
    name: "brotli 1",
    compress: (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    expand: (bytes: Uint8Array) => brotliDecompressSync(bytes),
  },
];

function compressed(stage: Stage, { name, compress, expand }: typeof COMPRESSORS[number]): Stage {
  return {
    name: `${stage.name}, ${name}`,
    encode: (now, prediction) => compress(stage.encode(now, prediction)),
    decode: (bytes, prediction, now) => stage.decode(expand(bytes), prediction, now),
  };
}

const PLAIN: readonly Stage[] = [varint, bitPacking(64), bitPacking(128), bitPacking(256)].map(stageOf).concat(rice);
export const STAGES: readonly Stage[] = PLAIN.flatMap((stage) => {
  const isOneOfMany = stage.name.includes("64") || stage.name.includes("256");
  return isOneOfMany ? [stage] : [stage, ...COMPRESSORS.map((compressor) => compressed(stage, compressor))];
});

/** The steps of every frame in one box. */
export function stepsOf({ frames, nodeCount }: Motion): Uint16Array[] {
  const all = new Float32Array(2 * 3 * nodeCount);
  all.set(frames[0]);
  all.set(frames[frames.length - 1], 3 * nodeCount);
  const box = fitBox(all, 2 * nodeCount);
  return frames.map((positions) => {
    const steps = new Uint16Array(3 * nodeCount);
    if (!quantiseInto(positions, box, steps)) {
      throw new RangeError("The motion leaves the box of its first and last frame.");
    }
    return steps;
  });
}

/** Plain: from the last frame. Extrapolated: from the last two, as Q1 does. */
export const PREDICTIONS = {
  plain: (steps: readonly Uint16Array[], t: number): Prediction => ({
    base: steps[t - 1],
    earlier: steps[t - 1],
    weight: 0,
  }),
  extrapolated(steps: readonly Uint16Array[], t: number): Prediction {
    const [earlier, base] = [steps[t - 2], steps[t - 1]];
    return { base, earlier, weight: chooseWeight(steps[t], base, earlier) };
  },
};

interface Figures {
  bytes: number;
  readonly encodeMs: number[];
  readonly decodeMs: number[];
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
/** Some frames of a scene are enough; the first ones warm up. */
const STRIDE = 3, WARM_UP = 1;

/** Figures per prediction and stage, which take turns on every frame. */
function measure(motion: Motion): Map<string, Figures> {
  const steps = stepsOf(motion), found = new Uint16Array(3 * motion.nodeCount), table = new Map<string, Figures>();
  for (let round = 0, t = 2; t < steps.length; round++, t += STRIDE) {
    for (const [kind, predict] of Object.entries(PREDICTIONS)) {
      const prediction = predict(steps, t);
      for (const stage of STAGES) {
        const start = performance.now(),
          bytes = stage.encode(steps[t], prediction).slice(),
          between = performance.now();
        stage.decode(bytes, prediction, found);
        const end = performance.now(), key = `${kind} | ${stage.name}`;
        if (found.some((step, i) => step !== steps[t][i])) {
          throw new Error(`${key} does not give back what it was given.`);
        }
        if (round < WARM_UP) continue;
        const figures = table.get(key) ?? { bytes: 0, encodeMs: [], decodeMs: [] };
        table.set(key, figures);
        figures.bytes += bytes.length;
        figures.encodeMs.push(between - start);
        figures.decodeMs.push(end - between);
      }
    }
  }
  return table;
}

/** An engine that is faster than the frames: what was recorded, with only every third frame left. */
const threeStepsPerFrame = (motion: Motion): Motion => ({
  ...motion,
  scene: `${motion.scene}, 3 steps per frame`,
  frames: motion.frames.filter((_, t) => t % 3 === 0),
});

/** One row per stage: kB per frame in every scene, and the times of the scene `settling`. */
function printTable(motions: readonly Motion[]): void {
  const [{ graph, nodeCount }] = motions;
  const tables = motions.map((motion) => ({ scene: motion.scene, table: measure(motion) }));
  const settling = tables.find(({ scene }) => scene === "settling")?.table;
  const row = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  console.log(`\n${graph}, ${nodeCount} nodes: kB per frame; ms while settling\n`);
  row(["prediction", "stage", ...tables.map(({ scene }) => scene), "encode ms", "decode ms"]);
  row(Array(4 + tables.length).fill("---"));
  for (const key of tables[0].table.keys()) {
    const sizes = tables.map(({ table }) => {
      const { bytes, encodeMs } = table.get(key) ?? { bytes: 0, encodeMs: [0] };
      return (bytes / encodeMs.length / 1000).toFixed(1);
    });
    const times = [settling?.get(key)?.encodeMs, settling?.get(key)?.decodeMs];
    row([key, ...sizes, ...times.map((values) => values === undefined ? "" : median(values).toFixed(2))]);
  }
}

if (import.meta.main) {
  const motions = readMotions(Deno.args[0] ?? MOTION_FOLDER);
  if (motions.length === 0) console.log("Nothing is recorded: deno run -A bench/motion.ts");
  for (const graph of new Set(motions.map((motion) => motion.graph))) {
    const scenes = motions.filter((motion) => motion.graph === graph);
    printTable(
      scenes.flatMap((motion) => motion.scene === "settling" ? [motion, threeStepsPerFrame(motion)] : [motion]),
    );
  }
}
