import type { Direction, Measure } from "../../gpu/mod.ts";
import type { NodeFrame } from "../../protocol/frame.ts";
import {
  createShortestPathFrame,
  type ShortestPathFrame,
  SSSP_KIND,
  SSSP_MAX_ID,
  SSSP_MAX_NODES,
  SSSP_NO_PARENT,
} from "../../protocol/graph/sssp.ts";
import type { GraphStore } from "../graph_store.ts";
import type { FoundPaths, PathFinder } from "./path_finder.ts";

/** Whose paths everybody sees, and what they add up. */
export interface PathSource {
  /** Wire id; absent: nobody's, and no node is reachable. */
  readonly source: number | undefined;
  readonly measure: Measure;
  readonly direction: Direction;
}

type Columns = Pick<ShortestPathFrame, "kinds" | "distances" | "parents"> & { readonly generation: number };

export interface SourcePathsOptions {
  /** The graph that frames are of at present. */
  readonly graph: () => GraphStore;
  readonly find: PathFinder["find"];
  /** Other paths than before are known. */
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * The shortest paths from the one source that all watchers of the dialect `sssp` share. They are found again when the
 * source or the graph's generation has changed; at most one search runs, and the last wish counts.
 */
export class SourcePaths {
  #asked: PathSource = { source: undefined, measure: "length", direction: "undirected" };
  #columns: Columns | undefined;
  /** What the running search is for. */
  #sought: { readonly asked: PathSource; readonly generation: number } | undefined;

  constructor(private readonly options: SourcePathsOptions) {}

  get asked(): PathSource {
    return this.#asked;
  }

  /** Whether the paths that were last asked for are known, on the graph as it is. */
  get isFound(): boolean {
    this.#seek();
    return this.#asked.source === undefined || this.#isKnown;
  }

  get #isKnown(): boolean {
    return this.#columns?.generation === this.options.graph().generation;
  }

  /** Paths from another source. Until they are known, no node is reachable. */
  set(asked: PathSource): void {
    this.#asked = asked;
    this.#columns = undefined;
    this.#seek();
    this.options.onChange();
  }

  /**
   * The frame with everybody's distance and parent; a view, as the frame is. Of a graph that has outgrown ids of 14
   * bits while it was served, no node.
   */
  frameOf(frame: NodeFrame): ShortestPathFrame {
    if (!fits(frame)) return createShortestPathFrame(0);
    this.#seek();
    const columns = this.#columns?.generation === frame.generation ? this.#columns : unreachable(this.options.graph());
    const { kinds, distances, parents } = columns;
    return { ...frame, kinds, distances, parents };
  }

  #seek(): void {
    if (this.#isKnown || this.#sought !== undefined) return;
    const { find } = this.options, asked = this.#asked, graph = this.options.graph(), { generation } = graph;
    const index = asked.source === undefined ? undefined : graph.indexOf(asked.source);
    if (index === undefined) {
      // A node that was just added is in the next graph; any other is gone.
      const isToCome = asked.source !== undefined && asked.source >= graph.nextId;
      if (!isToCome) this.#asked = { ...asked, source: undefined };
      this.#columns = unreachable(graph);
      return;
    }
    this.#sought = { asked, generation };
    find(graph, { source: index, measure: asked.measure, direction: asked.direction })
      .then((paths) => this.#end(paths), (error) => this.#fail(error));
  }

  #end(paths: FoundPaths): void {
    const graph = this.options.graph(), sought = this.#sought;
    this.#sought = undefined;
    if (sought?.asked !== this.#asked || paths.generation !== graph.generation) return this.#seek();
    this.#found(columnsOf(graph, paths));
  }

  /** No node is reachable, rather than that every frame asks for the same trouble again. */
  #fail(error: unknown): void {
    this.#sought = undefined;
    this.#found(unreachable(this.options.graph()));
    this.options.onFault(error);
  }

  #found(columns: Columns): void {
    this.#columns = columns;
    this.options.onChange();
  }
}

function fits({ count, ids }: NodeFrame): boolean {
  return count <= SSSP_MAX_NODES && ids.every((id) => id <= SSSP_MAX_ID);
}

function unreachable(graph: GraphStore): Columns {
  const { distances, parents } = createShortestPathFrame(graph.nodeCount);
  return { generation: graph.generation, kinds: kindsOf(graph), distances, parents };
}

function columnsOf(graph: GraphStore, { generation, distances, parents: indices }: FoundPaths): Columns {
  const parents = indices.map((index) => index < 0 ? SSSP_NO_PARENT : graph.ids[index]);
  return { generation, kinds: kindsOf(graph), distances, parents };
}

/** Nodes of a type named "agent" or "knowledge", in any case, are flagged as such. */
function kindsOf({ nodeCount, input }: GraphStore): Uint8Array {
  const kinds = input.typeNames.map((name) => {
    const word = name.toLowerCase();
    return word === "agent" ? SSSP_KIND.agent : word === "knowledge" ? SSSP_KIND.knowledge : SSSP_KIND.plain;
  });
  return Uint8Array.from({ length: nodeCount }, (_, index) => kinds[input.nodeTypes[index]]);
}
