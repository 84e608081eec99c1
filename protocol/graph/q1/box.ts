/** The cube of 2¹⁶ steps per axis that positions are rounded in. */

import { BOX_RULES, type PositionBox } from "../../frame.ts";

export type Box = PositionBox;

const { steps: STEPS, margin: MARGIN, leastWidth: LEAST_WIDTH } = BOX_RULES;
export const FARTHEST = BOX_RULES.farthest;

/** The cube around everything that has a position, with room to grow. */
export function fitBox(positions: Float32Array, count: number): Box {
  const middle: [number, number, number] = [0, 0, 0];
  let width: number = LEAST_WIDTH;
  for (let axis = 0; axis < 3; axis++) {
    let least = Infinity, most = -Infinity;
    for (let k = axis; k < 3 * count; k += 3) {
      const value = positions[k];
      if (!(Math.abs(value) < FARTHEST)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (least > most) continue;
    middle[axis] = (least + most) / 2;
    width = Math.max(width, most - least);
  }
  const quantum = Math.fround(width * (1 + 2 * MARGIN) / STEPS), half = quantum * STEPS / 2;
  const [x, y, z] = middle.map((value) => Math.fround(value - half));
  return { quantum, low: [x, y, z] };
}

/** Rounds every coordinate to the nearest step. False, and `steps` is unspecified, when one lies outside. */
export function quantiseInto(positions: Float32Array, { quantum, low }: Box, steps: Uint16Array): boolean {
  const scale = 1 / quantum;
  const shiftX = 0.5 - low[0] * scale, shiftY = 0.5 - low[1] * scale, shiftZ = 0.5 - low[2] * scale;
  for (let k = 0; k < steps.length; k += 3) {
    const x = positions[k] * scale + shiftX,
      y = positions[k + 1] * scale + shiftY,
      z = positions[k + 2] * scale + shiftZ;
    if (!(x >= 0 && x < STEPS && y >= 0 && y < STEPS && z >= 0 && z < STEPS)) return false;
    steps[k] = x;
    steps[k + 1] = y;
    steps[k + 2] = z;
  }
  return true;
}

/** The same with everything outside moved to the nearest face, and what is no number to the low corner. */
export function clampInto(positions: Float32Array, { quantum, low }: Box, steps: Uint16Array): void {
  for (let k = 0; k < steps.length; k++) {
    const step = Math.floor((positions[k] - low[k % 3]) / quantum + 0.5);
    steps[k] = step >= 0 ? Math.min(step, STEPS - 1) : 0;
  }
}

/** Back from steps to positions. */
export function restoreInto(steps: Uint16Array, { quantum, low }: Box, positions: Float32Array): void {
  // By index: taking an array apart makes an iterator.
  const lowX = low[0], lowY = low[1], lowZ = low[2];
  for (let k = 0; k < steps.length; k += 3) {
    positions[k] = lowX + steps[k] * quantum;
    positions[k + 1] = lowY + steps[k + 1] * quantum;
    positions[k + 2] = lowZ + steps[k + 2] * quantum;
  }
}
