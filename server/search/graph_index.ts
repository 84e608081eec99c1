import type { GraphStore } from "../graph_store.ts";
import { LIMITS } from "../limits.ts";
import type { SearchReply, SearchRequest } from "./search_worker.ts";

export interface SearchHit {
  readonly id: number;
  readonly label: string;
  readonly type: string;
  readonly degree: number;
}

export interface SearchResult {
  readonly total: number;
  readonly nodes: readonly SearchHit[];
}

/** More searches wait than are let wait. */
export class SearchBusyError extends Error {
  override readonly name = "SearchBusyError";
  constructor() {
    super("Too many searches are waiting: try again in a moment.");
  }
}

/** Finds nodes by label and key, in a worker of its own. */
export interface GraphIndex {
  /** Best matches first, equal ones by degree. The first search waits for the index. @throws {SearchBusyError} */
  search(query: string, limit: number): Promise<SearchResult>;
  /** What is pending rejects. */
  close(): void;
}

interface Pending {
  readonly resolve: (matches: Uint32Array) => void;
  readonly reject: (error: Error) => void;
}

export function openGraphIndex(store: GraphStore): GraphIndex {
  const { input } = store, pending: Pending[] = [];
  const worker = new Worker(new URL("./search_worker.ts", import.meta.url), { type: "module" });
  const ask = (request: SearchRequest) => worker.postMessage(request);
  const fail = (message: string) => pending.splice(0).forEach(({ reject }) => reject(new Error(message)));
  worker.onmessage = ({ data }: MessageEvent<SearchReply>) => {
    const asked = pending.shift();
    if ("failed" in data) asked?.reject(new Error(data.failed));
    else asked?.resolve(data.matches);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(`The search worker stopped: ${event.message}`);
  };
  ask({ kind: "open", labels: input.labels, keys: input.keys, degrees: store.degrees });

  const describe = (index: number): SearchHit => ({
    id: store.ids[index],
    label: input.labels[index],
    type: input.typeNames[input.nodeTypes[index]],
    degree: store.degrees[index],
  });
  return {
    async search(query, limit) {
      if (query.trim() === "") return { total: 0, nodes: [] };
      if (pending.length >= LIMITS.pendingSearches.value) throw new SearchBusyError();
      const { promise, resolve, reject } = Promise.withResolvers<Uint32Array>();
      pending.push({ resolve, reject });
      ask({ kind: "search", query });
      const matches = await promise;
      return { total: matches.length, nodes: Array.from(matches.subarray(0, limit), describe) };
    },
    close() {
      worker.terminate();
      fail("The search is closed.");
    },
  };
}
