/** Opens the finder of shortest paths in a worker of its own; this isolate only passes messages. */

import type { PathEngine, PathQuestion, PathReply, PathRequest } from "./messages.ts";
import type { PathColumns } from "./path_graph.ts";
import type { Solved } from "./solvers.ts";

/**
 * From so many arcs on the GPU is asked, where the layout is on one: below, the CPU has the answer before the GPU's can
 * be read, which takes about 11 ms.
 */
const GPU_ARCS = 100_000;

export interface LivePathOptions {
  readonly engine: PathEngine;
  /** Arcs of the smallest graph that goes to the GPU. Default 100,000. */
  readonly gpuArcs?: number;
}

/** Shortest paths on one graph after another, found beside everything else. */
export interface LivePaths {
  /** The worker is gone: nothing more is found here. */
  readonly hasEnded: boolean;
  /** The graph of all later questions. Copied. */
  setGraph(columns: PathColumns): void;
  /** Rejects with a sentence where the graph or the source cannot be, or the worker is gone. */
  solve(question: PathQuestion): Promise<Solved>;
  /** What is pending rejects. Resolves when the worker has stopped by itself. */
  close(): Promise<void>;
}

/**
 * The worker is its own, neither this isolate nor the physics': one question can take as long as several steps, and
 * steps must not wait for it. A worker that owns a device is never terminated, it ends itself.
 */
export function openLivePaths({ engine, gpuArcs = GPU_ARCS }: LivePathOptions): LivePaths {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const pending: PromiseWithResolvers<Solved>[] = [], closed = Promise.withResolvers<void>();
  let ended: string | undefined;
  const ask = (request: PathRequest) => worker.postMessage(request);
  const end = (reason: string) => {
    ended ??= reason;
    for (const { reject } of pending.splice(0)) reject(new Error(ended));
  };
  worker.onmessage = ({ data }: MessageEvent<PathReply>) => {
    switch (data.kind) {
      case "solved":
        return pending.shift()?.resolve(data);
      case "failed":
        return pending.shift()?.reject(new Error(data.message));
      case "closed":
        return closed.resolve();
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(`The finder of shortest paths stopped: ${event.message}`);
    closed.resolve();
  };
  ask({ kind: "open", engine, gpuArcs });
  return {
    get hasEnded() {
      return ended !== undefined;
    },
    setGraph: (columns) => ask({ kind: "graph", columns }),
    solve(question) {
      if (ended !== undefined) return Promise.reject(new Error(ended));
      const answer = Promise.withResolvers<Solved>();
      pending.push(answer);
      ask({ kind: "solve", question });
      return answer.promise;
    },
    close() {
      if (ended === undefined) ask({ kind: "close" });
      end("The finder of shortest paths is closed.");
      return closed.promise;
    },
  };
}
