import type { RestClient } from "../connection/rest_client.ts";
import type { AppState, PathEnd, PathMeasure } from "./app_state.ts";
import type { ScenePort } from "./scene_port.ts";

export interface PathActionParts {
  readonly state: AppState;
  readonly rest: Pick<RestClient, "path">;
  readonly scene: () => Pick<ScenePort, "showPath"> | undefined;
  readonly sessionEnded: (reason: string) => void;
}

/** The way from one node to another: asked for, found, drawn, and put away. */
export class PathActions {
  readonly #parts: PathActionParts;
  #finding = new AbortController();

  constructor(parts: PathActionParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#parts.state.path.peek().kind !== "none";
  }

  /** Whether the next node that is pointed at is the other end. */
  get isChoosing(): boolean {
    return this.#parts.state.path.peek().kind === "choosing";
  }

  /** Begins at a node; the other end is chosen next. */
  begin(from: PathEnd): void {
    this.clear();
    this.#parts.state.path.value = { kind: "choosing", from };
  }

  /** Finds the way from where it began to this node; a later wish cancels it. */
  async findTo(to: PathEnd): Promise<void> {
    const { state, rest, scene } = this.#parts, shown = state.path.peek();
    if (shown.kind === "none") return;
    this.#finding.abort();
    const { signal } = this.#finding = new AbortController(), { from } = shown;
    state.path.value = { kind: "finding", from, to };
    const answer = await rest.path(from.id, to.id, { measure: state.pathMeasure.peek(), signal });
    if (signal.aborted) return;
    if (!answer.ok) return this.#fail({ from, to }, answer.error);
    const { path, ...ends } = answer.value;
    state.path.value = path === null ? { kind: "apart", ...ends } : { kind: "found", ...ends, path };
    scene()?.showPath(path?.nodes.map(({ id }) => id));
  }

  /** Shortest in what; the way that is shown is found anew. */
  setMeasure(measure: PathMeasure): void {
    const { state } = this.#parts, shown = state.path.peek();
    if (state.pathMeasure.peek() === measure) return;
    state.pathMeasure.value = measure;
    if (shown.kind !== "none" && shown.kind !== "choosing") void this.findTo(shown.to);
  }

  /** Another graph is shown, of these ids: the way is found anew in it while both ends are there, else put away. */
  graphChanged(ids: Uint32Array): void {
    const shown = this.#parts.state.path.peek();
    if (shown.kind === "none") return;
    const ends = shown.kind === "choosing" ? [shown.from] : [shown.from, shown.to];
    if (!ends.every(({ id }) => ids.includes(id))) this.clear();
    else if (shown.kind !== "choosing") void this.findTo(shown.to);
  }

  clear(): void {
    this.#finding.abort();
    this.#parts.state.path.value = { kind: "none" };
    this.#parts.scene()?.showPath(undefined);
  }

  #fail(ends: { from: PathEnd; to: PathEnd }, { status, message }: { status: number; message: string }): void {
    this.#parts.scene()?.showPath(undefined);
    if (status === 401) return this.#parts.sessionEnded(message);
    this.#parts.state.path.value = { kind: "failed", ...ends, message };
  }
}
