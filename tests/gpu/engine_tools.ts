/** What the engine suite does with an engine: one step to see its forces, or a simulation to watch. */

import type { PhysicsGraph, Pin } from "../../gpu/api.ts";
import type { Engine } from "../../gpu/engine.ts";
import { createMeaning, type Meaning } from "../../gpu/meaning/meaning.ts";
import type { NodeWeights } from "../../gpu/meaning/weights.ts";
import type { StartLayout } from "../../gpu/init/start_layout.ts";
import { createParams, type Params } from "../../gpu/params.ts";
import { createSimulation, type Simulation } from "../../gpu/simulation.ts";
import { layOut } from "./graphs.ts";

export interface OpenOptions extends NodeWeights {
  readonly dims: 2 | 3;
  readonly seed: number;
  readonly params: Params;
}

export interface EngineUnderTest {
  readonly name: string;
  readonly skip: boolean;
  /** Relative rms error of the repulsion on all nodes that is allowed. */
  readonly repulsionError: number;
  open(layout: StartLayout, options: OpenOptions): Engine;
}

export interface ForceOptions extends NodeWeights {
  /** What the graph says about where its nodes belong. */
  readonly meaning?: Meaning;
}

export interface RunOptions {
  readonly dims?: 2 | 3;
  readonly params?: Partial<Params>;
  readonly pins?: readonly Pin[];
  readonly clusterOf?: Uint32Array;
  /** In place of the start positions. */
  readonly positions?: Float32Array;
}

type Use = (simulation: Simulation, read: () => Promise<Float32Array>) => Promise<void>;

export interface EngineTools {
  readonly under: EngineUnderTest;
  /** The forces that one step shows, from rest, without noise and anchors. */
  measureForces(layout: StartLayout, overrides: Partial<Params>, options?: ForceOptions): Promise<Float64Array>;
  withSimulation(graph: PhysicsGraph, options: RunOptions, use: Use): Promise<void>;
}

/** Everything off that a kernel test does not look at. */
const QUIET: Partial<Params> = { noise: 0, anchor: 0, damping: 0 };
/** So cold that no move comes near the longest. */
const HEAT = 1e-4;

export function createTools(under: EngineUnderTest): EngineTools {
  return {
    under,
    async measureForces(layout, overrides, { meaning, ...weights } = {}) {
      const size = 3 * layout.adjacency.nodeCount, velocities = new Float32Array(size);
      const params = createParams({ ...QUIET, ...overrides });
      const engine = under.open(layout, { dims: 3, seed: 1, params, ...weights });
      if (meaning !== undefined) engine.retune(meaning.tune(params));
      await engine.step(HEAT);
      await engine.readInto(new Float32Array(size), velocities);
      await engine.close();
      return Float64Array.from(velocities, (value) => value / HEAT);
    },
    async withSimulation(graph, { dims = 3, params: overrides, pins = [], positions, clusterOf }, use) {
      const params = createParams(overrides), prepared = layOut(graph, { dims }), size = 3 * graph.nodeCount;
      const layout = positions === undefined ? prepared : { ...prepared, positions };
      const engine = under.open(layout, { dims, seed: 1, params, charges: graph.charges, masses: graph.masses });
      const meaning = createMeaning(graph);
      if (clusterOf !== undefined) meaning.group(clusterOf);
      const simulation = createSimulation({ layout, engine, params, meaning, pins, ignoreStillness: false });
      const read = async () => {
        const found = new Float32Array(size);
        await simulation.readInto(found, new Float32Array(size));
        return found;
      };
      try {
        await use(simulation, read);
      } finally {
        await simulation.close();
      }
    },
  };
}

export async function run(simulation: Simulation, steps: number): Promise<void> {
  for (let k = 0; k < steps; k++) await simulation.step();
}

/** How many steps it took. */
export async function untilSettled(simulation: Simulation): Promise<number> {
  let steps = 0;
  for (; simulation.settled === undefined; steps++) await simulation.step();
  return steps;
}
