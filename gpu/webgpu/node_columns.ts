/** The host's hand on single nodes: holds, releases and places them by writing into the GPU's columns. */

import type { Pin } from "../api.ts";
import type { Engine } from "../engine.ts";
import type { StartLayout } from "../init/start_layout.ts";
import { anchorStrength } from "../laws.ts";
import type { NodeWeights } from "../meaning/weights.ts";
import type { Params } from "../params.ts";
import { bindKernel, type Kernel } from "../passes/pass.ts";
import { WORKGROUP } from "../passes/step_uniform.ts";
import type { Kernels } from "./kernels.ts";
import { type GpuWorld, VECTOR_BYTES, writeColumn } from "./world.ts";

export interface NodeColumnsOptions extends NodeWeights {
  readonly layout: StartLayout;
  readonly dims: 2 | 3;
  readonly params: Params;
  readonly kernels: Pick<Kernels, "weigh">;
}

export type NodeColumns = Pick<Engine, "hold" | "release" | "place" | "placeAll" | "retune">;

/** Uploads the start of the layout. Writes take effect between steps, in order. */
export function createNodeColumns(device: GPUDevice, world: GpuWorld, options: NodeColumnsOptions): NodeColumns {
  const { layout, dims, kernels } = options, nodeCount = layout.adjacency.nodeCount;
  const held = new Map<number, Pin>();
  let { charges, masses } = options;
  const places = createPlaces(device, world, options);
  /** A held node is as good as infinitely heavy. */
  const inverseMassOf = (index: number) => held.has(index) ? 0 : masses === undefined ? 1 : 1 / masses[index];
  const put = ({ index, x, y, z }: Pin) => {
    device.queue.writeBuffer(world.bodies, VECTOR_BYTES * index, Float32Array.of(x, y, dims === 2 ? 0 : z));
    device.queue.writeBuffer(world.velocities, VECTOR_BYTES * index, Float32Array.of(0, 0, 0, inverseMassOf(index)));
  };
  const placeAll = (positions: Float32Array) => {
    const bodies = new Float32Array(4 * nodeCount), velocities = new Float32Array(4 * nodeCount);
    for (let node = 0; node < nodeCount; node++) {
      bodies.set(positions.subarray(3 * node, 3 * node + 3), 4 * node);
      bodies[4 * node + 3] = charges === undefined ? 1 : charges[node];
      velocities[4 * node + 3] = inverseMassOf(node);
    }
    writeColumn(device, world.bodies, bodies);
    writeColumn(device, world.velocities, velocities);
    for (const pin of held.values()) put(pin);
  };
  placeAll(layout.positions);
  return {
    hold(pin) {
      if (!held.has(pin.index)) places.countHeld(pin.index, 1);
      held.set(pin.index, pin);
      put(pin);
    },
    release(index) {
      const pin = held.get(index);
      if (pin === undefined) return;
      held.delete(index);
      places.countHeld(index, -1);
      put(pin);
    },
    place: put,
    placeAll,
    retune({ params, weights }) {
      places.retune(params);
      if (weights === undefined || weights.charges === charges && weights.masses === masses) return;
      ({ charges, masses } = weights);
      const column = Float32Array.from(
        { length: 2 * nodeCount },
        (_, k) => k % 2 === 1 ? inverseMassOf(k >> 1) : charges === undefined ? 1 : charges[k >> 1],
      );
      weigh(device, kernels.weigh, { world, column });
    },
  };
}

interface Weighing {
  readonly world: GpuWorld;
  /** Charge and one over the mass of each node. */
  readonly column: Float32Array<ArrayBuffer>;
}

/** Positions and velocities live on the GPU beside the weights: only a kernel can write one and not the other. */
function weigh(device: GPUDevice, kernel: Kernel, { world, column }: Weighing): void {
  if (column.length === 0) return;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: column.byteLength, usage });
  writeColumn(device, buffer, column);
  const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
  const buffers = [buffer, world.bodies, world.velocities];
  const bound = bindKernel(device, kernel, { uniforms: world.jobs, buffers });
  bound.encode(pass, Math.ceil(column.length / 2 / WORKGROUP), 0);
  pass.end();
  device.queue.submit([encoder.finish()]);
  buffer.destroy();
}

/** Where each component belongs, and how strongly it is pulled there. */
function createPlaces(device: GPUDevice, world: GpuWorld, { layout, params: start }: NodeColumnsOptions) {
  const { centres, components: { count, componentOf, offsets } } = layout;
  const heldCounts = new Uint32Array(count), values = new Float32Array(4 * count);
  let params = start;
  const strengthOf = (component: number) =>
    anchorStrength(params, {
      size: offsets[component + 1] - offsets[component],
      heldNodes: heldCounts[component],
    });
  const write = () => {
    for (let component = 0; component < count; component++) {
      values.set(centres.subarray(3 * component, 3 * component + 3), 4 * component);
      values[4 * component + 3] = strengthOf(component);
    }
    writeColumn(device, world.places, values);
  };
  write();
  return {
    retune(next: Params) {
      if (next.anchor === params.anchor) return;
      params = next;
      write();
    },
    countHeld(node: number, change: 1 | -1) {
      const component = componentOf[node];
      heldCounts[component] += change;
      device.queue.writeBuffer(world.places, VECTOR_BYTES * component + 12, Float32Array.of(strengthOf(component)));
    },
  };
}
