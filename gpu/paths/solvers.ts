/** Which solver answers: one per direction, opened when it is first asked, on the device as long as that works. */

import { findAdapter } from "../device.ts";
import { openCpuSolver } from "./cpu_solver.ts";
import type { PathEngine, PathQuestion } from "./messages.ts";
import { createPathGraph, type Direction, type PathColumns, type ShortestPaths } from "./path_graph.ts";
import type { PathSolver } from "./solver.ts";
import { compilePathKernels, openWebgpuSolver, type ReadyKernels } from "./webgpu_solver.ts";

export interface Solved {
  readonly paths: ShortestPaths;
  readonly engine: PathEngine;
}

/** Absent where there is no adapter. @throws {Error} where its device cannot be had or does not run the kernels. */
async function openDevice(): Promise<ReadyKernels | undefined> {
  const found = await findAdapter();
  if (found === undefined) return undefined;
  const { maxBufferSize, maxStorageBufferBindingSize } = found.adapter.limits;
  const device = await found.adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  // Whatever fails shows as a wrong or missing answer; said to nobody else, it would end the worker.
  device.addEventListener("uncapturederror", (event) => event.preventDefault());
  try {
    return { device, kernels: await compilePathKernels(device) };
  } catch (error) {
    device.destroy();
    throw error;
  }
}

export interface SolversOptions {
  readonly engine: PathEngine;
  readonly gpuArcs: number;
  readonly open?: typeof openDevice;
}

/** Answers about one graph after the other. */
export class Solvers {
  readonly #engine: PathEngine;
  readonly #gpuArcs: number;
  readonly #openDevice: typeof openDevice;
  readonly #open = new Map<Direction, PathSolver>();
  #columns: PathColumns | undefined;
  #device: Promise<ReadyKernels | undefined> | undefined;

  constructor({ engine, gpuArcs, open = openDevice }: SolversOptions) {
    this.#engine = engine;
    this.#gpuArcs = gpuArcs;
    this.#openDevice = open;
  }

  setGraph(columns: PathColumns): void {
    this.#forget();
    this.#columns = columns;
  }

  /** @throws {RangeError} for a graph or a source that cannot be. */
  async solve({ source, measure, direction }: PathQuestion): Promise<Solved> {
    const solver = await this.#solver(direction);
    try {
      return { paths: await solver.solve(source, measure), engine: solver.name };
    } catch (error) {
      if (solver.name === "cpu" || error instanceof RangeError) throw error;
      // The device was lost: from now on the CPU answers, which finds the same paths.
      this.#forget();
      this.#device = Promise.resolve(undefined);
      return this.solve({ source, measure, direction });
    }
  }

  async close(): Promise<void> {
    this.#forget();
    (await this.#device)?.device.destroy();
  }

  async #solver(direction: Direction): Promise<PathSolver> {
    const known = this.#open.get(direction);
    if (known !== undefined) return known;
    if (this.#columns === undefined) throw new TypeError("Cannot find paths: there is no graph yet.");
    const graph = createPathGraph(this.#columns, direction);
    const onGpu = this.#engine === "webgpu" && graph.targets.length >= this.#gpuArcs;
    const device = onGpu ? await (this.#device ??= this.#deviceOrNone()) : undefined;
    const solver = device === undefined ? openCpuSolver(graph) : openWebgpuSolver(graph, device);
    this.#open.set(direction, solver);
    return solver;
  }

  /** A device that cannot be opened is like none: the CPU finds the same paths. */
  #deviceOrNone(): Promise<ReadyKernels | undefined> {
    return this.#openDevice().catch(() => undefined);
  }

  #forget(): void {
    for (const solver of this.#open.values()) solver.close();
    this.#open.clear();
  }
}
