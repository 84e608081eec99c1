/** The tree over points in curve order, brought up to date in every step, and the walk that gives repulsion. */

import law from "./law.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import refit from "./refit.wgsl" with { type: "text" };
import refitPoints from "./refit_points.wgsl" with { type: "text" };
import refitTop from "./refit_top.wgsl" with { type: "text" };
import tree from "./tree.wgsl" with { type: "text" };
import { WORKGROUP } from "./step_uniform.ts";
import walk from "./walk.wgsl" with { type: "text" };
import walkGroup from "./walk_group.wgsl" with { type: "text" };
import walkPull from "./walk_pull.wgsl" with { type: "text" };

export const LEAF_POINTS = 8;
const BRANCHES = 4;
/** Levels that one workgroup refits on its own, leaves included. */
const BOTTOM_LEVELS = 4;
/**
 * Level of the cell whose points walk together: 32 of them, as many as run in step on most GPUs. With 8 the walk meets a
 * fifth fewer cells and half as many pairs, but four walks share the lanes that run in step.
 */
const GROUP_LEVEL = 1;
/** The walk remembers four bits per level from 2 up, in one word. */
const MAX_ROOT_LEVEL = 9;
/** Factor on the reach of a cell: with it θ = 1 keeps the force within 5 % rms, on sheets too. */
const OPENING = 1.25;

const CONSTANTS = `
const LEAF_POINTS = ${LEAF_POINTS}u;
const BOTTOM_LEVELS = ${BOTTOM_LEVELS}u;
const OPENING = ${OPENING};
`;

export const compileRefitPoints = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "refit points", parts: [CONSTANTS, tree, refit, refitPoints] });

export const compileRefitTop = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "refit top", parts: [CONSTANTS, tree, refit, refitTop] });

export interface WalkKernel extends Kernel {
  readonly pointsPerWorkgroup: number;
}

/** Another form of the walk takes the place of parts of it; it has the same buffers. */
export interface WalkOptions {
  /** WGSL in the place of `law.wgsl`. */
  readonly lawSource?: string;
  /** 0: the 8 points of a leaf walk together; 1, the default: 32. */
  readonly groupLevel?: 0 | 1;
  /** Level at whose cells the walk begins, 2 … 9, the default. */
  readonly rootLevel?: number;
  /** WGSL in the place of `walk_group.wgsl`. */
  readonly groupSource?: string;
  /** WGSL in the place of `walk.wgsl`. */
  readonly bodySource?: string;
  readonly pointsPerWorkgroup?: number;
}

export async function compileWalk(device: GPUDevice, options: WalkOptions = {}): Promise<WalkKernel> {
  const { lawSource = law, groupLevel = GROUP_LEVEL, rootLevel = MAX_ROOT_LEVEL } = options;
  const { groupSource = walkGroup, bodySource = walk, pointsPerWorkgroup = WORKGROUP } = options;
  const levels = `const GROUP_LEVEL = ${groupLevel}u;\nconst ROOT_LEVEL = ${rootLevel}u;\n`;
  const parts = [CONSTANTS, levels, tree, lawSource, walkPull, groupSource, bodySource];
  return { ...await compileKernel(device, { name: "walk", parts }), pointsPerWorkgroup };
}

/** Sizes of everything that belongs to the tree over so many points. */
export interface TreeShape {
  /** Level of the root; leaves are level 0. At least `GROUP_LEVEL`. */
  readonly top: number;
  readonly leafCount: number;
  /** Cells, with the unused ones before the root and beside the last leaf. */
  readonly cellCount: number;
  /** Workgroups of the kernel that refits the lowest levels. */
  readonly bottomGroups: number;
}

/** Bytes of one cell, and of its highest corner. */
export const CELL_BYTES = 32, HIGH_BYTES = 16;

/** As `startOf` in tree.wgsl: where the cells of a level begin. */
export function startOfLevel(level: number, top: number): number {
  return BRANCHES - 1 + (BRANCHES ** (top - level) - 1) / (BRANCHES - 1);
}

export function shapeTree(pointCount: number): TreeShape {
  const leafCount = Math.ceil(pointCount / LEAF_POINTS);
  let top = GROUP_LEVEL;
  while (BRANCHES ** top < leafCount) top++;
  return {
    top,
    leafCount,
    cellCount: startOfLevel(0, top) + BRANCHES * Math.ceil(leafCount / BRANCHES),
    bottomGroups: Math.ceil(leafCount / BRANCHES ** (BOTTOM_LEVELS - 1)),
  };
}
