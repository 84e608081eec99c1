/** Positions that come over Q1, and the graph they belong to, which is read by REST: brought together by generation. */
import type { NodeFrame } from "../../protocol/frame.ts";
import type { Clock } from "../connection/clock.ts";
import type { Progress, RestClient, Topology } from "../connection/rest_client.ts";
import type { EdgeEnds } from "./scene_port.ts";

/** How long to wait before the graph is asked for again, try by try; after the last the user is told. */
export const RETRY_MS: readonly number[] = [250, 500, 1_000, 2_000, 4_000];

export interface Q1GraphParts {
  readonly rest: Pick<RestClient, "topology">;
  readonly clock: Pick<Clock, "after">;
  readonly on: {
    /** The first positions there are: their ids and edges are not known yet. */
    points(frame: NodeFrame): void;
    /** A graph, with the positions of the newest frame. */
    graph(nodes: NodeFrame, edges: EdgeEnds): void;
    /** A frame of the points or the graph that were handed on last. */
    positions(frame: NodeFrame, messageBytes: number): void;
    /** A frame of a graph that is not known yet: what was shown before stays. */
    passed(): void;
    progress: Progress;
    /** The graph could not be read, and is not asked for again before it changes or the connection does. */
    failed(sentence: string): void;
  };
}

const fits = (frame: NodeFrame, generation: number, count: number) =>
  frame.generation === generation && frame.count === count;

/** Invariant: of one connection; what an earlier one asked for is not heard. */
export class Q1Graph {
  readonly #parts: Q1GraphParts;
  #epoch = 0;
  #newest: NodeFrame | undefined;
  #newestBytes = 0;
  /** Whose frames are handed on: a graph, or points without one. */
  #shown: { readonly generation: number; readonly count: number } | undefined;
  #has: "nothing" | "points" | "graph" = "nothing";
  /** A graph that is ahead of the frames. */
  #ahead: Topology | undefined;
  #isAsking = false;
  #tries = 0;
  #gaveUpOn: number | undefined;
  #cancelRetry = () => {};

  constructor(parts: Q1GraphParts) {
    this.#parts = parts;
  }

  /** A new connection: which graph it serves is not known. */
  connected(): void {
    this.#epoch++;
    this.#cancelRetry();
    this.#newest =
      this.#shown =
      this.#ahead =
      this.#gaveUpOn =
        undefined;
    this.#isAsking = false;
    this.#tries = 0;
  }

  /** A graph came by another way: nothing less is shown in its place. */
  graphShown(): void {
    this.#has = "graph";
  }

  /** `frame` is kept, and may be written over by the next. */
  receive(frame: NodeFrame, bytes: number): void {
    const { on } = this.#parts, { generation, count } = frame;
    this.#newest = frame;
    this.#newestBytes = bytes;
    const isShown = this.#shown !== undefined && fits(frame, this.#shown.generation, this.#shown.count);
    if (isShown) on.positions(frame, bytes);
    if (isShown && this.#has === "graph") return;
    if (this.#ahead !== undefined && this.#show(this.#ahead)) return;
    if (this.#has === "nothing") {
      this.#has = "points";
      this.#shown = { generation, count };
      on.points(frame);
      on.positions(frame, bytes);
    } else if (!isShown) on.passed();
    const isAwaited = this.#ahead !== undefined && this.#ahead.generation > generation;
    if (!isAwaited && this.#gaveUpOn !== generation) void this.#ask();
  }

  /** Hands the graph on, if the newest frame is its. */
  #show(topology: Topology): boolean {
    const { generation, nodes, edges } = topology, newest = this.#newest;
    if (newest === undefined || !fits(newest, generation, nodes.count)) return false;
    this.#shown = { generation, count: nodes.count };
    this.#has = "graph";
    this.#ahead = this.#gaveUpOn = undefined;
    this.#tries = 0;
    const { positions, sequence } = newest;
    this.#parts.on.graph({ ...nodes, positions, sequence, generation }, edges);
    this.#parts.on.positions(newest, this.#newestBytes);
    return true;
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const epoch = this.#epoch, { rest, on } = this.#parts;
    const answer = await rest.topology((done, total) => epoch === this.#epoch && on.progress(done, total));
    const newest = this.#newest;
    if (epoch !== this.#epoch || newest === undefined) return;
    if (!answer.ok) return this.#retry(answer.error.message);
    this.#ahead = undefined;
    if (answer.value.generation > newest.generation) this.#ahead = answer.value;
    else if (!this.#show(answer.value)) return this.#retry("The server answers with an older graph.");
    this.#isAsking = false;
  }

  #retry(why: string): void {
    const delayMs = RETRY_MS[this.#tries++];
    if (delayMs === undefined) {
      this.#gaveUpOn = this.#newest?.generation;
      this.#isAsking = false;
      this.#tries = 0;
      return this.#parts.on.failed(`The graph could not be loaded. ${why} Reload the page to try again.`);
    }
    this.#cancelRetry = this.#parts.clock.after(delayMs, () => {
      this.#isAsking = false;
      void this.#ask();
    });
  }
}
