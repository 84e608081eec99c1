/**
 * What spans cost where tracing is off, beside the same work without them, and with `OTEL_DENO=true` where it is on:
 * `deno bench -A bench/trace_bench.ts`.
 */
import { openSamples, traced } from "../server/trace.ts";

/** As the paths that are run for every message. */
const samples = openSamples("bench"), ATTRIBUTES = { "orrery.dialect": "v4" };
let sum = 0;

const add = () => ++sum;

Deno.bench("a request: as it is", { group: "traced", baseline: true }, () => void add());
Deno.bench("a request: traced", { group: "traced" }, () => void traced("add", ATTRIBUTES, add));

Deno.bench("an encode: as it is", { group: "sampled", baseline: true }, () => void add());
Deno.bench("an encode: sampled", { group: "sampled" }, () => {
  const span = samples?.begin("v4", sum);
  add();
  span?.setAttributes(ATTRIBUTES).end();
});
