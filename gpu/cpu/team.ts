/**
 * Threads that work through one phase after the other. All state is in the `World`; whoever is free claims the next
 * item, and an item writes what it alone owns, so the result is the same for any number of threads.
 */

import { moveChunk } from "./move.ts";
import { keyChunk, refitChunk, sumSegment } from "./refit.ts";
import { CHUNK_POINTS, CONTROL, type World } from "./world.ts";

export const PHASE = { key: 1, refit: 2, move: 3, leave: 4 } as const;
export type Phase = typeof PHASE[keyof typeof PHASE];

export interface Team {
  /** Runs a phase to its end; blocks this isolate meanwhile. @throws Error when a thread failed. */
  run(phase: Phase): void;
  /** Resolves when the other threads have ended by themselves. */
  close(): Promise<void>;
}

/** Below this many nodes waking the others takes longer than the work. */
const SHARED_WORK_NODES = 1500;
/** So many bits of the start word count the helpers that take part; the rest count the starts. */
const CREW_BITS = 8;
const MAX_HELPERS = (1 << CREW_BITS) - 1;

/** Small worlds are one thread's work. */
export function usefulThreads(nodeCount: number, threads: number): number {
  return nodeCount < SHARED_WORK_NODES ? 1 : Math.max(1, Math.min(threads, MAX_HELPERS + 1));
}

/** How many helpers take part in the phase that a start word began. */
export const crewOf = (startWord: number): number => startWord & MAX_HELPERS;

/** Works on items of a phase until none is left. Called by every thread. */
export function workOn(world: World, phase: number): void {
  const chunks = Math.ceil(world.nodeCount / CHUNK_POINTS);
  const items = phase === PHASE.refit ? chunks + world.segments.length / 2 : chunks;
  for (;;) {
    const item = Atomics.add(world.control, CONTROL.nextItem, 1);
    if (item >= items) return;
    if (phase === PHASE.key) keyChunk(world, item);
    else if (phase === PHASE.move) moveChunk(world, item);
    else if (item < chunks) refitChunk(world, item);
    else sumSegment(world, item - chunks);
  }
}

/**
 * `threads` counts the calling one; where 1 is enough, no worker is started. Helpers take part as soon as they have
 * loaded: nobody waits for one that has not, or never will.
 */
export function openTeam(world: World, threads: number): Team {
  const helpers = Array.from({ length: usefulThreads(world.nodeCount, threads) - 1 }, () => openHelper(world));
  const { control } = world;
  let starts = 0;
  const start = (phase: Phase): number => {
    const crew = Atomics.load(control, CONTROL.joined);
    Atomics.store(control, CONTROL.nextItem, 0);
    Atomics.store(control, CONTROL.finished, 0);
    Atomics.store(control, CONTROL.phase, phase);
    Atomics.store(control, CONTROL.startWord, (++starts << CREW_BITS) | crew);
    Atomics.notify(control, CONTROL.startWord);
    return crew;
  };
  return {
    run(phase) {
      const crew = start(phase);
      workOn(world, phase);
      for (;;) {
        const finished = Atomics.load(control, CONTROL.finished);
        if (finished === crew) break;
        Atomics.wait(control, CONTROL.finished, finished);
      }
      if (Atomics.load(control, CONTROL.failed) > 0) throw new Error("A thread of the CPU engine failed.");
    },
    async close() {
      start(PHASE.leave);
      await Promise.all(helpers);
    },
  };
}

/** Resolves when the helper has left, or could not start. */
function openHelper(world: World): Promise<void> {
  const worker = new Worker(new URL("./helper.ts", import.meta.url), { type: "module" });
  worker.postMessage(world);
  return new Promise<void>((resolve) => {
    worker.onmessage = () => {
      worker.terminate();
      resolve();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      resolve();
    };
  });
}
