/** What computes the steps: the CPU engine and the WebGPU engine have this in common, and nothing above knows more. */

import type { PositionBox } from "../protocol/frame.ts";
import type { EngineInfo, Pin } from "./api.ts";
import type { Tuning } from "./meaning/meaning.ts";

/** The newest known figures; an engine that works ahead reports a step that lies a little back. */
export interface StepReport {
  /** Steps since the engine was opened, 1 for the first. */
  readonly step: number;
  /** Mean displacement in that step, in edge lengths. */
  readonly meanMove: number;
  /** Positions that were not finite and were put back, in all steps. */
  readonly scrubbed: number;
}

/** What a read of rounded positions fills: the steps, and the positions that they say. Shape: 3n each. */
export interface RoundedColumns {
  readonly steps: Uint16Array;
  readonly positions: Float32Array;
}

/** `kept`: the box of the read before, while everything is in it. */
export type BoxChoice = "kept" | "new";

export interface Engine {
  readonly info: EngineInfo;
  /** Bytes copied from a GPU so far. */
  readonly bytesReadBack: number;
  /** One step with all forces scaled by `heat`. Rejects with `EngineLostError` when the device is gone. */
  step(heat: number): Promise<StepReport>;
  /** Writes the state after the last step; x y z interleaved, 3n each. */
  readInto(positions: Float32Array, velocities: Float32Array): Promise<void>;
  /** The positions after the last step, rounded; absent where that saves nothing. */
  readonly readRoundedInto?: (out: RoundedColumns, box: BoxChoice) => Promise<PositionBox>;
  /** Holds a node at a place. */
  hold(pin: Pin): void;
  release(index: number): void;
  /** Puts a node somewhere, at rest. */
  place(pin: Pin): void;
  /** Puts all nodes somewhere, at rest; held nodes stay. Shape: 3n. */
  placeAll(positions: Float32Array): void;
  /** From the next step on these parameters, weights and constraints hold. */
  retune(tuning: Tuning): void;
  close(): Promise<void>;
}

/** The engine cannot go on; another has to take over. */
export class EngineLostError extends Error {
  override readonly name = "EngineLostError";
}
