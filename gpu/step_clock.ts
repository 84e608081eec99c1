/** When the next step is due, and how long steps take. */

import type { SimulationStats } from "./api.ts";

export interface StepClock {
  /** Time until the next step may start; 0 or less: now. */
  waitMs(now: number): number;
  stepped(start: number, end: number): void;
  /** Nothing runs for a while: the rate is 0 and the next step is due at once. */
  rest(): void;
  figures(): Pick<SimulationStats, "stepMs" | "stepsPerSecond">;
}

/** Steps remembered for the median and the rate. */
const REMEMBERED = 31;
/** A clock that is further behind than this does not try to catch up. */
const CATCH_UP_MS = 50;

export function createStepClock(maxStepsPerSecond = Infinity): StepClock {
  const intervalMs = 1000 / maxStepsPerSecond;
  const durations = new Float64Array(REMEMBERED), ends = new Float64Array(REMEMBERED);
  let count = 0, due = -Infinity, median = 0;
  return {
    waitMs: (now) => due - now,
    stepped(start, end) {
      due = (due === -Infinity ? start : Math.max(due, start - CATCH_UP_MS)) + intervalMs;
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
