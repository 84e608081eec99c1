/** Collects steps and submits several at a time, since for small graphs a submit costs more than a step. */

import { createRates, STIFF_LIMIT } from "../laws.ts";
import { rowsPerSubmit } from "../passes/all_pairs.ts";
import { RECORDS } from "../passes/statistics.ts";
import { encodeStep, STEP_BYTES, type StepValues, UNIFORM_STRIDE } from "../passes/step_uniform.ts";
import { shapeTree } from "../passes/tree.ts";
import type { StartLayout } from "../init/start_layout.ts";
import type { Params } from "../params.ts";
import type { GpuConstraints } from "./constraints.ts";
import { createOrderClock } from "./order_clock.ts";
import type { ReadyDevice } from "./ready_device.ts";
import { createStages, type Stage, type StageName } from "./stages.ts";
import { type GpuWorld, JOB_SLOTS } from "./world.ts";

/** Measures stages: gives each compute pass the queries it writes its times to. */
export interface StageProbe {
  watch(stage: StageName): GPUComputePassTimestampWrites | undefined;
}

export interface StepQueueOptions {
  readonly layout: StartLayout;
  readonly dims: 2 | 3;
  readonly seed: number;
  readonly params: Params;
  readonly constraints: Pick<GpuConstraints, "encode">;
  /** Every stage becomes a compute pass of its own that the probe measures. */
  readonly probe?: StageProbe;
}

export interface StepQueue {
  /** Steps handed to the GPU. */
  readonly submitted: number;
  /** Pairs, or what costs as much, in one step as the parameters are. */
  readonly pairsPerStep: number;
  /** Submits sooner or later; `meanMove` is the newest known. */
  push(heat: number, meanMove: number): void;
  /** Submits what waits. To be called before anything else is written to or read from the GPU. */
  flush(): void;
  /** Nodes jumped: the tree is to be ordered anew. */
  jumped(): void;
  /** Parameters of the steps that are pushed from now on. */
  retune(params: Params): void;
}

/** Pairs in a submit beyond which no further step joins it: some milliseconds on a desktop's GPU. */
const PAIRS_PER_SUBMIT = 2 ** 29;
/** What a point meets on its way through the tree, about: 500 to 1,300 cells and pairs on finished layouts. */
const PAIRS_PER_WALK = 1024;

export function createStepQueue(ready: ReadyDevice, world: GpuWorld, options: StepQueueOptions): StepQueue {
  const { device, kernels } = ready, { nodes } = world.counts;
  const stages = createStages({ device, kernels, world, constraints: options.constraints });
  const order = createOrderClock(), jobs = createJobQueue(device, world, options.probe);
  let valuesOf = createStepValues(world, options), { theta } = options.params, steps = 0;
  // With θ = 0 the walk opens every cell.
  const pairsPerNode = () => world.tree === undefined || theta === 0 ? nodes : Math.min(nodes, PAIRS_PER_WALK);
  return {
    get submitted() {
      return jobs.submittedSteps;
    },
    get pairsPerStep() {
      return nodes * pairsPerNode();
    },
    push(heat, meanMove) {
      const values = valuesOf(heat, steps++);
      if (world.tree !== undefined) {
        const work = [...(order.due(meanMove) ? stages.order : []), ...stages.tree, ...stages.rest];
        return jobs.add({ values, work, pairs: nodes * pairsPerNode(), steps });
      }
      for (let firstRow = 0; firstRow < nodes; firstRow += rowsPerSubmit(nodes)) {
        const rows = Math.min(rowsPerSubmit(nodes), nodes - firstRow), isLast = firstRow + rows === nodes;
        jobs.add({
          values: { ...values, firstRow },
          work: [stages.allPairs(rows), ...(isLast ? stages.rest : [])],
          pairs: rows * nodes,
          steps: isLast ? steps : steps - 1,
        });
      }
    },
    flush: jobs.flush,
    jumped: order.renew,
    retune(params) {
      valuesOf = createStepValues(world, { ...options, params });
      theta = params.theta;
    },
  };
}

/** A step, or a piece of one. */
interface Job {
  readonly values: StepValues;
  readonly work: readonly Stage[];
  readonly pairs: number;
  /** Steps that are complete once it has run. */
  readonly steps: number;
}

/** Jobs up to the size of a submit. */
function createJobQueue(device: GPUDevice, { jobs: { buffer } }: GpuWorld, probe: StageProbe | undefined) {
  const slots = new Uint8Array(UNIFORM_STRIDE * JOB_SLOTS);
  let waiting: Job[] = [], submittedSteps = 0;
  const flush = () => {
    const last = waiting.at(-1);
    if (last === undefined) return;
    device.queue.writeBuffer(buffer, 0, slots, 0, UNIFORM_STRIDE * waiting.length);
    submit(device, waiting.map(({ work }) => work), probe);
    waiting = [];
    submittedSteps = last.steps;
  };
  return {
    get submittedSteps() {
      return submittedSteps;
    },
    add(job: Job) {
      encodeStep(job.values, new DataView(slots.buffer, UNIFORM_STRIDE * waiting.length, STEP_BYTES));
      waiting.push(job);
      const pairs = waiting.reduce((sum, { pairs }) => sum + pairs, 0);
      if (waiting.length === JOB_SLOTS || pairs >= PAIRS_PER_SUBMIT) flush();
    },
    flush,
  };
}

function createStepValues({ counts }: GpuWorld, { layout, params, dims, seed }: StepQueueOptions) {
  const { nodeCount, neighbours } = layout.adjacency;
  const ratesOf = createRates({ nodeCount, edgeCount: neighbours.length / 2, seed, params });
  const fixed = {
    ...params,
    nodeCount,
    dims,
    treeTop: shapeTree(nodeCount).top,
    thetaSquared: params.theta * params.theta,
    pieceCount: counts.memberPieces,
    largePieces: counts.largePieces,
    stiffLimit: STIFF_LIMIT,
    firstRow: 0,
  };
  return (heat: number, step: number): StepValues => ({
    ...fixed,
    ...ratesOf(heat, step),
    recordSlot: step % RECORDS,
  });
}

function submit(device: GPUDevice, steps: readonly (readonly Stage[])[], probe: StageProbe | undefined): void {
  const encoder = device.createCommandEncoder();
  if (probe === undefined) {
    const pass = encoder.beginComputePass();
    steps.forEach((stages, slot) => stages.forEach((stage) => stage.encode(pass, UNIFORM_STRIDE * slot)));
    pass.end();
  } else {
    steps.forEach((stages, slot) =>
      stages.forEach((stage) => {
        const pass = encoder.beginComputePass({ timestampWrites: probe.watch(stage.name) });
        stage.encode(pass, UNIFORM_STRIDE * slot);
        pass.end();
      })
    );
  }
  device.queue.submit([encoder.finish()]);
}
