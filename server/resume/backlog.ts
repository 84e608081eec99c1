import { Buffer } from "node:buffer";
import type { ServerEvent } from "../../protocol/graph/events.ts";
import { LIMITS } from "../limits.ts";

/** The events of one session that its client may ask for again: numbered from 1, the newest, within two bounds. */
export class Backlog {
  /** How often the session was resumed: what was handed out for an earlier time is used up. */
  resumptions = 0;
  #last = 0;
  #texts: string[] = [];
  #bytes = 0;

  /** The event as text, with its number. */
  add(event: ServerEvent): string {
    const text = JSON.stringify({ ...event, seq: ++this.#last });
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
    while (this.#texts.length > LIMITS.keptEvents.value || this.#bytes > LIMITS.keptEventBytes.value) this.#forget();
    return text;
  }

  /** What came after `sequence`, in order; nothing before it is kept any more. Absent where some of it is not kept. */
  after(sequence: number): readonly string[] | undefined {
    const before = this.#last - this.#texts.length;
    if (!Number.isInteger(sequence) || sequence < before || sequence > this.#last) return undefined;
    for (let known = before; known < sequence; known++) this.#forget();
    return [...this.#texts];
  }

  #forget(): void {
    this.#bytes -= Buffer.byteLength(this.#texts.shift() ?? "");
  }
}
