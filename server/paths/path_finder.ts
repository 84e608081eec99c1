import {
  type LivePaths,
  openLivePaths,
  type PathEngine,
  type PathQuestion,
  type ShortestPaths,
} from "../../gpu/mod.ts";
import type { GraphStore } from "../graph_store.ts";
import { LIMITS } from "../limits.ts";
import { traced } from "../trace.ts";

/** More questions wait than are let wait. */
export class PathsBusyError extends Error {
  override readonly name = "PathsBusyError";
  constructor() {
    super("Too many questions for paths are waiting: try again in a moment.");
  }
}

/** Dense indices of the graph as it was at `generation`. */
export interface FoundPaths extends ShortestPaths {
  readonly generation: number;
}

/** Finds shortest paths in a worker that starts with the first question, and with the first after a worker died. */
export interface PathFinder {
  /** On this graph, which is not to change but by one of another generation. @throws {PathsBusyError} */
  find(graph: GraphStore, question: PathQuestion): Promise<FoundPaths>;
  /** What is pending rejects. */
  close(): Promise<void>;
}

export interface PathFinderOptions {
  /** Where the layout is computed: there the paths are found, too, when the graph is large. */
  readonly engine: () => PathEngine;
  readonly open?: typeof openLivePaths;
}

/** An edge's weight is its length. A graph is sent to the worker when another generation is asked about than before. */
export function openPathFinder({ engine, open = openLivePaths }: PathFinderOptions): PathFinder {
  let paths: LivePaths | undefined, sent: number | undefined, waiting = 0;
  const find: PathFinder["find"] = async (graph, question) => {
    const { generation, nodeCount, input: { sources, targets, weights } } = graph;
    if (waiting >= LIMITS.pendingPaths.value) throw new PathsBusyError();
    if (paths === undefined || paths.hasEnded) {
      paths = open({ engine: engine() });
      sent = undefined;
    }
    if (sent !== generation) paths.setGraph({ nodeCount, sources, targets, lengths: weights });
    sent = generation;
    waiting++;
    try {
      const { paths: found } = await paths.solve(question);
      return { ...found, generation };
    } finally {
      waiting--;
    }
  };
  return {
    find: (graph, question) =>
      traced("shortest paths", { "orrery.nodes": graph.nodeCount }, () => find(graph, question)),
    close: () => paths?.close() ?? Promise.resolve(),
  };
}
