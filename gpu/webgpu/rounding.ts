/** Rounds the positions on the GPU, so that 6 bytes per node are read back and not all that is known of it. */

import type { PositionBox } from "../../protocol/frame.ts";
import type { BoxChoice, RoundedColumns } from "../engine.ts";
import { bindKernel } from "../passes/pass.ts";
import {
  BOUND_BYTES,
  boundGroups,
  BOX_BYTES,
  QUANTISE_UNIFORM_BYTES,
  quantiseGroups,
  stepBytes,
} from "../passes/quantise.ts";
import type { Kernels } from "./kernels.ts";
import type { StagingRing } from "./staging_ring.ts";
import type { GpuWorld } from "./world.ts";

export interface Rounding {
  /** Rounds what is there after all work submitted so far, and reads it. */
  readInto(ring: StagingRing, out: RoundedColumns, box: BoxChoice): Promise<PositionBox>;
  destroy(): void;
}

export interface RoundingParts {
  readonly kernels: Pick<Kernels, "quantise">;
  readonly world: Pick<GpuWorld, "bodies">;
  readonly nodeCount: number;
}

export function createRounding(device: GPUDevice, { kernels, world: { bodies }, nodeCount }: RoundingParts): Rounding {
  const { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage, size = Math.max(4, stepBytes(nodeCount));
  const uniform = device.createBuffer({ size: QUANTISE_UNIFORM_BYTES, usage: UNIFORM | COPY_DST });
  const corners = device.createBuffer({ size: BOUND_BYTES, usage: STORAGE });
  const box = device.createBuffer({ size: BOX_BYTES, usage: STORAGE | COPY_SRC | COPY_DST });
  const steps = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  device.queue.writeBuffer(uniform, 0, Uint32Array.of(nodeCount));
  const uniforms = { buffer: uniform, bytes: QUANTISE_UNIFORM_BYTES };
  const bounds = bindKernel(device, kernels.quantise.bounds, { uniforms, buffers: [bodies, corners] });
  const fit = bindKernel(device, kernels.quantise.box, { uniforms, buffers: [corners, box] });
  const quantise = bindKernel(device, kernels.quantise.steps, { uniforms, buffers: [bodies, box, steps] });
  return {
    async readInto(ring, out, choice) {
      if (choice === "new") device.queue.writeBuffer(box, 0, new Float32Array(BOX_BYTES / 4));
      const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
      bounds.encode(pass, boundGroups(nodeCount), 0);
      fit.encode(pass, 1, 0);
      quantise.encode(pass, quantiseGroups(nodeCount), 0);
      pass.end();
      device.queue.submit([encoder.finish()]);
      let found: PositionBox | undefined;
      const copies = [{ source: box, bytes: BOX_BYTES }, { source: steps, bytes: stepBytes(nodeCount) }];
      await ring.read(copies, (bytes) => {
        const [x, y, z, quantum] = new Float32Array(bytes, 0, 4);
        found = { low: [x, y, z], quantum };
        out.steps.set(new Uint16Array(bytes, BOX_BYTES, 3 * nodeCount));
      });
      if (found === undefined) throw new TypeError("Cannot be: a read ended without its bytes.");
      restoreInto(out.positions, out.steps, found);
      return found;
    },
    destroy: () => [uniform, corners, box, steps].forEach((buffer) => buffer.destroy()),
  };
}

function restoreInto(positions: Float32Array, steps: Uint16Array, { low: [lowX, lowY, lowZ], quantum }: PositionBox) {
  for (let k = 0; k < steps.length; k += 3) {
    positions[k] = lowX + steps[k] * quantum;
    positions[k + 1] = lowY + steps[k + 1] * quantum;
    positions[k + 2] = lowZ + steps[k + 2] * quantum;
  }
}
