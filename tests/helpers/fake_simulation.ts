import {
  createParams,
  type FrameDetail,
  type GraphEdit,
  type LiveSimulation,
  type ParamChanges,
  type Pin,
  type PositionFrame,
  type SimulationState,
  STEP_BOUNDS_MS,
} from "../../gpu/mod.ts";
import type { OpenSimulation } from "../../server/simulation_loop.ts";

/** A simulation that does what it is told and writes it down: no physics, no worker. */
export class FakeSimulation implements LiveSimulation {
  readonly engine = { name: "cpu", detail: "fake" } as const;
  readonly calls: string[] = [];
  #latest: PositionFrame | undefined;
  #sequence = 0;
  #generation = 0;
  /** Edits are asked for at once, and known to frames from `takeOver` on. */
  #asked = 0;

  constructor(
    readonly initialPins: readonly Pin[],
    readonly tellFrame: (frame: PositionFrame) => void,
    readonly tellState: (state: SimulationState) => void,
  ) {}

  /** Hands over a frame with these positions. */
  emit(positions: readonly number[]): void {
    const columns = Float32Array.from(positions);
    const sequence = this.#sequence++;
    const generation = this.#generation;
    this.#latest = {
      sequence,
      generation,
      step: sequence,
      positions: columns,
      velocities: new Float32Array(columns.length),
    };
    this.tellFrame(this.#latest);
  }

  latest(): PositionFrame | undefined {
    return this.#latest;
  }
  state(): SimulationState {
    return { kind: "moving" };
  }
  stats() {
    return {
      step: this.#sequence,
      alpha: 0.3,
      meanMove: 0.1,
      stepMs: 2,
      stepsPerSecond: 60,
      scrubbed: 0,
      bytesReadBack: 0,
      stepTimes: { counts: new Float64Array(STEP_BOUNDS_MS.length + 1), sumMs: 0 },
    };
  }
  pin({ index, x, y, z }: Pin): void {
    this.calls.push(`pin ${index} ${x} ${y} ${z}`);
  }
  unpin(index: number): void {
    this.calls.push(`unpin ${index}`);
  }
  place(pins: readonly Pin[]): void {
    this.calls.push(`place ${pins.map(({ index, x, y, z }) => `${index} ${x} ${y} ${z}`).join(", ")}`);
  }
  need(detail: FrameDetail): void {
    this.calls.push(`need ${detail}`);
  }
  pause(): void {
    this.calls.push("pause");
  }
  resume(): void {
    this.calls.push("resume");
  }
  step(count: number): void {
    this.calls.push(`step ${count}`);
  }
  edit({ graph: { nodeCount, sources, targets }, origins }: GraphEdit): number {
    const edges = Array.from(sources, (source, e) => `${source}-${targets[e]}`);
    this.calls.push(`edit ${nodeCount} nodes from ${origins.join(" ")}, edges ${edges.join(" ")}`);
    return ++this.#asked;
  }
  /** From now on frames know of all edits. */
  takeOver(): void {
    this.#generation = this.#asked;
  }
  reset(): void {
    this.calls.push("reset");
  }
  params() {
    return createParams();
  }
  setParams(changes: ParamChanges): void {
    this.calls.push(`params ${JSON.stringify(changes)}`);
  }
  setClusters(clusterOf: Uint32Array): void {
    this.calls.push(`clusters ${clusterOf.join(" ")}`);
  }
  close(): Promise<void> {
    this.calls.push("close");
    return Promise.resolve();
  }
}

/** An opener for `SimulationLoop.open`, and what it opened. */
export function fakeOpener(): { open: OpenSimulation; opened: () => FakeSimulation } {
  let simulation: FakeSimulation | undefined;
  return {
    open: ({ pins = [], onFrame, onState }) => {
      simulation = new FakeSimulation(pins, onFrame, onState);
      return Promise.resolve(simulation);
    },
    opened: () => {
      if (simulation === undefined) throw new Error("nothing was opened");
      return simulation;
    },
  };
}
