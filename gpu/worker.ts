/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The isolate that owns the physics: chooses the engine, prepares, runs. It ends itself when told to close. */

import { chooseEngine, type ChosenEngine } from "./engines.ts";
import { openFrameWriter } from "./frame_ring.ts";
import { createInbox } from "./inbox.ts";
import type { StartPlaces } from "./api.ts";
import { createGround, enginesFor } from "./ground.ts";
import { continueLayout } from "./init/continue_layout.ts";
import { prepareLayout, type Progress, type StartLayout } from "./init/start_layout.ts";
import { runLiveLoop } from "./live_loop.ts";
import type { Command, LiveEvent, OpenMessage, WorkerMessage } from "./messages.ts";
import { createMeaning } from "./meaning/meaning.ts";
import { type Params, startParams } from "./params.ts";
import { createSimulation } from "./simulation.ts";

const inbox = createInbox<Command>();
const post = (event: LiveEvent) => self.postMessage(event);
const now = () => performance.now();
const sentenceOf = (error: unknown) => error instanceof Error ? error.message : String(error);

/** Progress is reported, and messages are looked at, this often while preparing. */
const PROGRESS_MS = 40;
/** A change that is prepared faster than this is not reported. */
const QUIET_MS = 400;

self.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
  if (data.kind === "open") live(data);
  else inbox.put(data);
};

async function live(message: OpenMessage): Promise<void> {
  try {
    const params = startParams(message.options);
    const chosen = await choose(message, params);
    if (chosen !== undefined) await prepareAndRun(message, { chosen, params });
  } catch (error) {
    post({ kind: "state", state: { kind: "failed", message: sentenceOf(error) } });
    await closeCommand();
  }
  inbox.close();
  post({ kind: "closed" });
  self.close();
}

async function choose({ graph, options }: OpenMessage, params: Params): Promise<ChosenEngine | undefined> {
  try {
    const chosen = await chooseEngine(graph, { ...options, params });
    post({ kind: "engine", engine: chosen.info });
    return chosen;
  } catch (error) {
    post({ kind: "refused", message: sentenceOf(error) });
    return undefined;
  }
}

interface Prepared {
  readonly chosen: ChosenEngine;
  readonly params: Params;
}

async function prepareAndRun(message: OpenMessage, { chosen, params }: Prepared): Promise<void> {
  const { graph, options, stats } = message, { start } = options;
  const report = (progress: Progress) => post({ kind: "state", state: { kind: "preparing", ...progress } });
  const preparation = start === undefined
    ? prepareLayout(graph, options)
    : continueLayout(graph, start.positions, options);
  const layout = await prepare(preparation, { report, quietMs: 0 });
  if (layout === undefined) return chosen.giveUp();
  const { open, openSpare } = enginesFor(chosen, graph);
  const engine = open(layout), frames = openFrameWriter(message.frames);
  let close = () => engine.close();
  try {
    const simulation = createSimulation({
      layout,
      engine,
      params,
      meaning: createMeaning(graph),
      pins: options.pins ?? [],
      ignoreStillness: options.ignoreStillness ?? false,
      heat: start && startHeat(start, params),
      openSpare,
    });
    close = () => simulation.close();
    const ground = createGround({
      ...{ graph, simulation, chosen, frames, post, layout: options },
      start: start === undefined ? "computed" : "given",
      prepare: (preparation, report) => prepare(preparation, { report, quietMs: QUIET_MS }),
    });
    await runLiveLoop({ ...options, simulation, ground, inbox, frames, stats, post, now });
  } finally {
    await close();
    chosen.giveUp();
  }
}

/** New nodes need warmth to find their places. */
function startHeat({ positions, heat }: StartPlaces, { reheat }: Params): number {
  return heat === undefined || !positions.every(Number.isFinite) ? Math.max(heat ?? 0, reheat) : heat;
}

interface Reporting {
  readonly report: (progress: Progress) => void;
  /** Nothing is reported before. */
  readonly quietMs: number;
}

/** Reports progress on the way; absent when told to close before the end. */
async function prepare(
  preparation: Generator<Progress, StartLayout>,
  { report, quietMs }: Reporting,
): Promise<StartLayout | undefined> {
  let due = now() + quietMs;
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) return value;
    if (now() < due) continue;
    due = now() + PROGRESS_MS;
    report(value);
    await inbox.breathe();
    if (inbox.has((command) => command.kind === "close")) return undefined;
  }
}

async function closeCommand(): Promise<void> {
  while (!inbox.drain().some((command) => command.kind === "close")) await inbox.sleep();
}
