/** The worker's loop: applies commands, steps, hands over frames, and sleeps when there is nothing to do. */

import type { EngineInfo, FrameDetail, SimulationState } from "./api.ts";
import { foldEdits } from "./edit.ts";
import type { FrameWriter } from "./frame_ring.ts";
import type { Inbox } from "./inbox.ts";
import { type Command, type EditCommand, type LiveEvent, type StatsMemory, writeStats } from "./messages.ts";
import { createPublisher, type Publisher } from "./publisher.ts";
import type { Simulation } from "./simulation.ts";
import { createStepClock, type StepClock } from "./step_clock.ts";

/** Changes of what is simulated, made between steps. */
export interface Ground {
  /** Answers where the frames go from now on; absent when it was told to close meanwhile. */
  edit(command: EditCommand, report: Report): Promise<FrameWriter | undefined>;
  /** Back to the computed start. */
  reset(report: Report): Promise<void>;
}

export type Report = (state: SimulationState) => void;

export interface LiveLoopOptions {
  readonly simulation: Simulation;
  readonly ground: Ground;
  readonly inbox: Inbox<Command>;
  readonly frames: FrameWriter;
  readonly stats: StatsMemory;
  readonly post: (event: LiveEvent) => void;
  /** Milliseconds. */
  readonly now: () => number;
  readonly maxStepsPerSecond?: number;
  readonly maxFramesPerSecond?: number;
}

/** Steps are run for this long before messages are looked at. */
const SLICE_MS = 8;
const DEFAULT_FRAMES_PER_SECOND = 60;

/** Resolves after the command `close`; rejects when the engine fails and none can take over. */
export async function runLiveLoop(options: LiveLoopOptions): Promise<void> {
  const { simulation, inbox, post, now, stats, maxFramesPerSecond = DEFAULT_FRAMES_PER_SECOND } = options;
  const clock = createStepClock(options.maxStepsPerSecond);
  let detail: FrameDetail = "full";
  const publishTo = (frames: FrameWriter): Publisher =>
    createPublisher({
      simulation,
      frames,
      maxFramesPerSecond,
      detail,
      post: (ticket) => post({ kind: "frame", ticket }),
    });
  let publisher = publishTo(options.frames);
  const run = createRunControl(simulation);
  const announce = createAnnouncer(simulation, post);
  publisher.changed();
  publisher.offer(now());
  for (;;) {
    for (const command of foldEdits(inbox.drain())) {
      if (command.kind === "need") {
        detail = command.detail;
        publisher.need(detail);
        publisher.offer(now());
        continue;
      }
      if (command.kind === "edit" || command.kind === "reset") {
        // The engine is about to be replaced: nobody may be reading it.
        await publisher.flush();
        const frames = await change(command, { ground: options.ground, announce });
        if (frames !== undefined) publisher = publishTo(frames);
        // Told to close meanwhile: what follows was meant for a graph that will not be.
        else if (command.kind === "edit") break;
      } else run.apply(command);
      publisher.changed();
    }
    if (run.closing()) return publisher.flush();
    if (!run.wantsStep()) {
      await publisher.flush();
      clock.rest();
      writeFigures(stats, simulation, clock);
      announce(run.restingState());
      await inbox.sleep();
      continue;
    }
    announce({ kind: "moving" });
    const waitMs = clock.waitMs(now());
    if (waitMs > 0) {
      await inbox.sleep(waitMs);
      continue;
    }
    await runSlice({ simulation, run, clock, now });
    writeFigures(stats, simulation, clock);
    publisher.changed();
    publisher.offer(now());
    await inbox.breathe();
  }
}

type Needing = Extract<Command, { readonly kind: "need" }>;
type Reshaping = Extract<Command, { readonly kind: "edit" | "reset" }>;

async function change(command: Reshaping, { ground, announce }: { ground: Ground; announce: Report }) {
  if (command.kind === "edit") return await ground.edit(command, announce);
  await ground.reset(announce);
}

interface Slice {
  readonly simulation: Simulation;
  readonly run: RunControl;
  readonly clock: StepClock;
  readonly now: () => number;
}

/** Steps until the slice is over, the next step is not due yet, or none is wanted. */
async function runSlice({ simulation, run, clock, now }: Slice): Promise<void> {
  const end = now() + SLICE_MS;
  do {
    const start = now();
    await simulation.step();
    clock.stepped(start, now());
    run.stepped();
  } while (run.wantsStep() && now() < end && clock.waitMs(now()) <= 0);
}

interface RunControl {
  apply(command: Exclude<Command, Reshaping | Needing>): void;
  stepped(): void;
  wantsStep(): boolean;
  closing(): boolean;
  restingState(): SimulationState;
}

/** Whether to step: while nothing has settled or paused it, or as many times as was asked for. */
function createRunControl(simulation: Simulation): RunControl {
  let paused = false, ordered = 0, closing = false;
  return {
    stepped: () => void (ordered = Math.max(0, ordered - 1)),
    wantsStep: () => ordered > 0 || (!paused && simulation.settled === undefined),
    closing: () => closing,
    restingState() {
      const reason = simulation.settled;
      return paused || reason === undefined ? { kind: "paused" } : { kind: "settled", reason };
    },
    apply(command) {
      switch (command.kind) {
        case "pin":
          return simulation.pin(command.pin);
        case "unpin":
          return simulation.unpin(command.index);
        case "place":
          return command.pins.forEach((pin) => simulation.place(pin));
        case "pause":
        case "resume":
          ordered = 0;
          paused = command.kind === "pause";
          return;
        case "step":
          ordered += command.count;
          paused = true;
          return;
        case "params":
          return simulation.setParams(command.params);
        case "clusters":
          return simulation.setClusters(command.clusterOf);
        case "close":
          closing = true;
      }
    },
  };
}

/** Tells of a new state, and of another engine, once. */
function createAnnouncer(simulation: Simulation, post: (event: LiveEvent) => void): Report {
  let told = "", engine: EngineInfo = simulation.info;
  return (state) => {
    if (simulation.info !== engine) {
      engine = simulation.info;
      post({ kind: "engine", engine });
      told = "";
    }
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    post({ kind: "state", state });
  };
}

function writeFigures(stats: StatsMemory, simulation: Simulation, clock: StepClock): void {
  const { steps, alpha, meanMove, scrubbed, bytesReadBack } = simulation;
  writeStats(stats, {
    step: steps,
    alpha,
    meanMove,
    scrubbed,
    bytesReadBack,
    ...clock.figures(),
    stepTimes: clock.times,
  });
}
