/** The WebGPU engine: exact all-pairs repulsion, some steps ahead of what the host has read back. */

import type { EngineInfo } from "../api.ts";
import { type Engine, EngineLostError } from "../engine.ts";
import type { StartLayout } from "../init/start_layout.ts";
import { createRates, STIFF_LIMIT } from "../laws.ts";
import type { Params } from "../params.ts";
import { rowsPerSubmit } from "../passes/repulsion.ts";
import { RECORDS } from "../passes/statistics.ts";
import { encodeStep, STEP_BYTES, type StepValues, WORKGROUP } from "../passes/step_uniform.ts";
import { createFigures, MAX_STEPS_AHEAD } from "./figures.ts";
import { bindKernels, type Kernels } from "./kernels.ts";
import { createNodeColumns } from "./node_columns.ts";
import { createStagingRing } from "./staging_ring.ts";
import { createGpuWorld, type GpuWorld, VECTOR_BYTES } from "./world.ts";

/** A device with its kernels, watched: `lost` gives the reason once it is gone. */
export interface ReadyDevice {
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  lost(): string | undefined;
}

export interface WebgpuEngineOptions {
  readonly dims: 2 | 3;
  readonly seed: number;
  readonly params: Params;
  readonly masses?: Float32Array;
  readonly info: EngineInfo;
}

/** Pairs in steps not read back yet beyond which a step waits, so that commands are never seconds late. */
const PAIRS_AHEAD = 2 ** 31;

export function openWebgpuEngine(layout: StartLayout, ready: ReadyDevice, options: WebgpuEngineOptions): Engine {
  const { device } = ready, nodeCount = layout.adjacency.nodeCount;
  const world = createGpuWorld(device, layout);
  const columns = createNodeColumns(device, world, { ...options, layout });
  const figures = createFigures(device, world.records);
  const frames = createStagingRing(device, 2 * VECTOR_BYTES * nodeCount);
  const submitStep = createSubmitter(ready, world, { ...options, layout });
  const stepsAhead = Math.max(1, Math.min(MAX_STEPS_AHEAD, Math.floor(PAIRS_AHEAD / (nodeCount * nodeCount + 1))));
  const guard = <T>(work: () => Promise<T>) => runGuarded(ready, work);
  let steps = 0;
  return {
    info: options.info,
    step: (heat) =>
      guard(() => {
        if (nodeCount === 0) return Promise.resolve({ step: ++steps, meanMove: 0, scrubbed: 0 });
        submitStep(heat, steps++);
        return figures.after(steps, stepsAhead);
      }),
    readInto: (positions, velocities) =>
      guard(() =>
        frames.read([
          { source: world.bodies, bytes: VECTOR_BYTES * nodeCount },
          { source: world.velocities, bytes: VECTOR_BYTES * nodeCount },
        ], (bytes) => {
          const values = new Float32Array(bytes);
          dropFourth(values.subarray(0, 4 * nodeCount), positions);
          dropFourth(values.subarray(4 * nodeCount, 8 * nodeCount), velocities);
        })
      ),
    ...columns,
    close() {
      figures.close();
      frames.close();
      world.destroy();
      return Promise.resolve();
    },
  };
}

/** Whatever goes wrong on a device ends it for this engine. */
async function runGuarded<T>(ready: ReadyDevice, work: () => Promise<T>): Promise<T> {
  const lost = ready.lost();
  if (lost !== undefined) throw new EngineLostError(lost);
  try {
    return await work();
  } catch (error) {
    throw new EngineLostError(ready.lost() ?? `The GPU failed: ${error instanceof Error ? error.message : error}`);
  }
}

function dropFourth(vectors: Float32Array, triples: Float32Array): void {
  for (let from = 0, to = 0; from < vectors.length; from += 4, to += 3) {
    triples[to] = vectors[from];
    triples[to + 1] = vectors[from + 1];
    triples[to + 2] = vectors[from + 2];
  }
}

interface SubmitterOptions extends WebgpuEngineOptions {
  readonly layout: StartLayout;
}

/** Submits one step: the all-pairs kernel in pieces that never keep the device busy for long, then the rest. */
function createSubmitter({ device, kernels }: ReadyDevice, world: GpuWorld, options: SubmitterOptions) {
  const { layout: { adjacency, components }, params, dims, seed } = options, { nodeCount } = adjacency;
  const bound = bindKernels(device, kernels, world);
  const ratesOf = createRates({ nodeCount, edgeCount: adjacency.neighbours.length / 2, seed, params });
  const fixed = { ...params, nodeCount, dims, componentCount: components.count, stiffLimit: STIFF_LIMIT };
  const bytes = new DataView(new ArrayBuffer(STEP_BYTES));
  const rows = rowsPerSubmit(nodeCount), nodeGroups = Math.ceil(nodeCount / WORKGROUP);
  return (heat: number, step: number): void => {
    for (let firstRow = 0; firstRow < nodeCount; firstRow += rows) {
      const values: StepValues = { ...fixed, ...ratesOf(heat, step), firstRow, recordSlot: step % RECORDS };
      encodeStep(values, bytes);
      device.queue.writeBuffer(world.job, 0, bytes);
      const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
      bound.repulsion.encode(pass, Math.ceil(Math.min(rows, nodeCount - firstRow) / WORKGROUP));
      if (firstRow + rows >= nodeCount) {
        bound.anchors.encode(pass, components.count);
        bound.springs.encode(pass, nodeGroups);
        bound.integrate.encode(pass, nodeGroups);
        bound.statistics.encode(pass, 1);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
  };
}
