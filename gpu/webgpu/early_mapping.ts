/** Whether this device gives bytes away before it reports their mapping, rightly and sooner: tried, not assumed. */

import { bindKernel } from "../passes/pass.ts";
import { compileStamp, STAMP_BYTES, STAMP_VALUES, stampOf } from "../passes/stamp.ts";
import { WORKGROUP } from "../passes/step_uniform.ts";
import { createStagingRing, type Mapping, RING_BUFFERS } from "./staging_ring.ts";

/** Reads that are looked at, and timed, of each way. */
const READS: Readonly<Record<Mapping, number>> = { awaited: 3, early: 6 };

/** The better way to read back. `now` gives milliseconds. */
export async function chooseMapping(device: GPUDevice, now: () => number): Promise<Mapping> {
  const stamp = await createStamp(device);
  try {
    const early = await tryReads(device, { stamp, mapping: "early", now });
    const awaited = await tryReads(device, { stamp, mapping: "awaited", now });
    return early.isRight && early.medianMs < awaited.medianMs ? "early" : "awaited";
  } finally {
    stamp.destroy();
  }
}

type Stamp = Awaited<ReturnType<typeof createStamp>>;

async function createStamp(device: GPUDevice) {
  const kernel = await compileStamp(device), { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage;
  const values = device.createBuffer({ size: 4 * STAMP_VALUES, usage: STORAGE | COPY_SRC });
  const uniform = device.createBuffer({ size: STAMP_BYTES, usage: UNIFORM | COPY_DST });
  const bound = bindKernel(device, kernel, { uniforms: { buffer: uniform, bytes: STAMP_BYTES }, buffers: [values] });
  return {
    values,
    write(seed: number) {
      device.queue.writeBuffer(uniform, 0, Uint32Array.of(seed));
      const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
      bound.encode(pass, STAMP_VALUES / WORKGROUP, 0);
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    destroy() {
      values.destroy();
      uniform.destroy();
    },
  };
}

interface Trial {
  readonly stamp: Stamp;
  readonly mapping: Mapping;
  readonly now: () => number;
}

/** Reads what the GPU is still writing when it is asked. */
async function tryReads(device: GPUDevice, { stamp, mapping, now }: Trial) {
  const ring = createStagingRing(device, 4 * STAMP_VALUES, { mapping }), times: number[] = [];
  let isRight = true;
  for (let seed = 0; seed < RING_BUFFERS + READS[mapping]; seed++) {
    stamp.write(seed);
    const begin = now();
    await ring.read([{ source: stamp.values, bytes: 4 * STAMP_VALUES }], (bytes) => {
      times.push(now() - begin);
      isRight &&= new Uint32Array(bytes).every((value, at) => value === stampOf(seed, at));
    });
  }
  await ring.close();
  // The first read of each buffer is an awaited one.
  const timed = times.slice(RING_BUFFERS).sort((a, b) => a - b);
  return { isRight, medianMs: timed[timed.length >> 1] };
}
