/** Every number the physics can be tuned with, in one table. Unit of length: one edge. Unit of time: one step. */

/** What a parameter is about: the forces between any nodes, what the graph means, how nodes move, how heat falls. */
export type ParameterSection = "forces" | "meaning" | "motion" | "schedule";

/** Something a graph can have for a parameter to act on. */
export type Trait = "edges" | "types" | "hierarchy" | "disjoint" | "equivalent";

export interface Parameter {
  readonly section: ParameterSection;
  readonly label: string;
  /** It changes nothing in a graph that has none of these. */
  readonly needs?: readonly Trait[];
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
    section: "forces",
    label: "Repulsion",
    default: 10,
    min: 0,
    max: 100,
    unit: "edge lengths per step",
    meaning: "How strongly all nodes push each other away.",
  },
  attraction: {
    section: "forces",
    label: "Attraction",
    needs: ["edges"],
    default: 1,
    min: 0,
    max: 10,
    unit: "per step",
    meaning: "How strongly long edges pull: the part of a spring that grows with its length.",
  },
  nearAttraction: {
    section: "forces",
    label: "Near attraction",
    needs: ["edges"],
    default: 8,
    min: 0,
    max: 80,
    unit: "per step",
    meaning: "How strongly short edges pull: keeps neighbours beside each other.",
  },
  clusterCohesion: {
    section: "meaning",
    label: "Cluster cohesion",
    needs: ["edges"],
    default: 0,
    min: 0,
    max: 10,
    unit: "per step",
    meaning: "Pull of each node to the middle of its cluster, found by the Louvain method.",
  },
  layers: {
    section: "meaning",
    label: "Layers",
    needs: ["hierarchy"],
    default: 0,
    min: 0,
    max: 10,
    unit: "per step",
    meaning: "Pull of each node to the plane of its depth in the hierarchy, the most general on top.",
  },
  layerGap: {
    section: "meaning",
    label: "Space between layers",
    needs: ["hierarchy"],
    default: 4,
    min: 0.5,
    max: 50,
    unit: "edge lengths",
    meaning: "Distance from one plane of the hierarchy to the next.",
  },
  typeCharge: {
    section: "meaning",
    label: "Rare types stand out",
    needs: ["types"],
    default: 0,
    min: 0,
    max: 2,
    unit: "exponent",
    meaning: "How much more nodes of a rare type repel than those of a common one.",
  },
  disjointness: {
    section: "meaning",
    label: "Disjoint apart",
    needs: ["disjoint"],
    default: 10,
    min: 0,
    max: 100,
    unit: "edge lengths per step",
    meaning: "Push between ends that exclude each other (disjointWith); their edge no longer pulls from 1 on.",
  },
  equivalence: {
    section: "meaning",
    label: "Equal together",
    needs: ["equivalent"],
    default: 1,
    min: 0,
    max: 10,
    unit: "per step",
    meaning: "Additional pull between ends that are the same (equivalentClass, sameAs).",
  },
  semanticCharge: {
    section: "meaning",
    label: "General classes repel",
    needs: ["hierarchy", "disjoint"],
    default: 0,
    min: 0,
    max: 10,
    unit: "share",
    meaning: "How much more the general classes repel, and those that exclude others.",
  },
  semanticMass: {
    section: "meaning",
    label: "General classes rest",
    needs: ["hierarchy"],
    default: 0,
    min: 0,
    max: 10,
    unit: "share",
    meaning: "How much heavier the general classes are: they stay, and others arrange themselves around them.",
  },
  damping: {
    section: "motion",
    label: "Damping",
    default: 0.7,
    min: 0,
    max: 0.95,
    unit: "share",
    meaning: "The share of its velocity that a node keeps from one step to the next.",
  },
  maxStep: {
    section: "motion",
    label: "Longest step",
    default: 1,
    min: 0.01,
    max: 10,
    unit: "edge lengths",
    meaning: "The farthest that a node moves in one step.",
  },
  anchor: {
    section: "motion",
    label: "Anchor",
    default: 0.05,
    min: 0,
    max: 1,
    unit: "per step",
    meaning: "Pull of each connected component, as a whole, to its own place; small components feel at least 1 / size.",
  },
  theta: {
    section: "motion",
    label: "Accuracy of groups",
    default: 1,
    min: 0,
    max: 1.5,
    unit: "ratio",
    meaning: "Sizes of two groups of nodes over their distance below which they act as wholes; 0 is exact and slow.",
  },
  noise: {
    section: "motion",
    label: "Noise",
    default: 0.001,
    min: 0,
    max: 1,
    unit: "edge lengths per step",
    meaning: "Random push at full heat, which parts nodes that lie on each other.",
  },
  startHeat: {
    section: "schedule",
    label: "Heat at the start",
    default: 0.4,
    min: 0.02,
    max: 1,
    unit: "share of the forces",
    meaning: "Temperature at the start and after a reset; hotter unfolds more and keeps less of the start positions.",
  },
  coldHeat: {
    section: "schedule",
    label: "Heat when cold",
    default: 0.01,
    min: 0.001,
    max: 0.015,
    unit: "share of the forces",
    meaning: "Temperature towards which the schedule falls.",
  },
  reheat: {
    section: "schedule",
    label: "Heat after a change",
    default: 0.2,
    min: 0.02,
    max: 1,
    unit: "share of the forces",
    meaning: "Temperature after a drag, a pin, a move or a change of these parameters.",
  },
  coolingSteps: {
    section: "schedule",
    label: "Cooling steps",
    default: 300,
    min: 1,
    max: 1_000_000,
    unit: "steps",
    meaning: "Steps in which the temperature falls from the start to cold, and in proportion after a change.",
  },
  stillMove: {
    section: "schedule",
    label: "Still below",
    default: 1e-3,
    min: 0,
    max: 0.1,
    unit: "edge lengths",
    meaning: "Mean move per step below which the layout counts as still.",
  },
  stillSteps: {
    section: "schedule",
    label: "Steps of stillness",
    default: 30,
    min: 1,
    max: 1000,
    unit: "steps",
    meaning: "Steps that the layout must be still before it is settled.",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;
export type Params = { readonly [Name in ParameterName]: number };

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(parameters, name);
}

