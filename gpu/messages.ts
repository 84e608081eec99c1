/** The mailbox between the program and the physics worker. */

import type {
  EngineInfo,
  FrameDetail,
  GraphEdit,
  LiveOptions,
  PhysicsGraph,
  Pin,
  SimulationState,
  SimulationStats,
} from "./api.ts";
import type { FrameRingMemory, FrameTicket } from "./frame_ring.ts";
import type { Params } from "./params.ts";
import { STEP_BOUNDS_MS } from "./step_clock.ts";

/** The first message to the worker. */
export interface OpenMessage {
  readonly kind: "open";
  readonly graph: PhysicsGraph;
  readonly options: Omit<LiveOptions, "onState" | "onFrame">;
  readonly frames: FrameRingMemory;
  readonly stats: StatsMemory;
}

/** What the program asks of a running simulation, applied in order, between steps. */
export type Command =
  | { readonly kind: "pin"; readonly pin: Pin }
  | { readonly kind: "unpin"; readonly index: number }
  | { readonly kind: "place"; readonly pins: readonly Pin[] }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "step"; readonly count: number }
  | { readonly kind: "reset" }
  | { readonly kind: "params"; readonly params: Params }
  | { readonly kind: "clusters"; readonly clusterOf: Uint32Array }
  | { readonly kind: "need"; readonly detail: FrameDetail }
  | EditCommand
  | { readonly kind: "close" };

/** The graph from `generation` on. */
export interface EditCommand {
  readonly kind: "edit";
  readonly generation: number;
  readonly edit: GraphEdit;
}

export type WorkerMessage = OpenMessage | Command;

/** What the worker tells, in order; nothing follows `closed`. */
export type LiveEvent =
  | { readonly kind: "engine"; readonly engine: EngineInfo }
  /** No simulation can be opened; the sentence is for the user. */
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "state"; readonly state: SimulationState }
  /** From here on frames are of this generation, and in this memory. */
  | { readonly kind: "graph"; readonly generation: number; readonly frames: FrameRingMemory }
  | { readonly kind: "frame"; readonly ticket: FrameTicket }
  | { readonly kind: "closed" };

/** Figures that the worker keeps up to date and the program reads whenever it wants. */
export type StatsMemory = Float64Array<SharedArrayBuffer>;

const SUM_AT = 7, COUNTS_AT = 8, STATS_SLOTS = COUNTS_AT + STEP_BOUNDS_MS.length + 1;

export const createStatsMemory = (): StatsMemory => new Float64Array(new SharedArrayBuffer(8 * STATS_SLOTS));

export function writeStats(memory: StatsMemory, stats: SimulationStats): void {
  memory[0] = stats.step;
  memory[1] = stats.alpha;
  memory[2] = stats.meanMove;
  memory[3] = stats.stepMs;
  memory[4] = stats.stepsPerSecond;
  memory[5] = stats.scrubbed;
  memory[6] = stats.bytesReadBack;
  memory[SUM_AT] = stats.stepTimes.sumMs;
  memory.set(stats.stepTimes.counts, COUNTS_AT);
}

export function readStats(memory: StatsMemory): SimulationStats {
  const [step, alpha, meanMove, stepMs, stepsPerSecond, scrubbed, bytesReadBack] = memory;
  const stepTimes = { sumMs: memory[SUM_AT], counts: memory.subarray(COUNTS_AT) };
  return { step, alpha, meanMove, stepMs, stepsPerSecond, scrubbed, bytesReadBack, stepTimes };
}
