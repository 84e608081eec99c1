/** What a simulation stands on: the present graph, where its nodes began, and how both are replaced while it runs. */

import type { PhysicsGraph } from "./api.ts";
import { carryOver } from "./edit.ts";
import type { ChosenEngine } from "./engines.ts";
import { createFrameRingMemory, type FrameWriter, openFrameWriter } from "./frame_ring.ts";
import { continueLayout } from "./init/continue_layout.ts";
import { prepareLayout, type Progress, type StartLayout, type StartOptions } from "./init/start_layout.ts";
import type { Ground } from "./live_loop.ts";
import { createMeaning } from "./meaning/meaning.ts";
import type { LiveEvent } from "./messages.ts";
import type { Replacement, Simulation } from "./simulation.ts";

export interface GroundOptions {
  readonly graph: PhysicsGraph;
  /** `computed`: the simulation began where `prepareLayout` puts the nodes. */
  readonly start: "computed" | "given";
  readonly simulation: Simulation;
  readonly chosen: ChosenEngine;
  readonly layout: StartOptions;
  readonly frames: FrameWriter;
  readonly post: (event: LiveEvent) => void;
  /** Runs a preparation to its end, reporting; absent when told to close before. */
  readonly prepare: (
    preparation: Generator<Progress, StartLayout>,
    report: (progress: Progress) => void,
  ) => Promise<StartLayout | undefined>;
}

/** How engines of the chosen kind are opened for a graph. */
export function enginesFor({ open, openSpare }: ChosenEngine, graph: PhysicsGraph): Engines {
  return {
    open: (layout, params) => open(layout, graph, params),
    openSpare: openSpare && ((layout, reason) => openSpare(layout, graph, reason)),
  };
}

type Engines = Pick<Replacement, "open" | "openSpare">;

export function createGround(options: GroundOptions): Ground {
  const { simulation, chosen, post, prepare } = options;
  let { graph, start, frames } = options;
  return {
    async edit({ generation, edit }, report) {
      const size = 3 * simulation.nodeCount, positions = new Float32Array(size);
      await simulation.readInto(positions, new Float32Array(size));
      const preparation = continueLayout(edit.graph, carryOver(positions, edit), options.layout);
      const layout = await prepare(preparation, (progress) => report({ kind: "preparing", ...progress }));
      if (layout === undefined) return undefined;
      const { graph: next, origins } = edit, meaning = createMeaning(next);
      await simulation.replace({ layout, meaning, ...enginesFor(chosen, next), origins, heat: "warm" });
      graph = next;
      start = "given";
      const memory = createFrameRingMemory(graph.nodeCount);
      frames = openFrameWriter(memory, frames.next);
      post({ kind: "graph", generation, frames: memory });
      return frames;
    },
    async reset(report) {
      if (start === "computed") return simulation.reset();
      const preparation = prepareLayout(graph, options.layout);
      const layout = await prepare(preparation, (progress) => report({ kind: "preparing", ...progress }));
      if (layout === undefined) return;
      await simulation.replace({ layout, ...enginesFor(chosen, graph), heat: "hot" });
      start = "computed";
    },
  };
}
