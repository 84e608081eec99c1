/** The mailbox between the program and the worker that finds shortest paths. */

import type { Direction, Measure, PathColumns, ShortestPaths } from "./path_graph.ts";

/** `webgpu`: on the graphics adapter, where there is one and the graph is large enough for it. */
export type PathEngine = "cpu" | "webgpu";

export interface PathQuestion {
  readonly source: number;
  readonly measure: Measure;
  readonly direction: Direction;
}

export type PathRequest =
  /** The first message. Graphs of so many arcs and more are the GPU's. */
  | { readonly kind: "open"; readonly engine: PathEngine; readonly gpuArcs: number }
  /** The graph that later questions are about. */
  | { readonly kind: "graph"; readonly columns: PathColumns }
  | { readonly kind: "solve"; readonly question: PathQuestion }
  | { readonly kind: "close" };

/** One for each `solve`, in order, and one for `close`. */
export type PathReply =
  | { readonly kind: "solved"; readonly paths: ShortestPaths; readonly engine: PathEngine }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "closed" };
