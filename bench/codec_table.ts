/**
 * The contestants of `codec_bench.ts` as a table with medians.
 *
 * `deno run -A --v8-flags=--expose-gc bench/codec_table.ts` prints Markdown and writes what it measured to
 * `bench/codec_results.json`, from which `deno task chart` draws. Takes a minute.
 */
import { type Contestant, type Group, groups } from "./codec_contestants.ts";
import { messageGroups } from "./message_contestants.ts";

const ROUNDS = 300, SLOW_ROUNDS = 40, WARM_UP = 0.2;

export interface Line {
  readonly name: string;
  readonly bytes: number;
  readonly medianMs: number;
  /** With the garbage collections that fell into its runs, which are most of what objects cost. */
  readonly meanMs: number;
}

export interface MeasuredGroup {
  readonly name: string;
  readonly lines: readonly Line[];
}

export interface Results {
  readonly date: string;
  readonly deno: string;
  readonly groups: readonly MeasuredGroup[];
}

let sink = 0;

/** One run; what lies between `start` and `end` where the contestant calls them. */
function timeOnce({ run }: Contestant): number {
  let begin = performance.now(), over: number | undefined;
  sink += run({ start: () => begin = performance.now(), end: () => over = performance.now() });
  return (over ?? performance.now()) - begin;
}

/** One contestant after the other, each with a tidy heap: nobody pays for what another threw away. */
function measure({ name, contestants }: Group): MeasuredGroup {
  const lines = contestants.map((contestant) => {
    collectGarbage();
    const rounds = contestant.isSlow ? SLOW_ROUNDS : ROUNDS;
    const times = Array.from({ length: rounds }, () => timeOnce(contestant)).slice(rounds * WARM_UP).sort((a, b) =>
      a - b
    );
    const meanMs = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    return { name: contestant.name, bytes: contestant.bytes, medianMs: times[times.length >> 1], meanMs };
  });
  return { name, lines };
}

function collectGarbage(): void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc === "function") gc();
}

/** Times to three figures, ratios to the first line to two. */
function printTable({ name, lines }: MeasuredGroup): void {
  const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 });
  const ratio = (first: number, ms: number) => Number((first / ms).toPrecision(2)).toLocaleString("en");
  console.log(`\n${name}\n`);
  console.log(
    "| | bytes | median ms | mean ms | × the first, by median | by mean |\n| --- | --- | --- | --- | --- | --- |",
  );
  const [first] = lines;
  for (const { name, bytes, medianMs, meanMs } of lines) {
    const ratios = [ratio(first.medianMs, medianMs), ratio(first.meanMs, meanMs)];
    console.log(`| ${[name, bytes.toLocaleString("en"), short(medianMs), short(meanMs), ...ratios].join(" | ")} |`);
  }
}

if (import.meta.main) {
  const measured: MeasuredGroup[] = [];
  const add = (group: Group) => {
    measured.push(measure(group));
    printTable(measured[measured.length - 1]);
  };
  for (const group of groups()) add(group);
  messageGroups().forEach(add);
  const results: Results = { date: new Date().toISOString().slice(0, 10), deno: Deno.version.deno, groups: measured };
  const path = new URL("codec_results.json", import.meta.url);
  Deno.writeTextFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  if (Number.isNaN(sink)) console.log("A contestant made nothing.");
}
