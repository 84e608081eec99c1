import type { StatusData } from "../protocol/graph/events.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import {
  carryPins,
  type FrameDetail,
  type LiveOptions,
  type LiveSimulation,
  type ParamChanges,
  type Pin,
  type PositionFrame,
  type SimulationState,
} from "../gpu/mod.ts";
import { carryPlaces } from "./carry_over.ts";
import type { AppliedChange } from "./graph_change.ts";
import type { GraphStore } from "./graph_store.ts";
import type { Clock } from "./clock.ts";
import { physicsGraph } from "./physics_graph.ts";
import type { Pins, StoredPin } from "./store/pins.ts";

export type OpenSimulation = (
  options: Pick<LiveOptions, "pins" | "onFrame" | "onState">,
) => Promise<LiveSimulation>;

export interface SimulationLoopOptions {
  readonly graph: GraphStore;
  /** Where the places of pinned nodes are kept between runs. */
  readonly pins: Pins;
  readonly maxPins: number;
  readonly open: OpenSimulation;
  readonly onFrame: (frame: NodeFrame) => void;
  readonly clock: Clock;
  /** Hears of a write that failed behind everybody's back. */
  readonly onFault: (error: unknown) => void;
}

/** `full`: the bound on pinned nodes is reached, the node is free. */
export type PinOutcome = "pinned" | "full";

/** How long new places of pinned nodes may wait to be stored. */
const SAVE_DELAY_MS = 250;

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
  readonly #unsaved = new Set<number>();
  #cancelSave: (() => void) | undefined;
  readonly #listeners: ((change: Change) => void)[] = [];
  #pinned = new Map<number, Pin>();
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
  }

  /** Opens the physics with the pins of earlier runs in place. */
  static async open(options: SimulationLoopOptions): Promise<SimulationLoop> {
    const loop = new SimulationLoop(options);
    const indexOf = new Map(options.graph.input.keys.map((key, index) => [key, index]));
    for (const { node, x, y, z } of options.pins.list()) {
      const index = indexOf.get(node);
      if (index !== undefined && loop.#pinned.size < options.maxPins) loop.#pinned.set(index, { index, x, y, z });
    }
    loop.#simulation = await options.open({
      pins: [...loop.#pinned.values()],
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
  follow({ store, before, origins, removed }: AppliedChange): void {
    this.#save();
    const generation = this.#physics.edit({ graph: physicsGraph(store.input, store), origins });
    this.#graph = store;
    this.#graphs.set(generation, store);
    const gone = removed.filter((index) => this.#pinned.has(index)).map((index) => before.input.keys[index]);
    this.#pinned = carryPins(this.#pinned, origins);
    if (gone.length > 0) {
      this.#forget(gone);
      this.#tell("pins");
    }
    this.#tell("state");
  }

  /** A row that stays is passed over at the next start: its node is gone. */
  #forget(keys: readonly string[]): void {
    try {
      this.options.pins.removeAll(keys);
    } catch (error) {
      this.options.onFault(error);
    }
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
    return [...this.#pinned.keys()].map((index) => this.#graph.ids[index]).sort((a, b) => a - b);
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
    if (isNew && this.#pinned.size >= this.options.maxPins) {
      this.#physics.unpin(pin.index);
      return "full";
    }
    // Stored first: what a client is told is pinned survives the process.
    try {
      this.options.pins.save([this.#stored(pin)]);
    } catch (error) {
      this.#unhold(pin.index);
      throw error;
    }
    this.#pinned.set(pin.index, pin);
    this.#physics.pin(pin);
    if (isNew) this.#tell("pins");
    return "pinned";
  }

  #stored({ index, x, y, z }: Pin): StoredPin {
    return { node: this.#graph.input.keys[index], x, y, z };
  }

  /** Pins a node where it is now. */
  pinHere(index: number): PinOutcome | "preparing" {
    const at = this.#shown.indexOf(this.#graph.ids[index]), positions = this.#frame?.positions;
    if (positions === undefined || at === undefined) return "preparing";
    return this.pin({ index, x: positions[3 * at], y: positions[3 * at + 1], z: positions[3 * at + 2] });
  }

  unpin(index: number): void {
    if (this.#pinned.has(index)) {
      this.options.pins.remove(this.#graph.input.keys[index]);
      this.#pinned.delete(index);
      this.#tell("pins");
    }
    this.#physics.unpin(index);
  }

  /**
   * Puts nodes somewhere: pinned ones stay there, free ones go on from there. Of several places for one node the last
   * counts. New places of pinned nodes are stored a moment later, many by one write.
   */
  place(pins: readonly Pin[]): void {
    const last = new Map(pins.map((pin) => [pin.index, pin]));
    this.#physics.place([...last.values()]);
    for (const pin of last.values()) {
      if (!this.#pinned.has(pin.index)) continue;
      this.#pinned.set(pin.index, pin);
      this.#unsaved.add(pin.index);
    }
    if (this.#unsaved.size > 0) this.#cancelSave ??= this.options.clock.after(SAVE_DELAY_MS, () => this.#save());
  }

  #save(): void {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const pins = [...this.#unsaved].flatMap((index) => this.#pinned.get(index) ?? []);
    this.#unsaved.clear();
    try {
      if (pins.length > 0) this.options.pins.save(pins.map((pin) => this.#stored(pin)));
    } catch (error) {
      this.options.onFault(error);
    }
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

  /** Bytes read back from the GPU so far. */
  get bytesReadBack(): number {
    return this.#physics.stats().bytesReadBack;
  }

  close(): Promise<void> {
    this.#save();
    return this.#simulation?.close() ?? Promise.resolve();
  }
}
