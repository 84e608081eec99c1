import type { AppliedChange } from "../graph_change.ts";
import type { GraphStore } from "../graph_store.ts";
import { LIMITS } from "../limits.ts";
import { traced } from "../trace.ts";
import type { LabelChange } from "./label_index.ts";
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
  /** Wire ids of all that match, as {@link search} finds them; some may have gone since. @throws {SearchBusyError} */
  matches(query: string): Promise<Uint32Array>;
  /** Finds what there is from now on. */
  follow(change: AppliedChange): void;
  /** What is pending rejects, and what is asked later. */
  close(): void;
}

const GONE = 0xffff_ffff;

interface Pending {
  readonly resolve: (matches: Uint32Array) => void;
  readonly reject: (error: Error) => void;
}

export function openGraphIndex(first: GraphStore): GraphIndex {
  let store = first;
  const pending: Pending[] = [];
  const worker = new Worker(new URL("./search_worker.ts", import.meta.url), { type: "module" });
  const ask = (request: SearchRequest) => worker.postMessage(request);
  let ended: string | undefined;
  const end = (message: string) => {
    ended ??= message;
    pending.splice(0).forEach(({ reject }) => reject(new Error(message)));
  };
  worker.onmessage = ({ data }: MessageEvent<SearchReply>) => {
    const asked = pending.shift();
    if ("failed" in data) asked?.reject(new Error(data.failed));
    else asked?.resolve(data.matches);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(`The search worker stopped: ${event.message}`);
  };
  const { ids, degrees, input: { labels, keys } } = first;
  ask({ kind: "open", ids, labels, keys, degrees });

  const describe = ({ ids, degrees, input }: GraphStore, index: number): SearchHit => ({
    id: ids[index],
    label: input.labels[index],
    type: input.typeNames[input.nodeTypes[index]],
    degree: degrees[index],
  });
  const find = async (query: string) => {
    if (query.trim() === "") return new Uint32Array();
    if (ended !== undefined) throw new Error(ended);
    if (pending.length >= LIMITS.pendingSearches.value) throw new SearchBusyError();
    const { promise, resolve, reject } = Promise.withResolvers<Uint32Array>();
    pending.push({ resolve, reject });
    ask({ kind: "search", query });
    return await promise;
  };
  const matchesOf = (query: string) =>
    traced("search", {}, async (span) => {
      const matches = await find(query);
      span.set({ "orrery.matches": matches.length });
      return matches;
    });
  return {
    matches: matchesOf,
    async search(query, limit) {
      const matches = await matchesOf(query);
      // Nodes may have gone since the worker looked.
      const nodes = matches.map((id) => store.indexOf(id) ?? GONE).filter((index) => index !== GONE);
      return { total: nodes.length, nodes: Array.from(nodes.subarray(0, limit), (index) => describe(store, index)) };
    },
    follow(change) {
      store = change.store;
      ask({ kind: "change", ...labelChange(change) });
    },
    close() {
      worker.terminate();
      end("The search is closed.");
    },
  };
}

function labelChange({ before, store, origins, removed }: AppliedChange): LabelChange {
  const { ids, input: { labels, keys } } = store;
  const added = [], degrees = [];
  for (let index = 0; index < store.nodeCount; index++) {
    const origin = origins[index], degree = store.degrees[index];
    if (origin < 0) added.push({ id: ids[index], label: labels[index], key: keys[index] });
    if (origin < 0 || before.degrees[origin] !== degree) degrees.push({ id: ids[index], degree });
  }
  return { removed: removed.map((index) => before.ids[index]), added, degrees };
}
