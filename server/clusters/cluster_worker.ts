/// <reference lib="deno.worker" />
/** The isolate that finds clusters, so that nothing waits for it. One question, one answer. */
import { clusterByLouvain, type ClusterInput } from "./louvain.ts";

export type ClusterReply = { readonly clusterOf: Uint32Array } | { readonly failed: string };

self.onmessage = ({ data }: MessageEvent<ClusterInput>) => {
  try {
    reply({ clusterOf: clusterByLouvain(data) });
  } catch (error) {
    reply({ failed: error instanceof Error ? error.message : String(error) });
  }
};

function reply(answer: ClusterReply): void {
  self.postMessage(answer);
}
