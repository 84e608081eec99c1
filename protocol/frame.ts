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
}

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
