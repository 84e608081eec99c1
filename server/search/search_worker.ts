/// <reference lib="deno.worker" />
/** The isolate that searches, so that no query can hold up the stream; it gives way to all other threads. One query at a time, one answer each, in order. */
import { giveWay } from "../give_way.ts";
import { createLabelIndex, type LabelChange, type LabelIndex, type Labels } from "./label_index.ts";

export type SearchRequest =
  | { readonly kind: "open" } & Labels
  | { readonly kind: "change" } & LabelChange
  | { readonly kind: "search"; readonly query: string };

/** Ids, best matches first. */
export type SearchReply = { readonly matches: Uint32Array } | { readonly failed: string };

giveWay();

let index: LabelIndex | undefined;

self.onmessage = ({ data }: MessageEvent<SearchRequest>) => {
  if (data.kind === "open") {
    index = createLabelIndex(data);
    return;
  }
  if (data.kind === "change") return index?.change(data);
  try {
    reply({ matches: index?.search(data.query) ?? new Uint32Array() });
  } catch (error) {
    reply({ failed: error instanceof Error ? error.message : String(error) });
  }
};

function reply(answer: SearchReply): void {
  self.postMessage(answer);
}
