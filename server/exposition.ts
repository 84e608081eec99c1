/**
 * Metrics in the text format of Prometheus. Source: prometheus.io, "Exposition formats", version 0.0.4.
 *
 * Written here, since the usual client (prom-client) depends on a package that `deno compile` cannot embed: the compiler
 * overflows its stack on it.
 */

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Behind the metric's name: `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** As they are at this moment. */
  samples(): Iterable<Sample>;
}

export function expositionText(metrics: readonly Metric[]): string {
  return metrics.map(({ name, help, type, samples }) => {
    const lines = Array.from(
      samples(),
      (sample) => `${name}${sample.suffix ?? ""}${labelText(sample)} ${sample.value}\n`,
    );
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

function labelText({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => character === "\n" ? "\\n" : `\\${character}`);
}

/** Seconds, from a tenth of a millisecond to what a person would call broken. */
export const TIME_BOUNDS = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  10,
];

/** Counts values by how large they are. Memory: one number per bound. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Values up to each bound and above the one before; the last is for those beyond all. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` ascend. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  /** Values observed so far. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  observe(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[at < 0 ? this.#bounds.length : at]++;
    this.#sum += value;
  }

  samples(labels: Labels): Generator<Sample> {
    return histogramSamples({ bounds: this.#bounds, counts: this.#counts, sum: this.#sum }, labels);
  }
}

/** As {@link Histogram} counts. */
export interface Counted {
  readonly bounds: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

export function* histogramSamples({ bounds, counts, sum }: Counted, labels: Labels): Generator<Sample> {
  let count = 0;
  for (const [k, bound] of [...bounds, Infinity].entries()) {
    count += counts[k];
    const le = bound === Infinity ? "+Inf" : String(bound);
    yield { suffix: "_bucket", labels: { ...labels, le }, value: count };
  }
  yield { suffix: "_sum", labels, value: sum };
  yield { suffix: "_count", labels, value: count };
}
