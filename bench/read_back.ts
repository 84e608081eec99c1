/** How long the bytes of a frame take from the GPU to the host, read in both ways. */

import type { ReadyDevice } from "../gpu/webgpu/ready_device.ts";
import { createStagingRing, type Mapping, RING_BUFFERS } from "../gpu/webgpu/staging_ring.ts";

const READS = 60, FRAME_MS = 16;

export interface TimedReads {
  readonly mapping: Mapping;
  /** From asking to having, the median. */
  readonly medianMs: number;
  readonly leastMs: number;
}

/** One read per frame of 60 Hz, while the GPU has nothing else to do. */
export async function timeReads({ device }: ReadyDevice, bytes: number): Promise<TimedReads[]> {
  const source = device.createBuffer({ size: bytes, usage: GPUBufferUsage.COPY_SRC }), timed: TimedReads[] = [];
  for (const mapping of ["awaited", "early"] as const) {
    const ring = createStagingRing(device, bytes, { mapping }), times: number[] = [];
    for (let k = 0; k < READS + RING_BUFFERS; k++) {
      const begin = performance.now();
      await ring.read([{ source, bytes }], () => times.push(performance.now() - begin));
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
    await ring.close();
    const sorted = times.slice(RING_BUFFERS).sort((a, b) => a - b);
    timed.push({ mapping, medianMs: sorted[READS >> 1], leastMs: sorted[0] });
  }
  source.destroy();
  return timed;
}
