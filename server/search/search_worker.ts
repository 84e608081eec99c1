/// <reference lib="deno.worker" />
/** The isolate that searches, so that no query can hold up the stream. One query at a time, one answer each, in order. */
import { createLabelIndex, type LabelIndex, type Labels } from "./label_index.ts";

export type SearchRequest =
  | { readonly kind: "open" } & Labels
  | { readonly kind: "search"; readonly query: string };

/** Dense indices, best matches first. */
export type SearchReply = { readonly matches: Uint32Array } | { readonly failed: string };

let index: LabelIndex | undefined;

self.onmessage = ({ data }: MessageEvent<SearchRequest>) => {
  if (data.kind === "open") {
    index = createLabelIndex(data);
    return;
  }
  try {
    reply({ matches: index?.search(data.query) ?? new Uint32Array() });
  } catch (error) {
    reply({ failed: error instanceof Error ? error.message : String(error) });
  }
};

function reply(answer: SearchReply): void {
  self.postMessage(answer);
}
