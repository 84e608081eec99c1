/** Runs single stages of a step on the device, and reads what they wrote. */

import type { StartLayout } from "../../gpu/init/start_layout.ts";
import { encodeStep, STEP_BYTES, type StepValues } from "../../gpu/passes/step_uniform.ts";
import { shapeTree } from "../../gpu/passes/tree.ts";
import type { ReadyDevice } from "../../gpu/webgpu/ready_device.ts";
import type { Stage } from "../../gpu/webgpu/stages.ts";
import { createGpuWorld, type GpuWorld, type TreeBuffers, writeColumn } from "../../gpu/webgpu/world.ts";
import { readyDevice } from "./device.ts";
import { layOut, path } from "./graphs.ts";

/** Registers a test that is skipped where there is no device. */
export function testOnDevice(name: string, check: (ready: ReadyDevice) => Promise<void>): void {
  Deno.test({
    name,
    ignore: readyDevice === undefined,
    async fn() {
      if (readyDevice !== undefined) await check(readyDevice);
    },
  });
}

export async function readBytes({ device }: ReadyDevice, buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  if (bytes === 0) return new ArrayBuffer(0);
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const copy = staging.getMappedRange().slice(0);
  staging.unmap();
  staging.destroy();
  return copy;
}

export function runStages({ device }: ReadyDevice, stages: readonly Stage[]): void {
  const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
  for (const stage of stages) stage.encode(pass, 0);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

export interface PointWorld extends GpuWorld {
  readonly tree: TreeBuffers;
}

/** A world of unconnected points with the given charges (default 1) and, as far as given, step values. */
export function createPointWorld(
  { device }: ReadyDevice,
  positions: Float32Array,
  { charges, values = {} }: { readonly charges?: Float32Array; readonly values?: Partial<StepValues> } = {},
): PointWorld {
  const world = createGpuWorld(device, layOutPoints(positions), { repulsion: "tree" }), { tree } = world;
  if (tree === undefined) throw new TypeError("Cannot test a tree: the world has none.");
  const nodeCount = positions.length / 3, bodies = new Float32Array(4 * nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    bodies.set(positions.subarray(3 * node, 3 * node + 3), 4 * node);
    bodies[4 * node + 3] = charges === undefined ? 1 : charges[node];
  }
  writeColumn(device, world.bodies, bodies);
  const bytes = new DataView(new ArrayBuffer(STEP_BYTES));
  encodeStep({ ...NOTHING, nodeCount, treeTop: shapeTree(nodeCount).top, ...values }, bytes);
  device.queue.writeBuffer(world.jobs.buffer, 0, bytes);
  return { ...world, tree };
}

/** For stages that are looked at without constraints. */
export const NO_CONSTRAINTS = { encode() {} };

const NOTHING: StepValues = {
  nodeCount: 0,
  firstRow: 0,
  treeTop: 0,
  pieceCount: 0,
  largePieces: 0,
  dims: 3,
  noiseSeed: 0,
  recordSlot: 0,
  rate: 0,
  noise: 0,
  repulsion: 1,
  thetaSquared: 1,
  attraction: 0,
  nearAttraction: 0,
  damping: 0,
  maxStep: 1,
  stiffLimit: 1,
  clusterCohesion: 0,
  layers: 0,
  layerGap: 0,
  disjointness: 0,
  equivalence: 0,
};

/** One component of so many nodes without edges: nothing here looks at components. */
function layOutPoints(positions: Float32Array): StartLayout {
  const nodeCount = positions.length / 3, empty = layOut(path(2));
  const shared = () => new Uint32Array(new SharedArrayBuffer(4 * nodeCount));
  const offsets = new Uint32Array(new SharedArrayBuffer(4 * (nodeCount + 1)));
  return {
    ...empty,
    positions,
    adjacency: { ...empty.adjacency, nodeCount, offsets },
    components: {
      count: 0,
      componentOf: shared(),
      members: shared(),
      offsets: new Uint32Array(new SharedArrayBuffer(4)),
    },
  };
}
