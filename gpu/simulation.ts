/** A layout in motion: an engine, the cooling of its temperature, and the moment when it has settled. */

import type { PositionBox } from "../protocol/frame.ts";
import type { EngineInfo, Pin } from "./api.ts";
import { type BoxChoice, type Engine, EngineLostError, type RoundedColumns, type StepReport } from "./engine.ts";
import type { StartLayout } from "./init/start_layout.ts";
import type { Meaning } from "./meaning/meaning.ts";
import type { Params } from "./params.ts";
import { carryPins, checkIndex, checkPin } from "./pins.ts";
import { createSchedule, type Schedule, type ScheduleOptions, type SettledReason } from "./schedule.ts";

export interface SimulationOptions extends ScheduleOptions {
  readonly layout: StartLayout;
  readonly engine: Engine;
  readonly params: Params;
  /** What the graph says about where its nodes belong; where absent it says nothing. */
  readonly meaning?: Meaning;
  readonly pins: readonly Pin[];
  /** Opens the engine that takes over when this one is lost; it starts at `layout.positions`. */
  readonly openSpare?: (layout: StartLayout, reason: string) => Engine;
}

/** What a simulation goes on with. */
export interface Replacement {
  readonly layout: StartLayout;
  /** Of the graph that is laid out; absent: as before. */
  readonly meaning?: Meaning;
  /** Opens an engine like the present one on it. */
  readonly open: (layout: StartLayout, params?: Params) => Engine;
  readonly openSpare?: SimulationOptions["openSpare"];
  /** Index that each node has had so far, negative for a new one; absent: the same nodes. */
  readonly origins?: Int32Array;
  /** `warm`: at least as hot as after a drag; `hot`: from the beginning. */
  readonly heat: "warm" | "hot";
}

export interface Simulation {
  readonly info: EngineInfo;
  readonly nodeCount: number;
  /** Steps since the start or the last reset. */
  readonly steps: number;
  readonly alpha: number;
  readonly meanMove: number;
  readonly scrubbed: number;
  /** Bytes read back from a GPU, by all engines so far. */
  readonly bytesReadBack: number;
  /** Why there is nothing to do; absent while there is. */
  readonly settled: SettledReason | undefined;
  /** One step, settled or not. A step in which the engine is lost and replaced does not count. */
  step(): Promise<void>;
  readInto(positions: Float32Array, velocities: Float32Array): Promise<void>;
  /** Positions alone, rounded in the box that is answered; absent, and nothing was read, where the engine cannot. */
  readRoundedInto(out: RoundedColumns, box: BoxChoice): Promise<PositionBox | undefined>;
  /** @throws RangeError, as `unpin` and `place`, for a node that does not exist or a place that is not finite. */
  pin(pin: Pin): void;
  unpin(index: number): void;
  /** Puts a node somewhere: a pinned one stays there, a free one goes on from there. */
  place(pin: Pin): void;
  /** Goes on under other parameters, warmed up to `reheat`. */
  setParams(params: Params): void;
  /** Which cluster each node belongs to. @throws RangeError */
  setClusters(clusterOf: Uint32Array): void;
  reset(): void;
  /** Goes on with another layout, from rest; pins stay with their nodes. Not while a step or a read is under way. */
  replace(replacement: Replacement): Promise<void>;
  close(): Promise<void>;
}

export function createSimulation(options: SimulationOptions): Simulation {
  return new CoolingSimulation(options);
}

class CoolingSimulation implements Simulation {
  readonly #schedule: Schedule;
  #layout: StartLayout;
  #openSpare: SimulationOptions["openSpare"];
  /** Why the spare engine runs; absent while the first one does. */
  #lost: string | undefined;
  #pins = new Map<number, Pin>();
  /** Where a spare engine would go on. */
  #lastPositions: Float32Array;
  #params: Params;
  #meaning: Meaning | undefined;
  #engine: Engine;
  #report: StepReport = { step: 0, meanMove: 0, scrubbed: 0 };
  #steps = 0;
  /** By engines before this one. */
  #bytesReadBefore = 0;

  constructor(options: SimulationOptions) {
    this.#layout = options.layout;
    this.#openSpare = options.openSpare;
    this.#schedule = createSchedule(options.params, options);
    this.#lastPositions = options.layout.positions.slice();
    this.#params = options.params;
    this.#meaning = options.meaning;
    this.#engine = options.engine;
    this.#retune();
    for (const pin of options.pins) this.#hold(pin);
  }

