/** The nodes in this client's hand. */
import type { ServerEvent } from "../../protocol/graph/events.ts";
import type { Clock } from "./clock.ts";
import { dialect, type DragPhase } from "./dialect.ts";

export interface Drag {
  readonly id: number;
  readonly phase: DragPhase;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The server takes a node from a hand that says nothing for 500 ms: one that rests says the same place again. */
const REPEAT_MS = 200;

export class Drags {
  /** By node: how to stop repeating its place. */
  readonly #held = new Map<number, () => void>();
  /** Taken by somebody else: what comes of these drags until they end is not sent. */
  readonly #lost = new Set<number>();

  constructor(
    private readonly clock: Pick<Clock, "after">,
    private readonly send: (bytes: Uint8Array<ArrayBuffer>) => void,
  ) {}

  drag(drag: Drag): void {
    const { id, phase } = drag;
    if (phase === "start") this.#lost.delete(id);
    if (this.#lost.has(id)) {
      if (phase === "end") this.#lost.delete(id);
      return;
    }
    this.#stop(id);
    this.send(dialect.encodeDrag(drag));
    if (phase !== "end") this.#held.set(id, this.clock.after(REPEAT_MS, () => this.drag({ ...drag, phase: "move" })));
  }

  /** A node that was taken is out of this hand; and what the server refuses is not repeated until a hand moves. */
  hear(event: ServerEvent): void {
    if (event.type === "error") return this.#rest();
    if (event.type !== "released") return;
    this.#stop(event.data.id);
    if (event.data.reason === "taken") this.#lost.add(event.data.id);
  }

  #rest(): void {
    for (const id of [...this.#held.keys()]) this.#stop(id);
  }

  /** A hand that was interrupted has let go. */
  forget(): void {
    this.#rest();
    this.#lost.clear();
  }

  #stop(id: number): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }
}
