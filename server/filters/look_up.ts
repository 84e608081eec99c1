/** Nodes by their names and clusters, which the graph alone cannot tell. */
import type { NodeFilter } from "../../protocol/graph/v4.ts";
import type { GraphClusters } from "../clusters/graph_clusters.ts";
import type { GraphStore } from "../graph_store.ts";
import type { GraphIndex } from "../search/graph_index.ts";
import type { LookedUp } from "./lens.ts";
import { membersOf } from "./node_filter.ts";

export interface LookUpOptions {
  /** As it is at present, which frames may not know of yet. */
  readonly graph: () => GraphStore;
  readonly index: Pick<GraphIndex, "matches">;
  readonly clusters: Pick<GraphClusters, "present">;
}

/** @throws {SearchBusyError} @throws {NoClusters} */
export type LookUp = (filter: Pick<NodeFilter, "search" | "clusters">) => Promise<LookedUp>;

export function createLookUp({ graph, index, clusters }: LookUpOptions): LookUp {
  return async ({ search, clusters: wanted }) => {
    const { generation } = graph();
    const [named, found] = await Promise.all([
      search === undefined ? undefined : index.matches(search),
      wanted === undefined ? undefined : clusters.present(),
    ]);
    const lists = named === undefined ? [] : [named];
    if (wanted === undefined || found === undefined) return { lists, generation };
    lists.push(membersOf(found.graph, found.clusterOf, wanted));
    return { lists, generation: Math.min(generation, found.graph.generation) };
  };
}
