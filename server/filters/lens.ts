/** What the watchers with one filter see of every frame: gathered and encoded once for all of them. */
import type { NodeFrame } from "../../protocol/frame.ts";
import type { ShortestPathFrame } from "../../protocol/graph/sssp.ts";
import type { EdgeColumns, NodeFilter } from "../../protocol/graph/v4.ts";
import { type FrameEncoderOptions, FrameEncoders, type PathsOf } from "../frame_encoders.ts";
import type { GraphStore } from "../graph_store.ts";
import { SearchBusyError } from "../search/graph_index.ts";
import { gather, type Gathered, gatherPaths } from "./gather.ts";
import { edgesAmong, selectNodes } from "./node_filter.ts";

/** Nodes that only others than the graph can name, by wire id. */
export interface LookedUp {
  /** One list for every field that named some. */
  readonly lists: readonly Uint32Array[];
  /** The graph that was looked at. */
  readonly generation: number;
}

export interface LensOptions {
  /** The graph that frames are of at present. */
  readonly graph: () => GraphStore;
  /** Absent: the graph alone can tell. */
  readonly lookUp?: () => Promise<LookedUp>;
  /** For every set of nodes another one, which no graph has. */
  readonly nextGeneration: () => number;
  /** There are other nodes to see than before, of the same frame. */
  readonly onChange: (lens: Lens) => void;
  readonly onFault: (error: unknown) => void;
  /** Least time between two frames. */
  readonly gapMs: () => number;
  readonly encoding: Omit<FrameEncoderOptions, "graph">;
}

interface Subset {
  readonly graph: GraphStore;
  /** Ascending. */
  readonly indices: Uint32Array;
  readonly generation: number;
  readonly gathered: Gathered;
}

/** Frames of a subset that Q1's deltas can start from. Fewer than of the whole graph, since there are many subsets. */
const Q1_HISTORY = 8;

/** Of the newest frame in the mean. */
const COST_SHARE = 0.25;

export class Lens {
  readonly encoders: FrameEncoders;
  readonly #options: LensOptions;
  #lists: readonly Uint32Array[] = [];
  /** The generation that `lists` are of. */
  #soughtFor = 0;
  #isSeeking = false;
  #isClosed = false;
  #seenMs = -Infinity;
  #spentMs = 0;
  #costMs = 0;
  #subset: Subset | undefined;
  #edges: EdgeColumns | undefined;
  #seen: { readonly frame: NodeFrame; readonly subset: Subset; readonly view: NodeFrame } | undefined;

  constructor(readonly filter: NodeFilter, options: LensOptions) {
    this.#options = options;
    const edges = () => this.#edgesNow(), { pathsOf } = options.encoding;
    this.encoders = new FrameEncoders({
      ...options.encoding,
      q1History: Q1_HISTORY,
      graph: {
        get edges() {
          return edges();
        },
      },
      pathsOf: pathsOf && ((view) => this.#pathsOf(view, pathsOf)),
    });
  }

  /** Looks up what others have to name. @throws Whatever the look-up does. */
  async open(): Promise<void> {
    const { lookUp } = this.#options;
    if (lookUp !== undefined) this.#found(await lookUp());
  }

  /** Nodes that pass at present. */
  get count(): number {
    return this.#subsetNow().indices.length;
  }

  /** The frame with the nodes that pass, in its order; a view that the next one overwrites. */
  view(frame: NodeFrame): NodeFrame {
    const seen = this.#seen, subset = this.#subsetNow();
    if (seen?.frame === frame && seen.subset === subset) return seen.view;
    this.#costMs += COST_SHARE * (this.#spentMs - this.#costMs);
    this.#spentMs = 0;
    this.#seenMs = this.#options.encoding.now();
    const view = { ...frame, ...subset.gathered(frame), generation: subset.generation };
    this.encoders.renew();
    this.#seen = { frame, subset, view };
    return view;
  }

  /** Time that went into gathering and encoding. */
  spent(ms: number): void {
    this.#spentMs += ms;
  }

  /** What a frame takes, for all who look through it, as a mean of recent ones. */
  get costMs(): number {
    return this.#costMs;
  }

  /** Whether there is time to show it: it is made already, or the frame before is long enough ago. */
  hasTimeFor(frame: NodeFrame, nowMs: number): boolean {
    return this.#seen?.frame === frame || nowMs - this.#seenMs >= this.#options.gapMs();
  }

  close(): void {
    this.#isClosed = true;
  }

  #subsetNow(): Subset {
    const { graph: graphNow, nextGeneration } = this.#options, graph = graphNow();
    if (this.#soughtFor < graph.generation) this.#seek();
    if (this.#subset?.graph === graph) return this.#subset;
    return this.#take(graph, selectNodes(graph, this.filter, this.#lists), nextGeneration());
  }

  #take(graph: GraphStore, indices: Uint32Array, generation: number): Subset {
    this.#edges = undefined;
    return this.#subset = { graph, indices, generation, gathered: gather(graph, indices) };
  }

  /** What was named before the graph changed is good until it has been looked up again. */
  #seek(): void {
    const { lookUp, onFault, graph } = this.#options, { generation } = graph();
    if (lookUp === undefined || this.#isSeeking) return;
    this.#isSeeking = true;
    lookUp().then((found) => this.#foundAgain(found), (error) => {
      if (error instanceof SearchBusyError) return;
      // Not asked again before the next change: whatever failed would fail with every frame.
      this.#soughtFor = generation;
      if (!this.#isClosed) onFault(error);
    }).finally(() => this.#isSeeking = false);
  }

  #found({ lists, generation }: LookedUp): void {
    this.#lists = lists;
    this.#soughtFor = generation;
  }

  #foundAgain(found: LookedUp): void {
    if (this.#isClosed) return;
    this.#found(found);
    const graph = this.#options.graph(), before = this.#subset;
    const indices = selectNodes(graph, this.filter, found.lists);
    if (before?.graph === graph && isSame(before.indices, indices)) return;
    this.#take(graph, indices, this.#options.nextGeneration());
    this.#options.onChange(this);
  }

  #edgesNow(): EdgeColumns {
    const { graph, indices } = this.#subsetNow();
    return this.#edges ??= indices.length === graph.nodeCount ? graph.edges : edgesAmong(graph, indices);
  }

  #pathsOf(view: NodeFrame, pathsOf: PathsOf): ShortestPathFrame {
    const seen = this.#seen;
    if (seen?.view !== view) throw new TypeError("Cannot tell the paths of a frame that was not looked at last.");
    return gatherPaths(view, pathsOf(seen.frame), seen.subset.indices);
  }
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((index, at) => index === other[at]);
}
