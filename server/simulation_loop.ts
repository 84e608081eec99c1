import type { StatusData } from "../protocol/graph/events.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import {
  type FrameDetail,
  type LiveOptions,
  type LiveSimulation,
  type ParamChanges,
  type Pin,
  type PositionFrame,
  type SimulationState,
  type SimulationStats,
} from "../gpu/mod.ts";
import { carryPlaces } from "./carry_over.ts";
import type { AppliedChange } from "./graph_change.ts";
import type { GraphStore } from "./graph_store.ts";
import { KeptPins, type KeptPinsOptions } from "./kept_pins.ts";
import { physicsGraph } from "./physics_graph.ts";

export type OpenSimulation = (
  options: Pick<LiveOptions, "pins" | "onFrame" | "onState">,
) => Promise<LiveSimulation>;

export interface SimulationLoopOptions extends Omit<KeptPinsOptions, "keys"> {
  readonly graph: GraphStore;
  readonly open: OpenSimulation;
  readonly onFrame: (frame: NodeFrame) => void;
}

/** `full`: the bound on pinned nodes is reached, the node is free. */
export type PinOutcome = "pinned" | "full";

/** What changed: the state of the simulation, or the set of pinned nodes. */
export type Change = "state" | "pins";

export type ControlAction = "pause" | "resume" | "step" | "reset";

/** What the simulation is doing, in the words of the status event. */
export type SimulationReport = Omit<StatusData, "rateHz" | "askedHz" | "watchers" | "participant">;

/**
 * The running layout of one graph: turns physics frames into node frames, keeps the pins.
 * Reads nothing but memory views; the per-node work is the physics worker's and the encoder's.
 */
export class SimulationLoop {
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #pinned: KeptPins;
  #graph: GraphStore;
  /** The graph of each generation of frames that may still come, the newest last. */
  readonly #graphs = new Map<number, GraphStore>();
  #shown: GraphStore;
  #simulation: LiveSimulation | undefined;
  #state: SimulationState = { kind: "preparing", stage: "starting", done: 0, total: 1 };
  #frame: NodeFrame | undefined;

  private constructor(private readonly options: SimulationLoopOptions) {
    this.#graph = this.#shown = options.graph;
    this.#graphs.set(0, options.graph);
    this.#pinned = new KeptPins({ ...options, keys: options.graph.input.keys });
  }