/** The table by name and row; rows without `needs` have it, too. */
export const parameterRows: readonly (readonly [ParameterName, Parameter])[] = Object.entries(parameters)
  .flatMap(([name, row]) => isParameterName(name) ? [[name, row] as const] : []);

/** Why a parameter cannot have this value, in a sentence; absent where it can. */
export function paramProblem(name: ParameterName, value: number): string | undefined {
  const { min, max, unit } = parameters[name];
  if (value >= min && value <= max) return undefined;
  return `Cannot set ${name} to ${value}: it goes from ${min} to ${max} (${unit}).`;
}

/** The defaults with some values replaced. @throws RangeError for a value outside its range. */
export function createParams(overrides: Partial<Params> = {}): Params {
  const params: Record<string, number> = {};
  for (const [name, row] of parameterRows) {
    const value = overrides[name] ?? row.default, problem = paramProblem(name, value);
    if (problem !== undefined) throw new RangeError(problem);
    params[name] = value;
  }
  return params as Params;
}

export interface StartChoice {
  readonly params?: Partial<Params>;
  /** In place of the parameter of the same name. */
  readonly coolingSteps?: number;
}

/** What a simulation starts with. @throws RangeError for a value outside its range. */
export function startParams({ params, coolingSteps }: StartChoice): Params {
  return createParams(coolingSteps === undefined ? params : { ...params, coolingSteps });
}

/**
 * Factor on all forces of a dense graph, whose summed springs would otherwise overshoot: 1 below a mean degree of 15,
 * 0.1 below 50, 0.01 from there.
 */
export function densityScale(nodeCount: number, edgeCount: number): number {
  const meanDegree = nodeCount === 0 ? 0 : 2 * edgeCount / nodeCount;
  return meanDegree < 15 ? 1 : meanDegree < 50 ? 0.1 : 0.01;
}
