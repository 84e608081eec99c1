/** The WebGPU engine: repulsion by the tree or by all pairs, some steps ahead of what the host has read back. */

import type { EngineInfo } from "../api.ts";
import { type Engine, EngineLostError } from "../engine.ts";
import type { StartLayout } from "../init/start_layout.ts";
import type { Params } from "../params.ts";
import { createGpuConstraints } from "./constraints.ts";
import { createFigures, MAX_STEPS_AHEAD } from "./figures.ts";
import { createNodeColumns, type NodeColumns } from "./node_columns.ts";
import type { ReadyDevice } from "./ready_device.ts";
import { createRounding } from "./rounding.ts";
import { createStagingRing, type StagingRing } from "./staging_ring.ts";
import { createStepQueue, type StageProbe, type StepQueue } from "./step_queue.ts";
import { createGpuWorld, type GpuWorld, readBackBytes, VECTOR_BYTES } from "./world.ts";

export interface WebgpuEngineOptions {
  readonly dims: 2 | 3;
  readonly seed: number;
  readonly params: Params;
  readonly charges?: Float32Array;
  readonly masses?: Float32Array;
  readonly info: EngineInfo;
  /** Nodes up to which all pairs are computed; θ = 0 computes them at any size. Default 4,096. */
  readonly allPairsUpTo?: number;
  /** Measures the stages of each step. */
  readonly probe?: StageProbe;
}

/** Up to here the exact sum costs no more than the tree. */
const ALL_PAIRS_UP_TO = 4096;
/** Pairs in steps not read back yet beyond which a step waits, so that commands are hardly ever a second late. */
const PAIRS_AHEAD = 2 ** 32;

export function openWebgpuEngine(layout: StartLayout, ready: ReadyDevice, options: WebgpuEngineOptions): Engine {
  const { device, mapping } = ready, nodeCount = layout.adjacency.nodeCount;
  const exact = nodeCount <= (options.allPairsUpTo ?? ALL_PAIRS_UP_TO) || options.params.theta === 0;
  const guard = createGuard(ready);
  const world = guard.allocate(() => createGpuWorld(device, layout, { repulsion: exact ? "all pairs" : "tree" }));
  const columns = createNodeColumns(device, world, { ...options, layout, kernels: ready.kernels });
  const constraints = createGpuConstraints({ device, kernels: ready.kernels, world, nodeCount });
  const figures = createFigures(device, world.records, { mapping });
  const frames = guard.allocate(() => createStagingRing(device, readBackBytes(nodeCount), { mapping }));
  const rounding = guard.allocate(() => createRounding(device, { kernels: ready.kernels, world, nodeCount }));
  const queue = createStepQueue(ready, world, { ...options, layout, constraints });
  const stepsAhead = () => Math.max(1, Math.min(MAX_STEPS_AHEAD, Math.floor(PAIRS_AHEAD / (queue.pairsPerStep + 1))));
  // Until it is known how far the nodes move they may move as far as they can.
  let steps = 0, meanMove: number = options.params.maxStep;
  return {
    info: options.info,
    get bytesReadBack() {
      return figures.bytesRead + frames.bytesRead;
    },
    step: (heat) =>
      guard.run(async () => {
        if (nodeCount === 0) return { step: ++steps, meanMove: 0, scrubbed: 0 };
        queue.push(heat, meanMove);
        const report = await figures.after(queue.submitted, stepsAhead());
        if (report.step > 0) meanMove = report.meanMove;
        return report;
      }),
    readInto: (positions, velocities) =>
      guard.run(() => {
        queue.flush();
        return readBodies(frames, world, { positions, velocities });
      }),
    readRoundedInto: (out, box) =>
      guard.run(() => {
        queue.flush();
        return rounding.readInto(frames, out, box);
      }),
    ...orderWrites(columns, queue),
    retune(tuning) {
      queue.flush();
      queue.retune(tuning.params);
      columns.retune(tuning);
      constraints.use(tuning.constraints);
    },
    async close() {
      await Promise.all([figures.close(), frames.close()]);
      constraints.destroy();
      rounding.destroy();
      world.destroy();
    },
  };
}

interface Guard {
  /** Creates buffers; where the memory does not suffice, the next `run` says so. */
  allocate<T>(create: () => T): T;
  /** Whatever goes wrong on a device ends it for this engine. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

function createGuard({ device, lost }: ReadyDevice): Guard {
  let unchecked = 0, shortage: string | undefined;
  const checks: Promise<void>[] = [];
  const stop = () => {
    const reason = lost() ?? shortage;
    if (reason !== undefined) throw new EngineLostError(reason);
  };
  return {
    allocate(create) {
      device.pushErrorScope("out-of-memory");
      const created = create();
      unchecked++;
      checks.push(
        device.popErrorScope().then((error) => {
          unchecked--;
          if (error !== null) shortage ??= `The GPU has too little memory for this graph: ${error.message}.`;
        }),
      );
      return created;
    },
    async run(work) {
      try {
        if (unchecked > 0) await Promise.all(checks);
        stop();
        return await work();
      } catch (error) {
        if (error instanceof EngineLostError) throw error;
        throw new EngineLostError(lost() ?? `The GPU failed: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}

/** Steps that wait come before what is written, and what jumps needs a new order. */
function orderWrites(columns: NodeColumns, queue: StepQueue): Omit<NodeColumns, "retune"> {
  const before = <Arguments extends unknown[]>(write: (...given: Arguments) => void) => (...given: Arguments) => {
    queue.flush();
    queue.jumped();
    write(...given);
  };
  return {
    hold: before(columns.hold),
    release: before(columns.release),
    place: before(columns.place),
    placeAll: before(columns.placeAll),
  };
}

interface Bodies {
  readonly positions: Float32Array;
  readonly velocities: Float32Array;
}

function readBodies(frames: StagingRing, world: GpuWorld, { positions, velocities }: Bodies): Promise<void> {
  const length = world.counts.nodes, bytes = VECTOR_BYTES * length;
  return frames.read([{ source: world.bodies, bytes }, { source: world.velocities, bytes }], (read) => {
    const values = new Float32Array(read);
    dropFourth(values.subarray(0, 4 * length), positions);
    dropFourth(values.subarray(4 * length, 8 * length), velocities);
  });
}

function dropFourth(vectors: Float32Array, triples: Float32Array): void {
  for (let from = 0, to = 0; from < vectors.length; from += 4, to += 3) {
    triples[to] = vectors[from];
    triples[to + 1] = vectors[from + 1];
    triples[to + 2] = vectors[from + 2];
  }
}
