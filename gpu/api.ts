/** The physics as the rest of the program sees it: dense indices, typed arrays, no ids, no sockets. */

import type { RoundedPositions } from "../protocol/frame.ts";
import type { Params } from "./params.ts";

/** What is laid out. Self-loops and repeated pairs are allowed; they exert no force, respectively a summed one. */
export interface PhysicsGraph {
  readonly nodeCount: number;
  /** Dense indices of the ends of edge `e`. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Spring strength per edge; 1 where absent. */
  readonly weights?: Float32Array;
  /** Repulsion received and exerted in proportion, from 0 on; 1 where absent. */
  readonly charges?: Float32Array;
  /** Inertia, above 0: how little a node moves for a force; 1 where absent. */
  readonly masses?: Float32Array;
  /** Type of each node; 0 is none. */
  readonly types?: Uint16Array;
  /** What each edge says about its ends: values of `EDGE_MEANING`. */
  readonly edgeMeanings?: Uint8Array;
  /** Depth of a node in the hierarchy where it is known beforehand, NaN elsewhere; the edges tell the others. */
  readonly depths?: Float32Array;
}

/** Values for some parameters. */
export type ParamChanges = Partial<Params>;
/** In `GraphEdit.origins`: a node that was not there before. */
export const NEW_NODE = -1;

/** The graph as it is to be, and which of its nodes are there already. */
export interface GraphEdit {
  readonly graph: PhysicsGraph;
  /** Index that each node has had so far, or `NEW_NODE`. Shape: n of `graph`. */
  readonly origins: Int32Array;
}

/** Where nodes are put at the start instead of being laid out anew. */
export interface StartPlaces {
  /** x y z per node; a node with a coordinate that is not finite is placed beside its neighbours. Shape: 3n. */
  readonly positions: Float32Array;
  /** Temperature to go on with, 0: at rest. Absent: that of an edit. New nodes warm it up to that at least. */
  readonly heat?: number;
}

export type EngineChoice = "auto" | "webgpu" | "cpu";

export interface EngineInfo {
  readonly name: "webgpu" | "cpu";
  /** Adapter name, or "2 threads". */
  readonly detail: string;
  /** How results are read back from a GPU: `early` where a test has shown that to be right and faster. */
  readonly readBack?: "awaited" | "early";
  /** Why this engine and not the one asked for or hoped for; absent when there is nothing to explain. */
  readonly reason?: string;
}

/** `still`: mean move below the threshold for 30 steps. `cooled`: the step schedule ran out. */
export type SimulationState =
  | { readonly kind: "preparing"; readonly stage: string; readonly done: number; readonly total: number }
  | { readonly kind: "moving" }
  | { readonly kind: "paused" }
  | { readonly kind: "settled"; readonly reason: "still" | "cooled" }
  | { readonly kind: "failed"; readonly message: string };

/** How long steps took since the simulation was opened. */
export interface StepTimes {
  /** Steps that took up to each of `STEP_BOUNDS_MS` and longer than the one before; the last is for those beyond all. */
  readonly counts: Float64Array;
  readonly sumMs: number;
}

export interface SimulationStats {
  readonly step: number;
  /** Temperature, 1 hot … 0 cold. */
  readonly alpha: number;
  /** Mean displacement of the last step, in edge lengths. */
  readonly meanMove: number;
  /** Median duration of recent steps. */
  readonly stepMs: number;
  readonly stepsPerSecond: number;
  /** Positions that were not finite and were put back. */
  readonly scrubbed: number;
  /** Bytes read back from a GPU so far; 0 on the CPU. */
  readonly bytesReadBack: number;
  /** A view of the present figures. */
  readonly stepTimes: StepTimes;
}

/** `rounded`: positions to 16 bits per axis, without velocities, while the layout moves; the last frame before a rest is full. */
export type FrameDetail = "full" | "rounded";

/** Positions and velocities of one moment: views into shared memory, valid until the next frame is handed over. */
export interface PositionFrame {
  readonly sequence: number;
  /** Edits that this frame knows of; its node count is that of this generation. */
  readonly generation: number;
  readonly step: number;
  /** x y z interleaved, 3n, in edge lengths. */
  readonly positions: Float32Array;
  readonly velocities: Float32Array;
  /** Present where no more is known than this: `positions` are what the steps say, `velocities` 0. */
  readonly rounded?: RoundedPositions;
}

export interface Pin {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface LiveOptions {
  readonly engine: EngineChoice;
  readonly seed: number;
  /** Worker threads of the CPU engine. */
  readonly threads: number;
  readonly dims: 2 | 3;
  /** Nodes held where they are from the first step on. */
  readonly pins?: readonly Pin[];
  /** Absent: the start is computed. */
  readonly start?: StartPlaces;
  /** Upper bound of steps per second, so that a small graph can be watched; absent: as fast as it goes. */
  readonly maxStepsPerSecond?: number;
  /** Upper bound of frames handed over per second. Default 60. */
  readonly maxFramesPerSecond?: number;
  /** Parameters that do not have their defaults. */
  readonly params?: ParamChanges;
  /** Steps in which the temperature falls from the start to cold; in place of the parameter. */
  readonly coolingSteps?: number;
  /** Stop by the schedule only, never because nodes lie still: `layout --iterations N` runs exactly N steps. */
  readonly ignoreStillness?: boolean;
  readonly onState: (state: SimulationState) => void;
  /** Called on the opening isolate, in order; slow consumers lose frames, never the newest. */
  readonly onFrame: (frame: PositionFrame) => void;
}

/** A simulation running in its own worker. Opened by `openLiveSimulation` in `mod.ts`. */
export interface LiveSimulation {
  readonly engine: EngineInfo;
  /** The newest frame; absent until the start positions exist. */
  latest(): PositionFrame | undefined;
  state(): SimulationState;
  stats(): SimulationStats;
  /** Holds a node at a place and reheats its surroundings; it stays until `unpin`. Also what a drag sends while it moves. */
  pin(pin: Pin): void;
  unpin(index: number): void;
  /** Puts nodes somewhere, in one message: held ones stay there, free ones go on from there. */
  place(pins: readonly Pin[]): void;
  /** How much of the next frames is wanted; `full` at first. Engines for which less costs as much go on giving all. */
  need(detail: FrameDetail): void;
  pause(): void;
  resume(): void;
  /** Runs `count` steps and pauses again. */
  step(count: number): void;
  /**
   * Goes on with another graph: nodes that stay are where they were, new ones appear beside their neighbours, pins stay.
   * Returns the generation of the frames that know of it; edits that wait are applied as one.
   *
   * @throws RangeError for a graph that cannot be or origins that name no node or one twice; then nothing changes.
   */
  edit(edit: GraphEdit): number;
  /** Back to the computed start positions (pins kept) and hot. */
  reset(): void;
  /** All parameters as they are set. */
  params(): Params;
  /** Sets some parameters and reheats; the layout goes on from where it is. @throws RangeError for one out of range. */
  setParams(changes: ParamChanges): void;
  /** Which cluster each node belongs to, for `clusterCohesion`; without it that has no effect. Shape: one per node. */
  setClusters(clusterOf: Uint32Array): void;
  /** Resolves when the worker has stopped by itself; never terminates a worker that owns a device. */
  close(): Promise<void>;
}
