/** The CPU engine: Barnes–Hut over an implicit tree, on as many threads as asked for; same seed, same bytes. */

import type { EngineInfo, Pin } from "../api.ts";
import type { Engine, StepReport } from "../engine.ts";
import type { StartLayout } from "../init/start_layout.ts";
import { createRates, type RatesInput, type RatesOf, type StepRates } from "../laws.ts";
import type { Tuning } from "../meaning/meaning.ts";
import type { Params } from "../params.ts";
import { type Anchors, createAnchors } from "./anchors.ts";
import { type Constrainer, createConstrainer } from "./constraints.ts";
import { measureCurveBox, sortByKey } from "./hilbert.ts";
import { type Kernels, openKernels } from "./kernels.ts";
import { openTeam, PHASE, type Team, usefulThreads } from "./team.ts";
import { CONTROL, createWorld, NUMBER, PARTIAL, type World, writeWeights } from "./world.ts";

export interface CpuEngineOptions {
  readonly dims: 2 | 3;
  readonly seed: number;
  readonly threads: number;
  readonly params: Params;
  readonly charges?: Float32Array;
  readonly masses?: Float32Array;
  /** Why it is this engine, where something else was asked or hoped for. */
  readonly reason?: string;
}

/** Mean drift in edge lengths after which the curve order is renewed, and the steps after which it is in any case. */
const REORDER_DRIFT = 0.5, REORDER_STEPS = 16;

/** "2 threads": how many really work on so many nodes. */
export function describeThreads(nodeCount: number, threads: number): string {
  const used = usefulThreads(nodeCount, threads);
  return `${used} ${used === 1 ? "thread" : "threads"}`;
}

export function openCpuEngine(layout: StartLayout, options: CpuEngineOptions): Engine {
  return new CpuEngine(layout, options);
}

class CpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly bytesReadBack = 0;
  readonly #world: World;
  readonly #kernels: Kernels;
  readonly #team: Team;
  readonly #order: OrderKeeper;
  readonly #anchors: Anchors;
  readonly #constrainer: Constrainer;
  readonly #ratesInput: Omit<RatesInput, "params">;
  #params: Params;
  #ratesOf: RatesOf;
  #steps = 0;
  #scrubbed = 0;

  constructor(layout: StartLayout, options: CpuEngineOptions) {
    const { nodeCount, neighbours } = layout.adjacency;
    this.info = { name: "cpu", detail: describeThreads(nodeCount, options.threads), reason: options.reason };
    this.#world = createWorld(layout, { ...options, threads: usefulThreads(nodeCount, options.threads) });
    writeParams(this.#world, options.params);
    this.#kernels = openKernels(this.#world, 0);
    this.#team = openTeam(this.#world, this.#kernels);
    this.#order = createOrderKeeper(this.#world, this.#team);
    this.#anchors = createAnchors(layout, this.#world, () => this.#params);
    this.#constrainer = createConstrainer(this.#world);
    this.#params = options.params;
    this.#ratesInput = { nodeCount, edgeCount: neighbours.length / 2, seed: options.seed };
    this.#ratesOf = createRates({ ...this.#ratesInput, params: options.params });
  }

  /** The side of the world that holds the present. */
  get #side(): number {
    return this.#world.control[CONTROL.parity];
  }

  // deno-lint-ignore require-await -- what it throws is to be a rejection
  async step(heat: number): Promise<StepReport> {
    const world = this.#world;
    if (world.nodeCount === 0) return { step: ++this.#steps, meanMove: 0, scrubbed: 0 };
    this.#order.keep();
    this.#team.run(PHASE.refit);
    this.#kernels.refitTop();
    this.#anchors.update();
    this.#constrainer.fill();
    writeRates(world, this.#ratesOf(heat, this.#steps));
    this.#team.run(PHASE.move);
    world.control[CONTROL.parity] = 1 - this.#side;
    const { move, scrubbed } = sumPartials(world);
    const meanMove = move / world.nodeCount;
    this.#order.drifted(meanMove);
    this.#scrubbed += scrubbed;
    return { step: ++this.#steps, meanMove, scrubbed: this.#scrubbed };
  }

  readInto(positions: Float32Array, velocities: Float32Array): Promise<void> {
    positions.set(this.#world.positions[this.#side]);
    velocities.set(this.#world.velocities[this.#side]);
    return Promise.resolve();
  }

  hold(pin: Pin): void {
    this.#put(pin);
    if (this.#world.held[pin.index] === 0) this.#anchors.hold(pin.index);
    this.#world.held[pin.index] = 1;
  }

  release(index: number): void {
    if (this.#world.held[index] === 1) this.#anchors.release(index);
    this.#world.held[index] = 0;
  }

  place(pin: Pin): void {
    this.#put(pin);
    this.#order.renew();
  }

  placeAll(positions: Float32Array): void {
    for (let index = 0; index < this.#world.nodeCount; index++) {
      if (this.#world.held[index] === 1) continue;
      this.#put({ index, x: positions[3 * index], y: positions[3 * index + 1], z: positions[3 * index + 2] });
    }
    this.#order.renew();
  }

  retune({ params, weights, constraints }: Tuning): void {
    const world = this.#world;
    this.#params = params;
    this.#ratesOf = createRates({ ...this.#ratesInput, params });
    writeParams(world, params);
    if (weights !== undefined) writeWeights(world, weights);
    this.#constrainer.use(constraints, params);
  }

  close(): Promise<void> {
    return this.#team.close();
  }

  #put({ index, x, y, z }: Pin): void {
    const positions = this.#world.positions[this.#side];
    positions[3 * index] = x;
    positions[3 * index + 1] = y;
    positions[3 * index + 2] = this.#world.dims === 2 ? 0 : z;
    this.#world.velocities[this.#side].fill(0, 3 * index, 3 * index + 3);
  }
}

function writeParams({ numbers }: World, params: Params): void {
  numbers[NUMBER.repulsion] = params.repulsion;
  numbers[NUMBER.attraction] = params.attraction;
  numbers[NUMBER.nearAttraction] = params.nearAttraction;
  numbers[NUMBER.damping] = params.damping;
  numbers[NUMBER.maxStep] = params.maxStep;
  numbers[NUMBER.thetaSquared] = params.theta * params.theta;
}

function writeRates({ numbers }: World, { rate, noise, noiseSeed }: StepRates): void {
  numbers[NUMBER.rate] = rate;
  numbers[NUMBER.noise] = noise;
  numbers[NUMBER.noiseSeed] = noiseSeed;
}

interface OrderKeeper {
  /** Renews the order if it is time. */
  keep(): void;
  drifted(meanMove: number): void;
  /** Something jumped. */
  renew(): void;
}

/** Renews the curve order when the nodes have drifted far enough to make the tree loose. */
function createOrderKeeper(world: World, team: Team): OrderKeeper {
  const scratch = new Uint32Array(world.nodeCount);
  let drift = Infinity, age = 0;
  return {
    keep() {
      if (drift < REORDER_DRIFT && (age < REORDER_STEPS || drift === 0)) return;
      const box = measureCurveBox(world.positions[world.control[CONTROL.parity]]);
      world.numbers[NUMBER.lowX] = box.lowX;
      world.numbers[NUMBER.lowY] = box.lowY;
      world.numbers[NUMBER.lowZ] = box.lowZ;
      world.numbers[NUMBER.cellsPerLength] = box.cellsPerLength;
      team.run(PHASE.key);
      sortByKey(world.keys, world.order, scratch);
      drift = age = 0;
    },
    drifted(meanMove: number) {
      drift += meanMove;
      age++;
    },
    renew() {
      drift = Infinity;
    },
  };
}

function sumPartials({ partials }: World): { move: number; scrubbed: number } {
  let move = 0, scrubbed = 0;
  for (let at = 0; at < partials.length; at += PARTIAL.stride) {
    move += partials[at + PARTIAL.move];
    scrubbed += partials[at + PARTIAL.scrubbed];
  }
  return { move, scrubbed };
}