  get nodeCount(): number {
    return this.#layout.adjacency.nodeCount;
  }
  get info(): EngineInfo {
    return this.#engine.info;
  }
  get steps(): number {
    return this.#steps;
  }
  get alpha(): number {
    return this.#schedule.heat;
  }
  get meanMove(): number {
    return this.#report.meanMove;
  }
  get scrubbed(): number {
    return this.#report.scrubbed;
  }
  get bytesReadBack(): number {
    return this.#bytesReadBefore + this.#engine.bytesReadBack;
  }
  get settled(): SettledReason | undefined {
    return this.nodeCount === 0 ? "still" : this.#schedule.settled;
  }

  async step(): Promise<void> {
    try {
      this.#report = await this.#engine.step(this.#schedule.heat);
    } catch (error) {
      return this.#takeOver(error);
    }
    this.#steps++;
    this.#schedule.observe(this.#report);
  }

  async readInto(positions: Float32Array, velocities: Float32Array): Promise<void> {
    const engine = this.#engine;
    try {
      await engine.readInto(positions, velocities);
    } catch (error) {
      // Another read or step may have replaced the engine meanwhile.
      if (engine === this.#engine) await this.#takeOver(error);
      await this.#engine.readInto(positions, velocities);
    }
    if (this.#openSpare !== undefined) this.#lastPositions.set(positions);
  }

  async readRoundedInto(out: RoundedColumns, choice: BoxChoice): Promise<PositionBox | undefined> {
    const engine = this.#engine;
    if (engine.readRoundedInto === undefined) return undefined;
    try {
      const box = await engine.readRoundedInto(out, choice);
      if (this.#openSpare !== undefined) this.#lastPositions.set(out.positions);
      return box;
    } catch (error) {
      if (engine === this.#engine) await this.#takeOver(error);
      return undefined;
    }
  }

  pin(pin: Pin): void {
    this.#hold(pin);
    this.#schedule.reheat(this.#params.reheat);
  }

  unpin(index: number): void {
    checkIndex(index, this.nodeCount);
    if (!this.#pins.delete(index)) return;
    this.#engine.release(index);
    this.#schedule.reheat(this.#params.reheat);
  }

  place(pin: Pin): void {
    if (this.#pins.has(pin.index)) return this.pin(pin);
    checkPin(pin, this.nodeCount);
    this.#engine.place(pin);
    this.#schedule.reheat(this.#params.reheat);
  }

  setParams(params: Params): void {
    this.#params = params;
    this.#retune();
    this.#schedule.retune(params);
    this.#schedule.reheat(params.reheat);
  }

  setClusters(clusterOf: Uint32Array): void {
    this.#meaning?.group(clusterOf);
    this.#retune();
    if (this.#params.clusterCohesion > 0) this.#schedule.reheat(this.#params.reheat);
  }

  #retune(): void {
    this.#engine.retune(this.#meaning?.tune(this.#params) ?? { params: this.#params });
  }

  reset(): void {
    this.#engine.placeAll(this.#layout.positions);
    this.#steps = 0;
    this.#schedule.restart();
  }

  async replace({ layout, meaning, open, openSpare, origins, heat }: Replacement): Promise<void> {
    // First: a GPU has room for one of them at a time.
    await this.#close(this.#engine);
    const openAgain = () => open(layout, this.#params);
    const engine = this.#lost === undefined ? openAgain() : openSpare?.(layout, this.#lost) ?? openAgain();
    this.#layout = layout;
    this.#openSpare = openSpare;
    this.#lastPositions = layout.positions.slice();
    this.#engine = engine;
    this.#meaning = meaning ?? this.#meaning;
    this.#retune();
    if (origins !== undefined) this.#pins = carryPins(this.#pins, origins);
    for (const pin of this.#pins.values()) engine.hold(pin);
    this.#schedule.forget();
    if (heat === "warm") this.#schedule.reheat(this.#params.reheat);
    else {
      this.#schedule.restart();
      this.#steps = 0;
    }
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async #close(former: Engine): Promise<void> {
    this.#bytesReadBefore += former.bytesReadBack;
    await former.close();
  }

  #hold(pin: Pin): void {
    checkPin(pin, this.nodeCount);
    this.#pins.set(pin.index, pin);
    this.#engine.hold(pin);
  }

  async #takeOver(error: unknown): Promise<void> {
    const openSpare = this.#openSpare, lost = this.#engine;
    if (!(error instanceof EngineLostError) || openSpare === undefined) throw error;
    this.#lost = error.message;
    this.#engine = openSpare({ ...this.#layout, positions: this.#lastPositions }, error.message);
    this.#retune();
    for (const pin of this.#pins.values()) this.#engine.hold(pin);
    this.#schedule.forget();
    await this.#close(lost);
  }
}
