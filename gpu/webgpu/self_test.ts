/** One step of a small graph on the device, beside the same step on the CPU: is the device's arithmetic usable? */

import type { PhysicsGraph } from "../api.ts";
import { openCpuEngine } from "../cpu/engine.ts";
import type { Engine } from "../engine.ts";
import { prepareLayout, type StartLayout } from "../init/start_layout.ts";
import { createParams } from "../params.ts";
import { openWebgpuEngine } from "./engine.ts";
import type { ReadyDevice } from "./ready_device.ts";

const NODES = 150, SEED = 1, HEAT = 0.1;

interface SelfTest {
  readonly theta: number;
  readonly allPairsUpTo: number;
  /** Share of the nodes' moves that the difference may have, root mean square. */
  readonly tolerance: number;
}

/** All pairs, every kernel of the tree with all cells opened, and with cells that act as wholes. */
const SELF_TESTS: readonly SelfTest[] = [
  { theta: 0, allPairsUpTo: NODES, tolerance: 1e-4 },
  { theta: 1e-6, allPairsUpTo: 0, tolerance: 1e-4 },
  { theta: 1, allPairsUpTo: 0, tolerance: 0.1 },
];

/** What is wrong, in a sentence; absent when nothing is. */
export async function testDevice(ready: ReadyDevice): Promise<string | undefined> {
  const layout = layOut(testGraph()), options = { dims: 3, seed: SEED } as const;
  const expected = await stepOnce(
    openCpuEngine(layout, { ...options, params: createParams({ theta: 0 }), threads: 1 }),
  );
  for (const { theta, allPairsUpTo, tolerance } of SELF_TESTS) {
    const given = {
      ...options,
      params: createParams({ theta }),
      allPairsUpTo,
      info: { name: "webgpu", detail: "" },
    } as const;
    const found = await stepOnce(openWebgpuEngine(layout, ready, given));
    const error = relativeError(found, expected, layout.positions);
    // Not a number is not within it either.
    if (!(error <= tolerance)) return `A test step on the GPU was off by ${(100 * error).toPrecision(2)} %.`;
  }
}

/** √(Σ (found − expected)² / Σ (expected − start)²) */
function relativeError(found: Float32Array, expected: Float32Array, start: Float32Array): number {
  let difference = 0, size = 0;
  for (let k = 0; k < expected.length; k++) {
    difference += (found[k] - expected[k]) ** 2;
    size += (expected[k] - start[k]) ** 2;
  }
  return Math.sqrt(difference / size);
}

/** A ring with spokes to node 0, and a few nodes of their own. */
function testGraph(): PhysicsGraph {
  const ring = NODES - 10;
  const pairs = Array.from({ length: ring }, (_, i) => [[i, (i + 1) % ring], [0, i]]).flat();
  return {
    nodeCount: NODES,
    sources: Uint32Array.from(pairs, ([source]) => source),
    targets: Uint32Array.from(pairs, ([, target]) => target),
  };
}

function layOut(graph: PhysicsGraph): StartLayout {
  const preparation = prepareLayout(graph, { dims: 3, seed: SEED });
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) return value;
  }
}

async function stepOnce(engine: Engine): Promise<Float32Array> {
  const positions = new Float32Array(3 * NODES), velocities = new Float32Array(3 * NODES);
  await engine.step(HEAT);
  await engine.readInto(positions, velocities);
  await engine.close();
  return positions;
}
