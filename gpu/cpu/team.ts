/**
 * Threads that work through one phase after the other. All state is in the `World`; whoever is free claims the next
 * item, and an item writes what it alone owns, so the result is the same for any number of threads.
 */

import { sumSegment } from "./anchors.ts";
import type { Kernels } from "./kernels.ts";
import { CHUNK_POINTS, CONTROL, SUBTREE_LEAVES, type World } from "./world.ts";

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

/** What a helper is given: the world, and which of its scratches is its own. */
export interface HelperStart {
  readonly world: World;
  readonly thread: number;
}

/** Works on items of a phase until none is left. Called by every thread, with its own kernels. */
export function workOn(world: World, kernels: Kernels, phase: number): void {
  const subtrees = Math.ceil(world.shape.leaves / SUBTREE_LEAVES);
  const items = phase === PHASE.refit
    ? subtrees + world.segments.length / 2
    : Math.ceil(world.nodeCount / CHUNK_POINTS);
  for (;;) {
    const item = Atomics.add(world.control, CONTROL.nextItem, 1);
    if (item >= items) return;
    if (phase === PHASE.key) kernels.writeKeys(item);
    else if (phase === PHASE.move) kernels.moveChunk(item);
    else if (item < subtrees) kernels.refitSubtree(item);
    else sumSegment(world, item - subtrees);
  }
}

/**
 * As many threads as the world has scratch for, the calling one among them; where that is enough, no worker is started.
 * Helpers take part as soon as they have loaded: nobody waits for one that has not, or never will.
 */
export function openTeam(world: World, kernels: Kernels): Team {
  const helpers = world.scratch.slice(1).map((_, k) => openHelper({ world, thread: k + 1 }));
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
      workOn(world, kernels, phase);
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
function openHelper(start: HelperStart): Promise<void> {
  const worker = new Worker(new URL("./helper.ts", import.meta.url), { type: "module" });
  worker.postMessage(start);
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
