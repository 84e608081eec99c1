/** When the next step is due, and how long steps take. */

import type { SimulationStats, StepTimes } from "./api.ts";

export interface StepClock {
  /** Time until the next step may start; 0 or less: now. */
  waitMs(now: number): number;
  stepped(start: number, end: number): void;
  /** Nothing runs for a while: the rate is 0 and the next step is due at once. */
  rest(): void;
  figures(): Pick<SimulationStats, "stepMs" | "stepsPerSecond">;
  /** Of all steps so far. */
  readonly times: StepTimes;
}

/** Steps remembered for the median and the rate. */
const REMEMBERED = 31;
/** Durations up to which steps are counted together; one count more for what takes longer. */
export const STEP_BOUNDS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 16, 25, 50, 100, 250, 500, 1000, 2500, 10_000];
/** A clock that is further behind than this does not try to catch up. */
const CATCH_UP_MS = 50;

export function createStepClock(maxStepsPerSecond = Infinity): StepClock {
  const intervalMs = 1000 / maxStepsPerSecond;
  const durations = new Float64Array(REMEMBERED), ends = new Float64Array(REMEMBERED);
  const counts = new Float64Array(STEP_BOUNDS_MS.length + 1);
  let count = 0, due = -Infinity, median = 0, sumMs = 0;
  return {
    get times() {
      return { counts, sumMs };
    },
    waitMs: (now) => due - now,
    stepped(start, end) {
      due = (due === -Infinity ? start : Math.max(due, start - CATCH_UP_MS)) + intervalMs;
      const at = STEP_BOUNDS_MS.findIndex((bound) => end - start <= bound);
      counts[at < 0 ? STEP_BOUNDS_MS.length : at]++;
      sumMs += end - start;
      durations[count % REMEMBERED] = end - start;
      ends[count % REMEMBERED] = end;
      count++;
    },
    rest() {
      count = 0;
      due = -Infinity;
    },
    figures() {
      const known = Math.min(count, REMEMBERED);
      if (known === 0) return { stepMs: median, stepsPerSecond: 0 };
      median = durations.slice(0, known).sort()[known >> 1];
      const newest = ends[(count - 1) % REMEMBERED], oldest = ends[count > REMEMBERED ? count % REMEMBERED : 0];
      return { stepMs: median, stepsPerSecond: newest > oldest ? 1000 * (known - 1) / (newest - oldest) : 0 };
    },
  };
}
