/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The isolate that owns the physics: chooses the engine, prepares, runs. It ends itself when told to close. */

import { chooseEngine, type ChosenEngine } from "./engines.ts";
import { openFrameWriter } from "./frame_ring.ts";
import { createInbox } from "./inbox.ts";
import { prepareLayout, type StartLayout } from "./init/start_layout.ts";
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
  const { graph, options, frames, stats } = message;
  const layout = await prepare(message);
  if (layout === undefined) return chosen.giveUp();
  const engine = chosen.open(layout);
  let close = () => engine.close();
  try {
    const simulation = createSimulation({
      layout,
      engine,
      params,
      meaning: createMeaning(graph),
      pins: options.pins ?? [],
      ignoreStillness: options.ignoreStillness ?? false,
      openSpare: chosen.openSpare,
    });
    close = () => simulation.close();
    await runLiveLoop({ ...options, simulation, inbox, frames: openFrameWriter(frames), stats, post, now });
  } finally {
    await close();
  }
}

/** Reports progress on the way; absent when told to close before the end. */
async function prepare({ graph, options }: OpenMessage): Promise<StartLayout | undefined> {
  const preparation = prepareLayout(graph, options);
  let due = now();
  for (;;) {
    const { done, value } = preparation.next();
    if (done === true) return value;
    if (now() < due) continue;
    due = now() + PROGRESS_MS;
    post({ kind: "state", state: { kind: "preparing", ...value } });
    await inbox.breathe();
    if (inbox.has((command) => command.kind === "close")) return undefined;
  }
}

async function closeCommand(): Promise<void> {
  while (!inbox.drain().some((command) => command.kind === "close")) await inbox.sleep();
}
