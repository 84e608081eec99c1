/** One step of a small graph on the device, beside the same step on the CPU: is the device's arithmetic usable? */

import type { PhysicsGraph } from "../api.ts";
import { openCpuEngine } from "../cpu/engine.ts";
import type { Engine } from "../engine.ts";
import { prepareLayout, type StartLayout } from "../init/start_layout.ts";
import { createParams } from "../params.ts";
import { openWebgpuEngine, type ReadyDevice } from "./engine.ts";

const NODES = 150, SEED = 1, HEAT = 0.1;
/** Edge lengths that the two may differ by after a step. */
const TOLERANCE = 1e-3;

/** What is wrong, in a sentence; absent when nothing is. */
export async function testDevice(ready: ReadyDevice): Promise<string | undefined> {
  const layout = layOut(testGraph());
  const options = { dims: 3, seed: SEED, params: createParams({ theta: 0 }) } as const;
  const expected = await stepOnce(openCpuEngine(layout, { ...options, threads: 1 }));
  const found = await stepOnce(openWebgpuEngine(layout, ready, { ...options, info: { name: "webgpu", detail: "" } }));
  const worst = expected.reduce((most, value, k) => Math.max(most, Math.abs(value - found[k])), 0);
  return worst <= TOLERANCE ? undefined : `A test step on the GPU was off by ${worst.toPrecision(2)} edge lengths.`;
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
