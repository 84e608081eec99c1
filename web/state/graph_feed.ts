/** What arrives from the server, put where it belongs: places into the scene, words into the state. */
import type { NodeFrame } from "../../protocol/frame.ts";
import type { ServerEvent, StatusData } from "../../protocol/graph/events.ts";
import type { Clock } from "../connection/clock.ts";
import type { RestClient } from "../connection/rest_client.ts";
import type { Labels } from "../connection/rest_schemas.ts";
import { type AppState, type Legend, notify } from "./app_state.ts";
import { colorNodes } from "./coloring.ts";
import { Q1Graph } from "./q1_graph.ts";
import type { Arrival, EdgeEnds, NodeNames, ScenePort } from "./scene_port.ts";

export interface GraphFeedParts {
  readonly state: AppState;
  readonly rest: Pick<RestClient, "labels" | "health" | "topology">;
  readonly clock: Pick<Clock, "after">;
  readonly scene: () => ScenePort | undefined;
  /** Another graph than before is shown: its nodes, by wire id. */
  readonly onGraph: (ids: Uint32Array) => void;
  /** The newest frame of a Q1 connection is done with, though it was not shown. */
  readonly onPassed: () => void;
}

function namesOf(labels: Labels, shown: Legend | undefined): { names: NodeNames; legend: Legend } {
  const { slots, legend } = colorNodes(labels, shown);
  return { names: { ...labels, slots }, legend };
}

function sameIds(a: ArrayLike<number>, b: Uint32Array): boolean {
  return a.length === b.length && b.every((id, index) => id === a[index]);
}

export class GraphFeed {
  readonly #parts: GraphFeedParts;
  /** Grows with every graph, so that the names of one never land on another. */
  #graphs = 0;
  #arrival: Arrival = "connection";

  readonly #q1: Q1Graph;

  constructor(parts: GraphFeedParts) {
    this.#parts = parts;
    const { state, rest, clock, scene, onPassed } = parts;
    this.#q1 = new Q1Graph({
      ...{ rest, clock },
      on: {
        points: (frame) => {
          scene()?.showPoints(frame);
          state.graph.value = { nodes: frame.count };
        },
        graph: (nodes, edges) => this.graph(nodes, edges),
        positions: (frame, bytes) => scene()?.place(frame, bytes) ?? onPassed(),
        passed: onPassed,
        progress: (done, total) => {
          if (this.#arrival === "connection") {
            state.loading.value = { what: "Loading edges", unit: "bytes", done, total };
          }
        },
        failed: (sentence) => {
          this.#loaded();
          notify(state, "problem", sentence);
        },
      },
    });
  }

  /** Positions of a Q1 connection. */
  positions(frame: NodeFrame, messageBytes: number): void {
    this.#q1.receive(frame, messageBytes);
  }

  /** The next graph comes over a new connection. */
  connected(): void {
    this.#arrival = "connection";
    this.#q1.connected();
  }

  #loaded(): void {
    const { loading } = this.#parts.state;
    if (loading.peek()?.unit === "bytes") loading.value = undefined;
  }

  /** A whole graph: the one there was, changed, or whatever a new connection serves. */
  graph(nodes: NodeFrame, edges: EdgeEnds): void {
    const { state, scene, onGraph } = this.#parts, arrival = this.#arrival;
    this.#graphs++;
    this.#arrival = "change";
    this.#loaded();
    this.#q1.graphShown();
    scene()?.load(nodes, edges, arrival);
    scene()?.select(state.selection.peek());
    state.graph.value = { nodes: nodes.count, edges: edges.count };
    onGraph(nodes.ids);
    void this.#readNames(nodes.ids.slice(), arrival);
  }

  event(event: ServerEvent): void {
    const { state, scene } = this.#parts;
    switch (event.type) {
      case "status":
        state.status.value = event.data;
        this.#showPreparing(event.data);
        break;
      case "pins":
        state.pins.value = new Set(event.data.ids);
        scene()?.setPins(event.data.ids);
        break;
      case "error":
        notify(state, "problem", event.data.message);
        break;
    }
  }

  /** Asks for the title; a server that does not say keeps the old one. */
  async readTitle(): Promise<void> {
    const answer = await this.#parts.rest.health();
    if (answer.ok) this.#parts.state.name.value = answer.value.name;
  }

  #showPreparing({ state: phase, detail, done, total }: StatusData): void {
    const { loading } = this.#parts.state;
    if (phase === "preparing") loading.value = { what: detail ?? "Preparing", unit: "count", done, total };
    else if (loading.peek()?.unit === "count") loading.value = undefined;
  }

  /** Names of a changed graph come behind its back: those there were are still shown. */
  async #readNames(ids: Uint32Array, arrival: Arrival): Promise<void> {
    const { state, rest, scene } = this.#parts, graph = this.#graphs;
    const progress = (done: number, total: number | undefined) => {
      if (graph === this.#graphs && arrival === "connection") {
        state.loading.value = { what: "Loading names", unit: "bytes", done, total };
      }
    };
    const answer = await rest.labels(progress);
    if (graph !== this.#graphs) return;
    this.#loaded();
    if (!answer.ok) return notify(state, "problem", `Names could not be loaded. ${answer.error.message}`);
    // Names of a graph that has changed again: it is on its way, and its names are asked for then.
    if (!sameIds(answer.value.ids, ids)) return;
    const { names, legend } = namesOf(answer.value, arrival === "change" ? state.legend.peek() : undefined);
    scene()?.setNames(names);
    state.legend.value = legend;
  }
}
