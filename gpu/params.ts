/** Every number the physics can be tuned with, in one table. Unit of length: one edge. Unit of time: one step. */

export interface Parameter {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly meaning: string;
}

/**
 * Law, for node i of charge q_i at distance d from j: repulsion `q_i q_j · repulsion · d / (1 + d²)²` from every node, attraction
 * `w (d · bias + nearAttraction · d / (1 + d²))` along every edge with `bias = deg_j / (deg_i + deg_j)`.
 *
 * Source: Zhong, Xue et al., "Force-directed graph layouts revisited: a new force based on the t-distribution", TVCG 2023.
 */
export const parameters = {
  repulsion: {
    default: 10,
    min: 0,
    max: 100,
    unit: "edge lengths per step",
    meaning: "How strongly all nodes push each other away.",
  },
  attraction: {
    default: 1,
    min: 0,
    max: 10,
    unit: "per step",
    meaning: "How strongly long edges pull: the part of a spring that grows with its length.",
  },
  nearAttraction: {
    default: 8,
    min: 0,
    max: 80,
    unit: "per step",
    meaning: "How strongly short edges pull: keeps neighbours beside each other.",
  },
  damping: {
    default: 0.7,
    min: 0,
    max: 0.95,
    unit: "share",
    meaning: "The share of its velocity that a node keeps from one step to the next.",
  },
  maxStep: {
    default: 1,
    min: 0.01,
    max: 10,
    unit: "edge lengths",
    meaning: "The farthest that a node moves in one step.",
  },
  anchor: {
    default: 0.05,
    min: 0,
    max: 1,
    unit: "per step",
    meaning: "Pull of each connected component, as a whole, to its own place; small components feel at least 1 / size.",
  },
  theta: {
    default: 1,
    min: 0,
    max: 1.5,
    unit: "ratio",
    meaning: "Sizes of two groups of nodes over their distance below which they act as wholes; 0 is exact and slow.",
  },
  noise: {
    default: 0.001,
    min: 0,
    max: 1,
    unit: "edge lengths per step",
    meaning: "Random push at full heat, which parts nodes that lie on each other.",
  },
  startHeat: {
    default: 0.4,
    min: 0.02,
    max: 1,
    unit: "share of the forces",
    meaning: "Temperature at the start; hotter unfolds more and keeps less of the start positions.",
  },
  coldHeat: {
    default: 0.01,
    min: 0.001,
    max: 0.015,
    unit: "share of the forces",
    meaning: "Temperature towards which the schedule falls.",
  },
  reheat: {
    default: 0.2,
    min: 0.02,
    max: 1,
    unit: "share of the forces",
    meaning: "Temperature after a drag, a pin or a move.",
  },
  coolingSteps: {
    default: 300,
    min: 1,
    max: 1_000_000,
    unit: "steps",
    meaning: "Steps in which the temperature falls from the start to cold.",
  },
  stillMove: {
    default: 1e-3,
    min: 0,
    max: 0.1,
    unit: "edge lengths",
    meaning: "Mean move per step below which the layout counts as still.",
  },
  stillSteps: {
    default: 30,
    min: 1,
    max: 1000,
    unit: "steps",
    meaning: "Steps that the layout must be still before it is settled.",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;
export type Params = { readonly [Name in ParameterName]: number };

/** The defaults with some values replaced. @throws RangeError for a value outside its range. */
export function createParams(overrides: Partial<Params> = {}): Params {
  const params: Record<string, number> = {};
  for (const [name, { default: fallback, min, max, unit }] of Object.entries(parameters)) {
    const value = Object.entries(overrides).find(([key]) => key === name)?.[1] ?? fallback;
    if (!(value >= min && value <= max)) {
      throw new RangeError(`Cannot set ${name} to ${value}: it goes from ${min} to ${max} (${unit}).`);
    }
    params[name] = value;
  }
  return params as Params;
}

/**
 * Factor on all forces of a dense graph, whose summed springs would otherwise overshoot: 1 below a mean degree of 15,
 * 0.1 below 50, 0.01 from there.
 */
export function densityScale(nodeCount: number, edgeCount: number): number {
  const meanDegree = nodeCount === 0 ? 0 : 2 * edgeCount / nodeCount;
  return meanDegree < 15 ? 1 : meanDegree < 50 ? 0.1 : 0.01;
}
