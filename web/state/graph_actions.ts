import type { RestClient, RestError, Result, SimulationAction } from "../connection/rest_client.ts";
import { type AppState, canEdit, notify, type SearchResult } from "./app_state.ts";
import type { ScenePort } from "./scene_port.ts";

export interface GraphActionParts {
  readonly state: AppState;
  readonly rest: RestClient;
  readonly scene: () => ScenePort | undefined;
  /** Tells the server what is selected. */
  readonly announce: (id: number | undefined) => void;
  readonly reconnect: () => void;
  readonly sessionEnded: (reason: string) => void;
}

const RESULTS = 20;

/** What people do with a graph: find, look, hold, and steer the layout. */
export class GraphActions {
  readonly #parts: GraphActionParts;
  #reading = new AbortController();

  constructor(parts: GraphActionParts) {
    this.#parts = parts;
  }

  search(query: string, signal: AbortSignal): Promise<Result<SearchResult>> {
    return this.#parts.rest.search(query, RESULTS, { signal });
  }

  select(id: number | undefined): void {
    const { state, scene, announce } = this.#parts;
    if (state.selection.peek() === id) return;
    state.selection.value = id;
    scene()?.select(id);
    announce(id);
    void this.readDetails();
  }

  /** Selects a node and takes the camera there. */
  visit(id: number): void {
    this.select(id);
    this.#parts.scene()?.flyTo(id);
  }

  /** Reads the selected node from the server; a later selection cancels it. */
  async readDetails(): Promise<void> {
    const { state, rest } = this.#parts, id = state.selection.peek();
    this.#reading.abort();
    if (id === undefined) {
      state.details.value = { kind: "none" };
      return;
    }
    const reading = this.#reading = new AbortController(), shown = state.details.peek();
    if (shown.kind !== "ready" || shown.node.id !== id) state.details.value = { kind: "loading", id };
    const answer = await rest.node(id, { signal: reading.signal });
    if (reading.signal.aborted) return;
    if (answer.ok) {
      // After a restart of the server an id may be another node's.
      if (shown.kind === "ready" && shown.node.id === id && shown.node.key !== answer.value.key) this.select(undefined);
      else state.details.value = { kind: "ready", node: answer.value };
    } else if (!this.#ended(answer.error)) {
      state.details.value = { kind: "failed", id, message: answer.error.message };
    }
  }

  /** The graph is another one: what is selected is read again, or given up where it is gone. */
  graphChanged(ids: Uint32Array): void {
    const id = this.#parts.state.selection.peek();
    if (id === undefined) return;
    if (ids.includes(id)) void this.readDetails();
    else this.select(undefined);
  }

  async togglePin(): Promise<void> {
    const { state, rest } = this.#parts, id = state.selection.peek();
    if (id === undefined || !this.#mayEdit()) return;
    this.#report(await rest.pin(id, state.pins.peek().has(id) ? "free" : "pinned"));
  }

  async simulate(action: SimulationAction): Promise<void> {
    if (this.#mayEdit()) this.#report(await this.#parts.rest.simulate(action));
  }

  togglePause(): Promise<void> {
    return this.simulate(this.#parts.state.status.peek()?.state === "paused" ? "resume" : "pause");
  }

  fit(): void {
    this.#parts.scene()?.fit();
  }

  /** Units: radians. */
  orbit(azimuth: number, polar: number): void {
    this.#parts.scene()?.orbit(azimuth, polar);
  }

  zoom(factor: number): void {
    this.#parts.scene()?.zoom(factor);
  }

  reconnect(): void {
    this.#parts.reconnect();
  }

  #mayEdit(): boolean {
    const { state } = this.#parts, may = canEdit(state.session.peek());
    if (!may) notify(state, "info", "Viewers can look around but not change the layout.");
    return may;
  }

  #report(result: Result<undefined>): void {
    if (!result.ok && !this.#ended(result.error)) notify(this.#parts.state, "problem", result.error.message);
  }

  #ended({ status, message }: RestError): boolean {
    if (status === 401) this.#parts.sessionEnded(message);
    return status === 401;
  }
}
