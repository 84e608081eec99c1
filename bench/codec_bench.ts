/**
 * Frames to bytes and back, per dialect and against what else could be used: `deno bench -A bench/codec_bench.ts`.
 *
 * Each line ends with the size of its message. `bench/codec_table.ts` measures the same in turns and prints medians;
 * `bench/q1_stages.ts` compares the ways to write Q1.
 */
import { groups } from "./codec_contestants.ts";
import { messageGroups } from "./message_contestants.ts";

/** Whatever a benchmark makes ends up here, so that making it cannot be left out. */
let sink = 0;
globalThis.addEventListener("unload", () => {
  if (Number.isNaN(sink)) console.log("A benchmark made nothing.");
});

for (const { name: group, contestants } of [...groups(), ...messageGroups()]) {
  for (const { name, isBaseline, isSlow, bytes, run } of contestants) {
    const rounds = isSlow ? { n: 10, warmup: 3 } : {};
    const title = `${name} (${bytes.toLocaleString("en")} bytes)`;
    Deno.bench({ name: title, group, baseline: isBaseline ?? false, ...rounds }, (bench) => {
      sink += run(bench);
    });
  }
}
