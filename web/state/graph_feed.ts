/** What arrives from the server, put where it belongs: places into the scene, words into the state. */
import type { NodeFrame } from "../../protocol/frame.ts";
import type { ServerEvent, StatusData } from "../../protocol/graph/events.ts";
import type { RestClient } from "../connection/rest_client.ts";
import type { Labels } from "../connection/rest_schemas.ts";
import { type AppState, notify } from "./app_state.ts";
import { colorNodes } from "./coloring.ts";
import type { EdgeEnds, NodeNames, ScenePort } from "./scene_port.ts";

export interface GraphFeedParts {
  readonly state: AppState;
  readonly rest: Pick<RestClient, "labels" | "health">;
  readonly scene: () => ScenePort | undefined;
}

function namesOf(labels: Labels): { names: NodeNames; legend: AppState["legend"]["value"] } {
  const { slots, legend } = colorNodes(labels);
  return { names: { ...labels, slots }, legend };
}

export class GraphFeed {
  readonly #parts: GraphFeedParts;
  /** Grows with every graph, so that the names of one never land on another. */
  #graphs = 0;

  constructor(parts: GraphFeedParts) {
    this.#parts = parts;
  }

  /** A whole graph: replaces whatever there was. */
  graph(nodes: NodeFrame, edges: EdgeEnds): void {
    const { state, scene } = this.#parts;
    this.#graphs++;
    scene()?.load(nodes, edges);
    state.graph.value = { nodes: nodes.count, edges: edges.count };
    void this.#readNames(nodes.count);
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

  async #readNames(count: number): Promise<void> {
    const { state, rest, scene } = this.#parts, graph = this.#graphs;
    const progress = (done: number, total: number | undefined) => {
      if (graph === this.#graphs) state.loading.value = { what: "Loading names", unit: "bytes", done, total };
    };
    const answer = await rest.labels(progress);
    if (graph !== this.#graphs) return;
    if (state.loading.peek()?.unit === "bytes") state.loading.value = undefined;
    if (!answer.ok) return notify(state, "problem", `Names could not be loaded. ${answer.error.message}`);
    if (answer.value.labels.length !== count) return;
    const { names, legend } = namesOf(answer.value);
    scene()?.setNames(names);
    state.legend.value = legend;
  }
}
