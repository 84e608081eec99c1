/** The parameters of the layout, as everybody shares them. */
import type { LayoutChange, LayoutData } from "../../protocol/graph/events.ts";
import type { LayoutBody, RestClient, RestError } from "../connection/rest_client.ts";
import { type AppState, canEdit, type LayoutTable, notify } from "./app_state.ts";

export interface LayoutActionParts {
  readonly state: AppState;
  readonly rest: Pick<RestClient, "layout" | "setLayout">;
  readonly sessionEnded: (reason: string) => void;
}

export class LayoutActions {
  readonly #parts: LayoutActionParts;
  /** Values that are shown already and not sent yet. */
  #waiting = new Map<string, number>();
  #sent: ReadonlyMap<string, number> | undefined;

  constructor(parts: LayoutActionParts) {
    this.#parts = parts;
  }

  /** Reads the table; one that is known stays where the server does not answer. */
  async read(): Promise<void> {
    const { state, rest } = this.#parts, answer = await rest.layout();
    if (answer.ok) this.#show(answer.value);
    else if (answer.error.status !== 401) {
      notify(state, "problem", `The layout's parameters could not be read. ${answer.error.message}`);
    }
  }

  /** Somebody has changed something, or the server says how things are. */
  hear({ values, preset, change }: LayoutData): void {
    const { state } = this.#parts, table = state.layout.peek();
    if (table === undefined) return;
    const parameters = table.parameters.map((row) => ({ ...row, value: values[row.name] ?? row.value }));
    this.#show({ ...table, parameters, preset: preset ?? null });
    const own = change?.participant !== undefined && change.participant === state.status.peek()?.participant;
    if (change === undefined || own) return;
    notify(state, "info", wordsOf(change, state.layout.peek() ?? table), { topic: "layout" });
  }

  /** Shows a value at once and sends it; of those that wait for an earlier one only the newest goes. */
  set(name: string, value: number): void {
    const table = this.#parts.state.layout.peek();
    if (table === undefined || !this.#mayEdit()) return;
    this.#waiting.set(name, value);
    this.#show({ ...table, preset: null });
    if (this.#sent === undefined) void this.#send();
  }

  async choose(preset: string): Promise<void> {
    if (!this.#mayEdit()) return;
    this.#waiting.clear();
    await this.#ask({ preset });
  }

  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const sent = this.#sent = this.#waiting;
      this.#waiting = new Map();
      await this.#ask(Object.fromEntries(sent));
      this.#sent = undefined;
    }
  }

  async #ask(body: LayoutBody): Promise<void> {
    const { state, rest } = this.#parts, participant = state.status.peek()?.participant;
    const answer = await rest.setLayout({ ...body, ...(participant !== undefined && { participant }) });
    this.#sent = undefined;
    if (answer.ok) this.#show(answer.value);
    else this.#failed(answer.error);
  }

  /** What this person is changing stays as they have it. */
  #show(table: LayoutTable): void {
    const mine = (name: string) => this.#waiting.get(name) ?? this.#sent?.get(name);
    const parameters = table.parameters.map((row) => ({ ...row, value: mine(row.name) ?? row.value }));
    this.#parts.state.layout.value = { ...table, parameters };
  }

  #failed({ status, message }: RestError): void {
    if (status === 401) return this.#parts.sessionEnded(message);
    notify(this.#parts.state, "problem", message);
    void this.read();
  }

  #mayEdit(): boolean {
    const { state } = this.#parts, may = canEdit(state.session.peek());
    if (!may) notify(state, "info", "Viewers can look around but not change the layout.");
    return may;
  }
}

/** "ada set Repulsion to 20." */
function wordsOf({ user, preset, names = [] }: LayoutChange, { parameters, presets }: LayoutTable): string {
  if (preset === "default") return `${user} reset the layout.`;
  if (preset !== undefined) {
    return `${user} chose the layout “${presets.find(({ name }) => name === preset)?.label ?? preset}”.`;
  }
  const changed = parameters.filter(({ name }) => names.includes(name));
  if (changed.length === 0) return `${user} changed the layout.`;
  const [{ label, value }] = changed;
  return changed.length === 1
    ? `${user} set “${label}” to ${value}.`
    : `${user} changed “${label}” and ${changed.length - 1} more.`;
}
