/** What both engines compute the same way around their kernels. */

import { densityScale, type Params } from "./params.ts";
import { hash32 } from "./random.ts";

/**
 * A node follows its springs no faster than this over their summed stiffness: beyond about 1.6 an explicit step
 * overshoots. It makes hubs heavy and changes no equilibrium.
 */
export const STIFF_LIMIT = 1.5;

/** The random push along an axis is one of so many equal steps, centred on 0. */
const NOISE_LEVELS = 1024;

/** What changes from step to step. */
export interface StepRates {
  /** Factor on all forces. */
  readonly rate: number;
  /** Factor on the noise levels −511.5 … 511.5. */
  readonly noise: number;
  readonly noiseSeed: number;
}

/** Rates of step `step`, counted from 0. */
export type RatesOf = (heat: number, step: number) => StepRates;

export interface RatesInput {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly seed: number;
  readonly params: Params;
}

export function createRates({ nodeCount, edgeCount, seed, params }: RatesInput): RatesOf {
  const scale = densityScale(nodeCount, edgeCount);
  return (heat, step) => ({
    rate: heat * scale,
    noise: 2 * heat * params.noise / NOISE_LEVELS,
    noiseSeed: hash32(seed + step),
  });
}

export interface AnchoredComponent {
  readonly size: number;
  readonly heldNodes: number;
}

/**
 * How strongly a component is pulled to its place. One that a held node belongs to hangs on that node instead; small
 * ones hold on more, since a large neighbour pushes each of their nodes as hard as its own.
 */
export function anchorStrength({ anchor }: Params, { size, heldNodes }: AnchoredComponent): number {
  return heldNodes > 0 || anchor === 0 ? 0 : Math.max(anchor, 1 / size);
}
