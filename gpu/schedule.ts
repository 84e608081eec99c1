/** The temperature of a layout over its steps, and the moment when it has settled. */

import type { StepReport } from "./engine.ts";
import type { Params } from "./params.ts";

export type SettledReason = "still" | "cooled";

export interface Schedule {
  readonly heat: number;
  readonly settled: SettledReason | undefined;
  /** One step more, with the newest known figures: those of an earlier step where the engine works ahead. */
  observe(report: StepReport): void;
  /** Warms up to `heat` at least, and leaves the settled state. */
  reheat(heat: number): void;
  /** Heat falls by other parameters from now on; what is settled stays so. */
  retune(params: Params): void;
  /** Back to the start. */
  restart(): void;
  /** Another engine counts its steps anew. */
  forget(): void;
}

/** Share of the start heat above cold that is left when the schedule has run out. */
const COLD_SHARE = 0.02;

export interface ScheduleOptions {
  /** Stop by the schedule only. */
  readonly ignoreStillness: boolean;
  /** Temperature at the start, 0 for a layout at rest; absent: the start of the schedule. */
  readonly heat?: number;
}

/** Heat falls exponentially from `startHeat` towards `coldHeat`, in `coolingSteps` steps to within 2 %. */
export function createSchedule(start: Params, { ignoreStillness, heat: first }: ScheduleOptions): Schedule {
  let params = start, heat = params.startHeat, stepsLeft = params.coolingSteps;
  let stillSince: number | undefined, still = false, seen = 0;
  const wake = () => {
    stillSince = undefined;
    still = false;
  };
  if (first !== undefined) {
    heat = Math.max(params.coldHeat, first);
    stepsLeft = first === 0 ? 0 : stepsToCold(heat, params);
  }
  return {
    get heat() {
      return heat;
    },
    get settled() {
      if (still && !ignoreStillness) return "still";
      return stepsLeft <= 0 ? "cooled" : undefined;
    },
    observe({ step, meanMove }: StepReport) {
      heat += (params.coldHeat - heat) * (1 - Math.pow(COLD_SHARE, 1 / params.coolingSteps));
      stepsLeft--;
      if (step === seen) return;
      seen = step;
      if (meanMove >= params.stillMove) return wake();
      stillSince ??= step;
      still = step - stillSince >= params.stillSteps;
    },
    reheat(wanted) {
      wake();
      if (wanted <= heat && stepsLeft > 0) return;
      heat = Math.max(heat, wanted);
      stepsLeft = stepsToCold(heat, params);
    },
    retune(next) {
      params = next;
      if (stepsLeft > 0) stepsLeft = stepsToCold(heat, params);
    },
    forget() {
      wake();
      seen = 0;
    },
    restart() {
      wake();
      heat = params.startHeat;
      stepsLeft = params.coolingSteps;
    },
  };
}

/** Steps in which the heat falls to where the schedule ends; enough to notice stillness. */
function stepsToCold(heat: number, { startHeat, coldHeat, coolingSteps, stillSteps }: Params): number {
  const share = Math.max(0, heat - coldHeat) / (startHeat - coldHeat) / COLD_SHARE;
  return Math.max(stillSteps, Math.ceil(coolingSteps * Math.log(share) / -Math.log(COLD_SHARE)));
}
