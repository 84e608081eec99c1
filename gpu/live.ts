/** Opens a simulation in a worker of its own; this isolate only passes messages and looks at shared memory. */

import type {
  EngineInfo,
  FrameDetail,
  GraphEdit,
  LiveOptions,
  LiveSimulation,
  ParamChanges,
  PhysicsGraph,
  Pin,
  PositionFrame,
  SimulationState,
  SimulationStats,
} from "./api.ts";
import { checkEdit, checkStart } from "./edit.ts";
import { createFrameRingMemory, type FrameReader, openFrameReader } from "./frame_ring.ts";
import { checkGraph } from "./graph.ts";
import { type Command, createStatsMemory, type LiveEvent, type OpenMessage, readStats } from "./messages.ts";
import { checkClusters } from "./meaning/clusters.ts";
import { createParams, type Params, startParams } from "./params.ts";
import { checkIndex, checkPin } from "./pins.ts";

/**
 * Resolves as soon as an engine is chosen; preparation is then reported by `onState`, and frames follow.
 *
 * Cost: 120 bytes per node of shared memory for frames, besides the engine's own.
 * @throws RangeError for a graph, pin or option that cannot be, Error with a sentence for the user where no engine of
 * the wanted kind exists.
 */
export async function openLiveSimulation(graph: PhysicsGraph, options: LiveOptions): Promise<LiveSimulation> {
  checkGraph(graph);
  checkStart(options.start, graph.nodeCount);
  options.pins?.forEach((pin) => checkPin(pin, graph.nodeCount));
  startParams(options);
  const simulation = new WorkerSimulation(graph, options);
  await simulation.opened;
  return simulation;
}

class WorkerSimulation implements LiveSimulation {
  /** Settled when an engine is chosen, or none can be. */
  readonly opened: Promise<void>;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #options: LiveOptions;
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #stats = createStatsMemory();
  #nodeCount: number;
  #reader: FrameReader;
  /** Edits asked for, and edits that frames know of. */
  #asked = 0;
  #generation = 0;
  #engine: EngineInfo | undefined;
  #latest: PositionFrame | undefined;
  #state: SimulationState = { kind: "preparing", stage: "engine", done: 0, total: 1 };
  #params: Params;
  #ended = false;

  constructor(graph: PhysicsGraph, options: LiveOptions) {
    const { onState: _, onFrame: __, ...plainOptions } = options;
    const frames = createFrameRingMemory(graph.nodeCount);
    this.opened = this.#opened.promise;
    this.#nodeCount = graph.nodeCount;
    this.#options = options;
    this.#params = startParams(options);
    this.#reader = openFrameReader(frames);
    this.#worker.onmessage = ({ data }: MessageEvent<LiveEvent>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`The physics worker stopped: ${event.message}`);
      this.#end();
    };
    const message: OpenMessage = { kind: "open", graph, options: plainOptions, frames, stats: this.#stats };
    this.#worker.postMessage(message);
  }

  get engine(): EngineInfo {
    if (this.#engine === undefined) throw new TypeError("Cannot name the engine: it is not chosen yet.");
    return this.#engine;
  }

  latest(): PositionFrame | undefined {
    return this.#latest;
  }

  state(): SimulationState {
    return this.#state;
  }

  stats(): SimulationStats {
    return readStats(this.#stats);
  }

  pin(pin: Pin): void {
    checkPin(pin, this.#nodeCount);
    this.#tell({ kind: "pin", pin });
  }

  unpin(index: number): void {
    checkIndex(index, this.#nodeCount);
    this.#tell({ kind: "unpin", index });
  }

  place(pins: readonly Pin[]): void {
    for (const pin of pins) checkPin(pin, this.#nodeCount);
    this.#tell({ kind: "place", pins });
  }

  need(detail: FrameDetail): void {
    this.#tell({ kind: "need", detail });
  }

  pause(): void {
    this.#tell({ kind: "pause" });
  }

  resume(): void {
    this.#tell({ kind: "resume" });
  }

  step(count: number): void {
    if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`Cannot run ${count} steps.`);
    this.#tell({ kind: "step", count });
  }

  edit(edit: GraphEdit): number {
    checkEdit(edit, this.#nodeCount);
    this.#nodeCount = edit.graph.nodeCount;
    this.#tell({ kind: "edit", generation: ++this.#asked, edit });
    return this.#asked;
  }

  reset(): void {
    this.#tell({ kind: "reset" });
  }

  params(): Params {
    return this.#params;
  }

  setParams(changes: ParamChanges): void {
    this.#params = createParams({ ...this.#params, ...changes });
    this.#tell({ kind: "params", params: this.#params });
  }

  setClusters(clusterOf: Uint32Array): void {
    checkClusters(clusterOf, this.#nodeCount);
    this.#tell({ kind: "clusters", clusterOf });
  }

  close(): Promise<void> {
    this.#tell({ kind: "close" });
    this.#ended = true;
    return this.#closed.promise;
  }

  #tell(command: Command): void {
    if (!this.#ended) this.#worker.postMessage(command);
  }

  #hear(event: LiveEvent): void {
    switch (event.kind) {
      case "engine":
        this.#engine = event.engine;
        return this.#opened.resolve();
      case "refused":
        return this.#fail(event.message);
      case "state":
        return this.#setState(event.state);
      case "frame": {
        const taken = this.#reader.take(event.ticket);
        if (taken === undefined) return;
        this.#latest = { ...taken, generation: this.#generation };
        return this.#options.onFrame(this.#latest);
      }
      case "graph":
        // What was taken from the former memory stays readable: nobody writes there any more.
        this.#generation = event.generation;
        this.#reader = openFrameReader(event.frames);
        return;
      case "closed":
        return this.#end();
    }
  }

  #setState(state: SimulationState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  /** Before there is an engine the opening fails, afterwards the simulation. */
  #fail(message: string): void {
    if (this.#engine === undefined) this.#opened.reject(new Error(message));
    else this.#setState({ kind: "failed", message });
  }

  #end(): void {
    this.#ended = true;
    this.#closed.resolve();
  }
}
