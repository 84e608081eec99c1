/** Measures the stages of steps by timestamp queries: the GPU's own clock, without what the host adds. */

import type { StageName } from "../gpu/webgpu/stages.ts";
import type { StageProbe } from "../gpu/webgpu/step_queue.ts";

/** Milliseconds per step. */
export type StageTimes = ReadonlyMap<StageName, number>;

export interface StageTimer {
  readonly probe: StageProbe;
  /** Forgets what was measured. */
  restart(): void;
  /** What was measured since, over so many steps. */
  read(steps: number): Promise<StageTimes>;
  close(): void;
}

/** Stages that fit; the ones after them are not measured, and `read` throws. */
const MAX_STAGES = 1024;
const QUERY_BYTES = 8;

export function createStageTimer(device: GPUDevice): StageTimer {
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 * MAX_STAGES });
  const size = 2 * MAX_STAGES * QUERY_BYTES;
  const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  let stages: StageName[] = [];
  const resolve = async () => {
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(querySet, 0, 2 * stages.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return times;
  };
  return {
    probe: {
      watch(stage) {
        const k = stages.length;
        stages.push(stage);
        if (k >= MAX_STAGES) return undefined;
        return { querySet, beginningOfPassWriteIndex: 2 * k, endOfPassWriteIndex: 2 * k + 1 };
      },
    },
    restart() {
      stages = [];
    },
    async read(steps) {
      if (stages.length > MAX_STAGES) throw new RangeError(`Cannot time ${stages.length} stages: ${MAX_STAGES} fit.`);
      const times = await resolve(), totals = new Map<StageName, number>();
      stages.forEach((stage, k) => {
        const ms = Number(times[2 * k + 1] - times[2 * k]) / 1e6;
        totals.set(stage, (totals.get(stage) ?? 0) + ms / steps);
      });
      return totals;
    },
    close() {
      querySet.destroy();
      resolved.destroy();
      staging.destroy();
    },
  };
}
