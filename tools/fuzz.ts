/**
 * Feeds every decoder with damaged messages: `deno task fuzz [--inputs N] [--seed S]`. A decoder may refuse an input with
 * a `DecodeError` or a `FieldError`, or by the answer that its dialect has for it, and do nothing else; it answers in
 * time, and a length that lies does not make it allocate. Exit code 1 when one did not.
 */
import { createRandom } from "../gpu/random.ts";
import { DecodeError } from "../protocol/codec.ts";
import { FieldError } from "../protocol/fields.ts";
import { FUZZED, type Target } from "./fuzz_targets.ts";

/** Longest that one input may take. */
const MAX_MS = 200;
/** Growth of heap and buffers that one input may cause, whatever it claims; a garbage collection may hide some. */
const MAX_GROWTH_BYTES = 16 << 20;
/** Inputs between two looks at the memory, which cost more than an input. */
const SAMPLE = 256;
/** Values that lengths, counts and floats break on. */
const ODD_WORDS = [
  0,
  1,
  0x7f,
  0xff,
  0x7fff,
  0xffff,
  0x10000,
  0x7fffffff,
  0x80000000,
  0xffffffff,
  0x7fc00000,
  0x7f800000,
];
const MAX_INPUT_BYTES = 4_096;

export interface Failure {
  readonly target: string;
  readonly reason: string;
  readonly input: Uint8Array;
}

export interface Report {
  readonly target: string;
  readonly inputs: number;
  readonly refused: number;
  readonly ms: number;
  readonly failures: readonly Failure[];
}

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** One change: of a bit, a byte or a word, or of the length, at the end or inside. */
function mutateOnce(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = below(random, input.length + 1), out = input.slice();
  switch (below(random, 7)) {
    case 0:
      if (at < out.length) out[at] ^= 1 << below(random, 8);
      return out;
    case 1:
      if (at < out.length) out[at] = below(random, 256);
      return out;
    case 2: {
      const word = ODD_WORDS[below(random, ODD_WORDS.length)], size = 1 << below(random, 3);
      for (let byte = 0; byte < size && at + byte < out.length; byte++) out[at + byte] = word >>> 8 * byte;
      return out;
    }
    case 3:
      return out.subarray(0, at);
    case 4:
      return joined(input.subarray(0, at), Uint8Array.of(below(random, 256)), input.subarray(at));
    case 5:
      return joined(input.subarray(0, at), input.subarray(Math.min(at + 1 + below(random, 8), input.length)));
    default:
      return joined(input.subarray(0, at), other.subarray(below(random, other.length + 1)));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out.subarray(0, MAX_INPUT_BYTES);
}

function nextInput(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let input = seeds[below(random, seeds.length)];
  const other = seeds[below(random, seeds.length)];
  for (let left = 1 + below(random, 4); left > 0; left--) input = mutateOnce(input, other, random);
  return input;
}

function memoryBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

interface Trial {
  readonly refused: boolean;
  readonly wrong?: string;
}

/** Decodes one input; `wrong` says what it must not do. */
async function attempt({ decode }: Target, input: Uint8Array, isSampled: boolean): Promise<Trial> {
  const before = isSampled ? memoryBytes() : 0, start = performance.now();
  let refused = false;
  try {
    const result = decode(input);
    if (result instanceof Promise) await result;
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof FieldError)) return { refused, wrong: `threw ${error}` };
    refused = true;
  }
  const ms = performance.now() - start, grown = isSampled ? memoryBytes() - before : 0;
  if (grown > MAX_GROWTH_BYTES) return { refused, wrong: `grew by ${grown} bytes` };
  if (ms > MAX_MS) return { refused, wrong: `took ${ms.toFixed(0)} ms` };
  return { refused };
}

/**
 * A pause of the machine is no fault of a decoder: what was too slow or too large is tried again, and has to be so twice.
 */
async function attemptTwice(target: Target, input: Uint8Array, isSampled: boolean): Promise<Trial> {
  const first = await attempt(target, input, isSampled);
  return first.wrong === undefined ? first : await attempt(target, input, true);
}

/** Runs `inputs` damaged messages through one decoder; the same seed gives the same inputs. */
export async function fuzz(
  target: Target,
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
): Promise<Report> {
  const random = createRandom(seed), failures: Failure[] = [], start = performance.now();
  let refused = 0;
  for (let index = 0; index < inputs; index++) {
    const input = nextInput(target.seeds, random), trial = await attemptTwice(target, input, index % SAMPLE === 0);
    if (trial.refused) refused++;
    if (trial.wrong !== undefined) failures.push({ target: target.name, reason: trial.wrong, input });
  }
  return { target: target.name, inputs, refused, ms: performance.now() - start, failures };
}

/** How many of `inputs` each target gets: by its share, as some are slower by far. */
export function shareOut(targets: readonly Target[], inputs: number): number[] {
  const all = targets.reduce((sum, { share }) => sum + share, 0);
  return targets.map(({ share }) => Math.ceil(inputs * share / all));
}

function readNumber(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name), value = at === -1 ? otherwise : Number(args[at + 1]);
  if (Number.isInteger(value) && value >= 1) return value;
  console.error(`Expected a whole number from 1 after ${name}, found ${args[at + 1]}.`);
  return Deno.exit(2);
}

if (import.meta.main) {
  const inputs = readNumber(Deno.args, "--inputs", 1_000_000), seed = readNumber(Deno.args, "--seed", 1);
  const counts = shareOut(FUZZED, inputs);
  let failed = 0, total = 0;
  for (const [index, target] of FUZZED.entries()) {
    const report = await fuzz(target, { inputs: counts[index], seed });
    const rate = Math.round(1000 * report.inputs / report.ms),
      taken = (100 * (1 - report.refused / report.inputs)).toFixed(0);
    console.log(
      `${report.target}: ${report.inputs} inputs, ${rate}/s, ${taken} % not refused, ${report.failures.length} failures`,
    );
    for (const { reason, input } of report.failures.slice(0, 5)) {
      console.error(`  ${reason}; --seed ${seed}; input ${input.toHex()}`);
    }
    failed += report.failures.length;
    total += report.inputs;
  }
  console.log(`${total} inputs, ${failed} failures.`);
  if (failed > 0) Deno.exit(1);
}
