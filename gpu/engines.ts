/** Chooses the engine before anything is prepared, and opens it once there is a layout. */

import type { EngineChoice, EngineInfo, PhysicsGraph } from "./api.ts";
import { describeThreads, openCpuEngine } from "./cpu/engine.ts";
import { findAdapter, openDevice } from "./device.ts";
import type { Engine } from "./engine.ts";
import type { StartLayout } from "./init/start_layout.ts";
import type { Params } from "./params.ts";
import { openWebgpuEngine } from "./webgpu/engine.ts";
import type { ReadyDevice } from "./webgpu/ready_device.ts";
import { findShortage } from "./webgpu/world.ts";

export interface EngineOptions {
  readonly engine: EngineChoice;
  readonly seed: number;
  readonly threads: number;
  readonly dims: 2 | 3;
  readonly params: Params;
}

export interface ChosenEngine {
  readonly info: EngineInfo;
  /** May be called again when the graph has changed, with the parameters as they are then. */
  open(layout: StartLayout, graph: PhysicsGraph, params?: Params): Engine;
  /** Lets go of what was chosen, when no engine is open any more. */
  giveUp(): void;
  /** Opens the engine that takes over when the first is lost; absent where none could. */
  readonly openSpare?: (layout: StartLayout, graph: PhysicsGraph, reason: string) => Engine;
}

/**
 * `find` looks for the adapter.
 *
 * @throws Error with a sentence for the user where the wanted engine cannot be had.
 */
export async function chooseEngine(
  graph: PhysicsGraph,
  options: EngineOptions,
  { find = findAdapter }: { readonly find?: typeof findAdapter } = {},
): Promise<ChosenEngine> {
  if (options.engine === "cpu") return chooseCpu(graph, options);
  const found = await find();
  if (options.engine === "auto") {
    if (found === undefined) return chooseCpu(graph, options, { reason: "No graphics adapter was found." });
    if (found.software) {
      return chooseCpu(graph, options, {
        reason: `The layout runs on the CPU: the only graphics adapter is a software one, ${found.name}.`,
      });
    }
  }
  if (found === undefined) {
    throw new Error(
      "Cannot use WebGPU: no graphics adapter was found. Install a Vulkan driver (Debian: mesa-vulkan-drivers), " +
        "or choose the engine cpu or auto.",
    );
  }
  const size = { nodeCount: graph.nodeCount, edgeCount: graph.sources.length };
  const shortage = findShortage(size, found.adapter.limits);
  if (shortage !== undefined) return chooseCpu(graph, options, { reason: `${found.name} cannot be used: ${shortage}` });
  try {
    return chooseWebgpu(options, { ready: await openDevice(found), name: found.name });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return chooseCpu(graph, options, { reason: `${found.name} cannot be used: ${problem}` });
  }
}

function chooseCpu(graph: PhysicsGraph, options: EngineOptions, { reason }: { reason?: string } = {}): ChosenEngine {
  return {
    info: { name: "cpu", detail: describeThreads(graph.nodeCount, options.threads), reason },
    open: (layout, graph, params = options.params) =>
      openCpuEngine(layout, { ...options, params, ...weightsOf(graph), reason }),
    giveUp: () => {},
  };
}

const weightsOf = ({ charges, masses }: PhysicsGraph) => ({ charges, masses });

interface NamedDevice {
  readonly ready: ReadyDevice;
  readonly name: string;
}

function chooseWebgpu(options: EngineOptions, { ready, name }: NamedDevice): ChosenEngine {
  const info: EngineInfo = { name: "webgpu", detail: name, readBack: ready.mapping };
  return {
    info,
    open: (layout, graph, params = options.params) =>
      openWebgpuEngine(layout, ready, { ...options, params, ...weightsOf(graph), info }),
    giveUp: () => ready.device.destroy(),
    openSpare: (layout, graph, reason) => openCpuEngine(layout, { ...options, ...weightsOf(graph), reason }),
  };
}
