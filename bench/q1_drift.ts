/**
 * Does Q1 drift? `deno run -A bench/q1_drift.ts [FRAMES] [SEED]`, a million frames by default, takes a minute or two.
 *
 * One writer, four readers: one takes every frame, one every third, one a fifth of them at random, one loses what it holds
 * now and then and asks for a keyframe. Nodes circle, tremble, and now and then one leaves the box; the writer starts a new
 * box every 2,000 ms of 16 ms frames. After every message every coordinate is compared with what was pushed. Exit code 1
 * when one was off by more than half a quantum and the rounding to f32.
 */
import { createRandom } from "../gpu/random.ts";
import { createFrame } from "../protocol/frame.ts";
import { heldAfter, peekQ1, Q1Decoder, Q1Encoder, type Q1Held } from "../protocol/graph/q1.ts";

const NODES = 24, FRAME_MS = 16, RADIUS = 10, TREMBLE = 0.05, JUMP_SHARE = 1 / 5_000, LOSS_SHARE = 1 / 400;
/** Relative rounding of one f32 operation; a restored position has two, a pushed one none. */
const F32 = 2 ** -23;

export interface DriftReport {
  readonly frames: number;
  readonly messages: number;
  readonly keyframes: number;
  readonly boxes: number;
  /** Largest error found, in quanta: 0.5 is what is promised, apart from rounding to f32. */
  readonly worstQuanta: number;
  /** Coordinates beyond the promise. */
  readonly broken: number;
}

interface Reader {
  readonly isDue: (t: number) => boolean;
  decoder: Q1Decoder;
  held: Q1Held | undefined;
}

/** Runs `frames` frames; the same seed gives the same run. */
export function drift(frames: number, seed: number): DriftReport {
  const random = createRandom(seed), encoder = new Q1Encoder({ history: 12 }), out = createFrame(NODES);
  const frame = createFrame(NODES), { positions } = frame, centres = positions.map(() => 200 * (random() - 0.5));
  const readers: Reader[] = [() => true, (t: number) => t % 3 === 0, () => random() < 0.2, () => true]
    .map((isDue) => ({ isDue, decoder: new Q1Decoder(), held: undefined }));
  const report = { frames, messages: 0, keyframes: 0, boxes: 0, worstQuanta: 0, broken: 0 };
  for (let t = 0, quantum = 0; t < frames; t++) {
    for (let k = 0; k < positions.length; k++) {
      positions[k] = centres[k] + RADIUS * Math.sin(t / 40 + k) + TREMBLE * (random() - 0.5);
    }
    if (random() < JUMP_SHARE) centres[Math.floor(random() * centres.length)] *= random() < 0.5 ? 1.6 : 0.4;
    encoder.push({ ...frame, sequence: t }, FRAME_MS * t);
    if (encoder.quantum !== quantum) report.boxes++;
    quantum = encoder.quantum;
    for (const reader of readers) {
      if (!reader.isDue(t)) continue;
      if (reader === readers[3] && random() < LOSS_SHARE) {
        reader.decoder = new Q1Decoder();
        reader.held = undefined;
      }
      const bytes = encoder.encode(reader.held);
      if (peekQ1(bytes).kind === "keyframe") report.keyframes++;
      report.messages++;
      if (reader.decoder.decodeInto(bytes, out) !== "frame") {
        throw new Error(`Frame ${t} starts from what is not held.`);
      }
      reader.held = heldAfter(bytes);
      compare(positions, out.positions, quantum, report);
    }
  }
  return report;
}

type Errors = Pick<DriftReport, "worstQuanta" | "broken">;

function compare(
  meant: Float32Array,
  found: Float32Array,
  quantum: number,
  report: { -readonly [K in keyof Errors]: Errors[K] },
) {
  for (let k = 0; k < meant.length; k++) {
    const miss = Math.abs(meant[k] - found[k]), rounding = 2 * F32 * (Math.abs(meant[k]) + 65_536 * quantum);
    if (miss > report.worstQuanta * quantum) report.worstQuanta = miss / quantum;
    if (!(miss <= quantum / 2 + rounding)) report.broken++;
  }
}

if (import.meta.main) {
  const [frames = 1_000_000, seed = 1] = Deno.args.map(Number), start = performance.now();
  const { messages, keyframes, boxes, worstQuanta, broken } = drift(frames, seed);
  console.log(
    `${frames} frames of ${NODES} nodes, ${messages} messages (${keyframes} keyframes, ${boxes} boxes) in ` +
      `${((performance.now() - start) / 1_000).toFixed(0)} s: worst error ${
        worstQuanta.toFixed(4)
      } quanta, ${broken} beyond half a quantum.`,
  );
  if (broken > 0) Deno.exit(1);
}
