/** The numbers every kernel reads, declared once for both languages. */

const FIELDS = [
  ["nodeCount", "u32"],
  /** First row of this piece of the all-pairs kernel. */
  ["firstRow", "u32"],
  /** Level of the tree's root. */
  ["treeTop", "u32"],
  /** Pieces that the components are summed in, and how many of them take a workgroup. */
  ["pieceCount", "u32"],
  ["largePieces", "u32"],
  ["dims", "u32"],
  ["noiseSeed", "u32"],
  /** Where the figures of this step go. */
  ["recordSlot", "u32"],
  ["rate", "f32"],
  ["noise", "f32"],
  ["repulsion", "f32"],
  ["thetaSquared", "f32"],
  ["attraction", "f32"],
  ["nearAttraction", "f32"],
  ["damping", "f32"],
  ["maxStep", "f32"],
  ["stiffLimit", "f32"],
  ["clusterCohesion", "f32"],
  ["layers", "f32"],
  ["layerGap", "f32"],
  ["disjointness", "f32"],
  ["equivalence", "f32"],
] as const;

export type StepField = typeof FIELDS[number][0];
export type StepValues = { readonly [Name in StepField]: number };

/** Threads per workgroup of every kernel, and points per tile of the all-pairs kernel. */
export const WORKGROUP = 128;

/** Workgroups per dimension that every device allows; more are laid out in rows of as many. */
export const WORKGROUPS_PER_ROW = 65_535;

/** Uniform buffers are sized in steps of 16 bytes. */
export const STEP_BYTES = 16 * Math.ceil(FIELDS.length / 4);

/** Bytes from one set of values to the next where a buffer holds several: what every device can bind at. */
export const UNIFORM_STRIDE = 256;

/** Precedes every kernel that is part of a step. */
export const STEP_HEADER = `
struct Step {
${FIELDS.map(([name, type]) => `  ${name}: ${type},`).join("\n")}
}
@group(0) @binding(0) var<uniform> job: Step;
`;

export function encodeStep(values: StepValues, out: DataView): void {
  FIELDS.forEach(([name, type], k) => {
    if (type === "u32") out.setUint32(4 * k, values[name], true);
    else out.setFloat32(4 * k, values[name], true);
  });
}
