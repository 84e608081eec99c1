/** What a step consists of: stages in the order in which they run, each reading what those before it wrote. */

import { memberGroups } from "../passes/anchors.ts";
import { KEY_BITS, momentGroups } from "../passes/curve.ts";
import { bindKernel, type Kernel } from "../passes/pass.ts";
import { bindSort } from "../passes/sort.ts";
import { WORKGROUP } from "../passes/step_uniform.ts";
import { shapeTree } from "../passes/tree.ts";
import type { GpuConstraints } from "./constraints.ts";
import type { Kernels } from "./kernels.ts";
import type { GpuWorld, TreeBuffers } from "./world.ts";

export type StageName = "order" | "refit" | "walk" | "all pairs" | "anchors" | "springs" | "constraints" | "move";

/** Kernels that are measured together. */
export interface Stage {
  readonly name: StageName;
  /** `offset`: where the step's values are. */
  encode(pass: GPUComputePassEncoder, offset: number): void;
}

export interface Stages {
  /** Renews the curve order; nothing where all pairs are computed. */
  readonly order: readonly Stage[];
  /** Repulsion of all rows by the tree; nothing where all pairs are computed. */
  readonly tree: readonly Stage[];
  /** Exact repulsion of so many rows, from the step's `firstRow` on. */
  allPairs(rows: number): Stage;
  /** From repulsion to the nodes' new places. */
  readonly rest: readonly Stage[];
}

type Bind = (kernel: Kernel, ...buffers: readonly GPUBuffer[]) => ReturnType<typeof bindKernel>;

export interface StageParts {
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  readonly world: GpuWorld;
  /** Between the springs and the move. */
  readonly constraints: Pick<GpuConstraints, "encode">;
}

export function createStages({ device, kernels, world, constraints }: StageParts): Stages {
  const bind: Bind = (kernel, ...buffers) => bindKernel(device, kernel, { uniforms: world.jobs, buffers });
  const allPairs = bind(kernels.allPairs, world.bodies, world.forces), { tree } = world;
  return {
    order: tree === undefined ? [] : [createOrderStage(device, kernels, { bind, world, tree })],
    tree: tree === undefined ? [] : createTreeStages(kernels, { bind, world, tree }),
    allPairs: (rows) => ({
      name: "all pairs",
      encode: (pass, offset) => allPairs.encode(pass, Math.ceil(rows / WORKGROUP), offset),
    }),
    rest: createRest(kernels, bind, { world, constraints }),
  };
}

interface TreeContext {
  readonly bind: Bind;
  readonly world: GpuWorld;
  readonly tree: TreeBuffers;
}

function createOrderStage(device: GPUDevice, kernels: Kernels, { bind, world, tree }: TreeContext): Stage {
  const { bodies, counts: { nodes } } = world, { moments, box, sort } = tree;
  const sum = bind(kernels.moments, bodies, moments);
  const fit = bind(kernels.curveBox, moments, box);
  const key = bind(kernels.keys, bodies, box, sort.keys, sort.values);
  const encodeSort = bindSort(device, kernels.sort, { keyCount: nodes, keyBits: KEY_BITS, buffers: sort });
  return {
    name: "order",
    encode(pass, offset) {
      sum.encode(pass, momentGroups(nodes), offset);
      fit.encode(pass, 1, offset);
      key.encode(pass, Math.ceil(nodes / WORKGROUP), offset);
      encodeSort(pass);
    },
  };
}

function createTreeStages(kernels: Kernels, { bind, world, tree }: TreeContext): Stage[] {
  const { bodies, forces, counts: { nodes } } = world, { points, cells, highs, sort: { values: order } } = tree;
  const { bottomGroups } = shapeTree(nodes), walkGroups = Math.ceil(nodes / kernels.walk.pointsPerWorkgroup);
  const bottom = bind(kernels.refitPoints, cells, highs, bodies, order, points);
  const top = bind(kernels.refitTop, cells, highs);
  const walk = bind(kernels.walk, points, cells, highs, order, forces);
  return [
    {
      name: "refit",
      encode(pass, offset) {
        bottom.encode(pass, bottomGroups, offset);
        if (bottomGroups > 1) top.encode(pass, 1, offset);
      },
    },
    { name: "walk", encode: (pass, offset) => walk.encode(pass, walkGroups, offset) },
  ];
}

function createRest(
  kernels: Kernels,
  bind: Bind,
  { world, constraints }: Pick<StageParts, "world" | "constraints">,
): Stage[] {
  const { bodies, velocities, forces, anchors, places, springs, partials, records, counts } = world;
  const nodeGroups = Math.ceil(counts.nodes / WORKGROUP);
  const { members, memberPieces, memberPieceSums, largeComponents, rows, rowPieces, rowPieceSums } = world;
  const memberSums = bind(kernels.memberSums, bodies, members, places, memberPieces, memberPieceSums, anchors);
  const largeAnchors = bind(kernels.anchors, places, largeComponents, memberPieceSums, anchors);
  const hubs = bind(kernels.hubs, bodies, springs, rowPieces, rowPieceSums);
  const gather = bind(kernels.springs, bodies, springs, rows, rowPieceSums, anchors, forces);
  const integrate = bind(kernels.integrate, bodies, velocities, forces, partials);
  const statistics = bind(kernels.statistics, partials, records);
  return [
    {
      name: "anchors",
      encode(pass, offset) {
        memberSums.encode(pass, memberGroups(counts), offset);
        largeAnchors.encode(pass, counts.largeComponents, offset);
      },
    },
    {
      name: "springs",
      encode(pass, offset) {
        hubs.encode(pass, counts.rowPieces, offset);
        gather.encode(pass, nodeGroups, offset);
      },
    },
    { name: "constraints", encode: constraints.encode },
    {
      name: "move",
      encode(pass, offset) {
        integrate.encode(pass, nodeGroups, offset);
        statistics.encode(pass, 1, offset);
      },
    },
  ];
}
