import { LIMITS } from "../limits.ts";
import type { ClusterReply } from "./cluster_worker.ts";
import type { ClusterInput } from "./louvain.ts";

/** Why clusters are not searched for, in a sentence; absent where they are. */
export function clusterProblem(edgeCount: number): string | undefined {
  const most = LIMITS.clusteredEdges.value;
  if (edgeCount <= most) return undefined;
  const [has, limit] = [edgeCount, most].map((count) => count.toLocaleString("en-US"));
  return `Clusters are found in graphs of at most ${limit} edges; this one has ${has}.`;
}

/** A search for clusters in a worker of its own. */
export interface ClusterSearch {
  /** Shape: one per node. Rejects when the search failed or was given up. */
  readonly clusterOf: Promise<Uint32Array>;
  giveUp(): void;
}

export function findClusters(input: ClusterInput): ClusterSearch {
  const { promise: clusterOf, resolve, reject } = Promise.withResolvers<Uint32Array>();
  const worker = new Worker(new URL("./cluster_worker.ts", import.meta.url), { type: "module" });
  const fail = (message: string) => reject(new Error(`The clusters could not be found: ${message}`));
  worker.onmessage = ({ data }: MessageEvent<ClusterReply>) => {
    worker.terminate();
    if ("failed" in data) fail(data.failed);
    else resolve(data.clusterOf);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    worker.terminate();
    fail(event.message);
  };
  const { nodeCount, sources, targets, weights, seed } = input;
  worker.postMessage({ nodeCount, sources, targets, weights, seed });
  return {
    clusterOf,
    giveUp() {
      worker.terminate();
      fail("the search was given up.");
    },
  };
}
