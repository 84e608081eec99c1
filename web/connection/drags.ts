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

/** The server takes a node from a hand that says nothing for so long. */
const IDLE_MS = 500;
/** One that rests says the same place again. */
const REPEAT_MS = 200;

interface Held {
  /** What was said of it last, or could not be. */
  readonly last: Drag;
  /** How to stop repeating it. */
  readonly cancel: () => void;
}

const nothing = () => {};

export class Drags {
  readonly #held = new Map<number, Held>();
  /** Taken by somebody else: what comes of these drags until they end is not sent. */
  readonly #lost = new Set<number>();
  #interruptedAtMs = -Infinity;

  constructor(
    private readonly clock: Pick<Clock, "now" | "after">,
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
    if (phase === "end") return;
    const cancel = this.clock.after(REPEAT_MS, () => this.drag({ ...drag, phase: "move" }));
    this.#held.set(id, { last: drag, cancel });
  }

  /** There is no connection: what cannot be said of a held node is remembered. */
  miss(drag: Drag): void {
    if (this.#held.has(drag.id)) this.#held.set(drag.id, { last: drag, cancel: nothing });
  }

  /** The connection is lost. */
  interrupt(): void {
    for (const { cancel } of this.#held.values()) cancel();
    this.#interruptedAtMs = this.clock.now();
  }

  /** It goes on: a hand that was not away for longer than a hand may rest still holds what it held. */
  takeUp(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    if (this.clock.now() - this.#interruptedAtMs >= IDLE_MS) return;
    for (const { last } of held) this.drag(last.phase === "start" ? { ...last, phase: "move" } : last);
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

  /** Another connection knows of no hand. */
  forget(): void {
    this.#rest();
    this.#lost.clear();
  }

  #stop(id: number): void {
    this.#held.get(id)?.cancel();
    this.#held.delete(id);
  }
}
