/**
 * One moment of the layout, as columns: record `i` of every column belongs to dense node index `i`.
 *
 * Shape: `ids` n, `positions` and `velocities` 3n (x y z interleaved), `masses` and `charges` n.
 * Units: positions in edge lengths, velocities in edge lengths per step.
 * A frame is a view: whoever keeps one past the call that handed it over copies it.
 */
export interface NodeFrame {
  /** Counts frames of one simulation, from 0. */
  readonly sequence: number;
  /** Changes when the set of nodes or their order changes; indices of two generations must not be mixed. */
  readonly generation: number;
  readonly count: number;
  readonly ids: Uint32Array;
  readonly positions: Float32Array;
  readonly velocities: Float32Array;
  readonly masses: Float32Array;
  readonly charges: Float32Array;
  /** Present where no more is known than this: `positions` are what the steps say, `velocities` 0. */
  readonly rounded?: RoundedPositions;
}

/** The cube that positions are rounded in: step q on axis a lies at `low[a] + q · quantum`, all of them f32 values. */
export interface PositionBox {
  /** Distance of two steps, in edge lengths; the same on all axes. */
  readonly quantum: number;
  readonly low: readonly [x: number, y: number, z: number];
}

/** Positions to the nearest of 2¹⁶ steps on each axis. */
export interface RoundedPositions {
  readonly box: PositionBox;
  /** Changes with the box: steps of two boxes have nothing to do with each other. */
  readonly boxNumber: number;
  /** Shape: 3n, as `positions`. */
  readonly steps: Uint16Array;
}

/** How a box is chosen, by whoever rounds. */
export const BOX_RULES = {
  /** Steps per axis. */
  steps: 65_536,
  /** Room left on either side, as a share of the layout's width, for the layout to grow into. */
  margin: 1 / 8,
  /** A layout that is narrower is given a cube of this width, in edge lengths. */
  leastWidth: 1,
  /** Coordinates beyond are no positions; neither are NaN and the infinities. */
  farthest: 1e30,
  /** After so long a new one is made, that fits again. */
  lifeMs: 2000,
} as const;

/** A frame of `count` nodes with zeroed columns and ids 0…count-1, for decoders and tests to write into. */
export function createFrame(count: number): NodeFrame {
  const ids = new Uint32Array(count);
  for (let index = 0; index < count; index++) ids[index] = index;
  return {
    sequence: 0,
    generation: 0,
    count,
    ids,
    positions: new Float32Array(3 * count),
    velocities: new Float32Array(3 * count),
    masses: new Float32Array(count).fill(1),
    charges: new Float32Array(count),
  };
}
