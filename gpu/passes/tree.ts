/** The tree over points in curve order, brought up to date in every step, and the walk that gives repulsion. */

import law from "./law.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import refit from "./refit.wgsl" with { type: "text" };
import refitPoints from "./refit_points.wgsl" with { type: "text" };
import refitTop from "./refit_top.wgsl" with { type: "text" };
import tree from "./tree.wgsl" with { type: "text" };
import walk from "./walk.wgsl" with { type: "text" };

export const LEAF_POINTS = 8;
const BRANCHES = 4;
/** Levels that one workgroup refits on its own, leaves included. */
const BOTTOM_LEVELS = 4;
/** Level of the cell whose points walk together: 32 of them, as many as run in step on most GPUs. */
const GROUP_LEVEL = 1;

const CONSTANTS = `
const LEAF_POINTS = ${LEAF_POINTS}u;
const BOTTOM_LEVELS = ${BOTTOM_LEVELS}u;
const GROUP_LEVEL = ${GROUP_LEVEL}u;
`;

export const compileRefitPoints = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "refit points", parts: [CONSTANTS, tree, refit, refitPoints] });

export const compileRefitTop = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "refit top", parts: [CONSTANTS, tree, refit, refitTop] });

/** Another law can take the place of `law.wgsl`. */
export const compileWalk = (device: GPUDevice, lawSource: string = law): Promise<Kernel> =>
  compileKernel(device, { name: "walk", parts: [CONSTANTS, tree, lawSource, walk] });

/** Sizes of everything that belongs to the tree over so many points. */
export interface TreeShape {
  /** Level of the root; leaves are level 0. At least `GROUP_LEVEL`. */
  readonly top: number;
  readonly leafCount: number;
  /** Cells, and the unused ones before the root. */
  readonly cellCount: number;
  /** Workgroups of the kernel that refits the lowest levels. */
  readonly bottomGroups: number;
}

/** Bytes of one cell, and of its highest corner. */
export const CELL_BYTES = 32, HIGH_BYTES = 16;

export function shapeTree(pointCount: number): TreeShape {
  const leafCount = Math.ceil(pointCount / LEAF_POINTS);
  let top = GROUP_LEVEL;
  while (BRANCHES ** top < leafCount) top++;
  return {
    top,
    leafCount,
    // As `startOf` in tree.wgsl counts.
    cellCount: BRANCHES - 1 + (BRANCHES ** top - 1) / (BRANCHES - 1) + leafCount,
    bottomGroups: Math.ceil(leafCount / BRANCHES ** (BOTTOM_LEVELS - 1)),
  };
}
