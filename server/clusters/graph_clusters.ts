/** The clusters of the graph that is being served: found when somebody first asks, and anew when it has changed. */
import type { GraphStore } from "../graph_store.ts";
import { traced } from "../trace.ts";
import { clusterProblem, type ClusterSearch } from "./find_clusters.ts";
import { renumber } from "./renumber.ts";

/** A graph whose clusters are not searched for; the message says why. */
export class NoClusters extends Error {
  override readonly name = "NoClusters";
}

export interface GraphClustersOptions {
  /** As it is at present. */
  readonly graph: () => GraphStore;
  readonly find: (graph: GraphStore) => ClusterSearch;
}

export interface FoundClusters {
  readonly graph: GraphStore;
  /** Shape: one per node of `graph`. A cluster that outlives a change keeps its number. */
  readonly clusterOf: Uint32Array;
  /** The same clusters, numbered from 0 without gaps. */
  readonly groupOf: Uint32Array;
}

/**
 * At most one search runs, and it is let end: where changes come faster than searches go, what is known is some changes
 * old and never nothing.
 */
export class GraphClusters {
  readonly #options: GraphClustersOptions;
  #running: { readonly search: ClusterSearch; readonly found: Promise<FoundClusters> } | undefined;
  #newest: FoundClusters | undefined;

  constructor(options: GraphClustersOptions) {
    this.#options = options;
  }

  /** Of the present graph, or of the one before while that is searched. @throws {NoClusters} */
  async present(): Promise<FoundClusters> {
    const graph = this.#options.graph(), newest = this.#newest;
    if (newest?.graph.generation === graph.generation) return newest;
    const problem = clusterProblem(graph.edges.count);
    if (problem !== undefined) throw new NoClusters(problem);
    return await (this.#running ?? this.#start(graph)).found;
  }

  /** Of the graph as it is when they are found: where it has changed meanwhile, it is searched again. @throws {NoClusters} */
  async ofPresent(): Promise<FoundClusters> {
    let found = await this.present();
    while (found.graph.generation !== this.#options.graph().generation) found = await this.present();
    return found;
  }

  #start(graph: GraphStore) {
    const search = this.#options.find(graph);
    const sizes = { "orrery.nodes": graph.nodeCount, "orrery.edges": graph.edges.count };
    const found = traced("cluster search", sizes, () => this.#end(graph, search));
    return this.#running = { search, found };
  }

  async #end(graph: GraphStore, { clusterOf }: ClusterSearch): Promise<FoundClusters> {
    try {
      const found = await clusterOf, before = this.#newest;
      const named = before === undefined
        ? found
        : renumber({ ids: graph.ids, clusterOf: found }, { ids: before.graph.ids, clusterOf: before.clusterOf });
      return this.#newest = { graph, clusterOf: named, groupOf: found };
    } finally {
      this.#running = undefined;
    }
  }

  close(): void {
    this.#running?.search.giveUp();
  }
}