  /** Opens the physics with the pins of earlier runs in place. */
  static async open(options: SimulationLoopOptions): Promise<SimulationLoop> {
    const loop = new SimulationLoop(options);
    loop.#simulation = await options.open({
      pins: loop.#pinned.list(),
      onFrame: (frame) => loop.#onFrame(frame),
      onState: (state) => {
        loop.#state = state;
        loop.#tell("state");
      },
    });
    return loop;
  }

  /** From now on `listener` hears of every change. */
  listen(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  get #physics(): LiveSimulation {
    if (this.#simulation === undefined) throw new Error("The simulation is not open.");
    return this.#simulation;
  }

  #onFrame(frame: PositionFrame): void {
    const graph = this.#graphs.get(frame.generation) ?? this.#graph;
    for (const generation of this.#graphs.keys()) if (generation < frame.generation) this.#graphs.delete(generation);
    this.#shown = graph;
    this.#frame = {
      sequence: frame.sequence,
      generation: graph.generation,
      count: graph.nodeCount,
      ids: graph.ids,
      positions: frame.positions,
      velocities: frame.velocities,
      masses: graph.masses,
      charges: graph.charges,
      rounded: frame.rounded,
    };
    this.options.onFrame(this.#frame);
    // A step, a reset or a drag of a paused layout changes what its status says, though not its state.
    if (this.#state.kind !== "moving") this.#tell("state");
  }

  /** The newest moment; a view that the next one replaces. */
  get frame(): NodeFrame | undefined {
    return this.#frame;
  }

  /** The graph that `frame` belongs to: a change is known at once, and seen when the layout has taken it over. */
  get shown(): GraphStore {
    return this.#shown;
  }

  /** Changes that no frame knows of yet. */
  get pendingChanges(): number {
    return this.#graphs.size - 1;
  }

  /** Places of the nodes of the present graph, NaN for those that have none yet; a copy. */
  places(): Float32Array | undefined {
    return this.#frame && carryPlaces(this.#frame.positions, this.#shown, this.#graph);
  }

  /** Takes over a change that has been stored. */
  follow(change: AppliedChange): void {
    const { store, origins } = change;
    this.#pinned.save();
    const generation = this.#physics.edit({ graph: physicsGraph(store.input, store), origins });
    this.#graph = store;
    this.#graphs.set(generation, store);
    if (this.#pinned.follow(change)) this.#tell("pins");
    this.#tell("state");
  }

  get state(): SimulationState {
    return this.#state;
  }

  get engine() {
    return this.#physics.engine;
  }

  /** The node with this wire id, if there is one. */
  indexOf(id: number): number | undefined {
    return this.#graph.indexOf(id);
  }

  /** Whether a node had this id and has been removed. */
  wasRemoved(id: number): boolean {
    return Number.isInteger(id) && id >= 0 && id < this.#graph.nextId && this.#graph.indexOf(id) === undefined;
  }

  isPinned(index: number): boolean {
    return this.#pinned.has(index);
  }

  pinnedIds(): number[] {
    return this.#pinned.list().map(({ index }) => this.#graph.ids[index]).sort((a, b) => a - b);
  }

  /** Holds a node while somebody drags it; nothing is kept until `pin`. */
  hold(pin: Pin): void {
    this.#physics.pin(pin);
  }

  /** Ends a hold that did not become a pin: a pinned node goes back to its place, another is free. */
  #unhold(index: number): void {
    const pin = this.#pinned.get(index);
    if (pin === undefined) this.#physics.unpin(index);
    else this.#physics.pin(pin);
  }

  /** Pins a node where it is put, and keeps that. @throws {StoreError}, and then the node is free. */
  pin(pin: Pin): PinOutcome {
    const isNew = !this.#pinned.has(pin.index);
    if (isNew && this.#pinned.isFull) {
      this.#physics.unpin(pin.index);
      return "full";
    }
    try {
      this.#pinned.keep(pin);
    } catch (error) {
      this.#unhold(pin.index);
      throw error;
    }
    this.#physics.pin(pin);
    if (isNew) this.#tell("pins");
    return "pinned";
  }

  /** Pins a node where it is now. */
  pinHere(index: number): PinOutcome | "preparing" {
    const at = this.#shown.indexOf(this.#graph.ids[index]), positions = this.#frame?.positions;
    if (positions === undefined || at === undefined) return "preparing";
    return this.pin({ index, x: positions[3 * at], y: positions[3 * at + 1], z: positions[3 * at + 2] });
  }

  unpin(index: number): void {
    if (this.#pinned.has(index)) {
      this.#pinned.drop(index);
      this.#tell("pins");
    }
    this.#physics.unpin(index);
  }

  /**
   * Puts nodes somewhere: pinned ones stay there, free ones go on from there. Of several places for one node the last
   * counts.
   */
  place(pins: readonly Pin[]): void {
    const last = new Map(pins.map((pin) => [pin.index, pin]));
    this.#physics.place([...last.values()]);
    this.#pinned.move(last.values());
  }

  need(detail: FrameDetail): void {
    this.#physics.need(detail);
  }

  setParams(changes: ParamChanges): void {
    this.#physics.setParams(changes);
  }

  setClusters(clusterOf: Uint32Array): void {
    this.#physics.setClusters(clusterOf);
  }

  control(action: ControlAction): void {
    switch (action) {
      case "pause":
        return this.#physics.pause();
      case "resume":
        return this.#physics.resume();
      case "step":
        return this.#physics.step(1);
      case "reset":
        return this.#physics.reset();
    }
  }

  report(): SimulationReport {
    const { engine } = this.#physics, stats = this.#physics.stats(), state = this.#state;
    return {
      generation: this.#graph.generation,
      state: state.kind,
      ...(state.kind === "preparing" && { detail: state.stage, done: state.done, total: state.total }),
      ...(state.kind === "settled" && { detail: state.reason }),
      ...(state.kind === "failed" && { detail: state.message }),
      engine: engine.name,
      engineDetail: engine.detail,
      engineReason: engine.reason,
      step: stats.step,
      alpha: stats.alpha,
      stepMs: stats.stepMs,
      stepsPerSecond: stats.stepsPerSecond,
    };
  }

  /** What the simulation has done so far. */
  get stats(): SimulationStats {
    return this.#physics.stats();
  }

  close(): Promise<void> {
    this.#pinned.save();
    return this.#simulation?.close() ?? Promise.resolve();
  }
}
