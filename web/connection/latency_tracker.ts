/** Units: those of the samples. p95 and p99 are samples themselves (nearest rank), never interpolated. */
export interface LatencyFigures {
  /** How many samples these figures rest on. */
  readonly count: number;
  readonly avg: number;
  readonly min: number;
  readonly max: number;
  readonly p95: number;
  readonly p99: number;
}

/** The last `capacity` samples, and what they say; older ones are forgotten. */
export class LatencyTracker {
  readonly #ring: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError("A latency tracker keeps 1 sample or more.");
    this.#ring = new Float64Array(capacity);
  }

  /** Cost: constant, no allocation. @throws {RangeError} for what is no duration. */
  add(sample: number): void {
    if (!(sample >= 0 && sample < Infinity)) throw new RangeError(`A latency is 0 or more and finite, not ${sample}.`);
    this.#ring[this.#next] = sample;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#count = Math.min(this.#count + 1, this.#ring.length);
  }

  /** Absent before the first sample: no measurement is not a latency of 0. Cost: sorts the samples. */
  figures(): LatencyFigures | undefined {
    const count = this.#count;
    if (count === 0) return undefined;
    const sorted = this.#ring.slice(0, count).sort();
    const rank = (percent: number) => sorted[Math.ceil(percent * count / 100) - 1];
    const avg = sorted.reduce((sum, sample) => sum + sample, 0) / count;
    return { count, avg, min: sorted[0], max: sorted[count - 1], p95: rank(95), p99: rank(99) };
  }
}
