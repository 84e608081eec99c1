/** Draws what was measured: `deno task chart` reads results beside the benches and writes `docs/images/*.svg`. */
import type { Results } from "../bench/codec_table.ts";
import { readMeasured } from "../bench/results_file.ts";
import type { StepResults } from "../bench/step_bench.ts";
import { drawChart, panelsOf } from "./codec_chart.ts";
import { drawSteps, seriesOf } from "./step_chart.ts";

const fileOf = (name: string) => new URL(`../bench/${name}`, import.meta.url);

function write(name: string, svg: string): void {
  Deno.writeTextFileSync(new URL(`../docs/images/${name}`, import.meta.url), svg);
  console.log(`docs/images/${name}`);
}

if (import.meta.main) {
  const codecs: Results = JSON.parse(Deno.readTextFileSync(fileOf("codec_results.json")));
  const codecNote =
    `Logarithmic; medians of bench/codec_table.ts, Deno ${codecs.deno}, ${codecs.date}. Grey: packages and JSON.`;
  write("codecs.svg", drawChart(panelsOf(codecs), codecNote));
  const steps = readMeasured<StepResults>(fileOf("step_results.json")), dates = steps.map(({ date }) => date).sort();
  const stepNote = `Scale-free graphs, three edges per node; medians of bench/step_bench.ts, Deno ${steps[0]?.deno}, ${
    dates.at(-1)
  }.`;
  write("steps.svg", drawSteps(seriesOf(steps), stepNote));
}
