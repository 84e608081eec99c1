/** What an attack is, and how it tells what came of it. */
import { LIMITS } from "../../server/limits.ts";
import { CLOSE, RawClient } from "../../tests/server/transport/raw_client.ts";

export const ENGINES = ["ws", "deno"] as const;
export type Engine = typeof ENGINES[number];

/** A running server and a token for it. */
export interface Target {
  readonly engine: Engine;
  readonly port: number;
  readonly token: string;
  /** How much of its time limits the server has: 1, and less in a test. */
  readonly patience: number;
}

export interface Attack {
  readonly name: string;
  /** What the documentation says will happen. */
  readonly documented: string;
  /** What is seen to happen, engine by engine: the outcome must match. */
  readonly expected: Readonly<Record<Engine, RegExp>>;
  /** Why the built-in engine does something else. */
  readonly lacks?: string;
  /** Memory that the server keeps for a while, and has a reason to. */
  readonly keepsBytes?: number;
  /** It waits for one of the server's time limits. */
  readonly isPatient?: true;
  /** Returns what came of it, in words. `share`: how much of it, 1 for all; less in a test, where it counts something. */
  run(target: Target, share: number): Promise<string>;
}

/** Path and query of a graph socket. */
export function socketTarget({ token }: Pick<Target, "token">, query = "", path = "/ws"): string {
  return `${path}?token=${token}${query}`;
}

export function upgraded(target: Target, query = "", path = "/ws"): Promise<RawClient> {
  return RawClient.upgrade(target.port, { target: socketTarget(target, query, path) });
}

/** A time limit of the target. Units: ms. */
export function limitMs({ patience }: Target, limit: "headerMs" | "requestMs" | "noProgressMs"): number {
  return patience * LIMITS[limit].value;
}

/** Waits for `work`, but no longer than `ms`. */
export async function within<T, Otherwise>(work: Promise<T>, ms: number, otherwise: Otherwise): Promise<T | Otherwise> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<Otherwise>((resolve) => timer = setTimeout(() => resolve(otherwise), ms));
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function readEnd(client: RawClient): Promise<string> {
  for (;;) {
    const frame = await client.readFrame();
    if (frame === undefined) return "connection dropped";
    if (frame.opcode === CLOSE) return `closed with ${frame.payload[0] << 8 | frame.payload[1]}`;
  }
}

/** How the server ends a WebSocket; reads everything until then, and lets go of the connection. */
export async function endOf(client: RawClient, { withinMs }: { withinMs: number }): Promise<string> {
  const reading = readEnd(client).catch((error: unknown) => {
    if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return "still open";
    throw error;
  });
  const outcome = await within(reading, withinMs, "still open");
  client.close();
  await reading;
  return outcome;
}

/** Sends `chunk` over and over for `forMs`, reading all the while. */
export async function flood(client: RawClient, chunk: Uint8Array, { forMs }: { forMs: number }): Promise<string> {
  const deadlineMs = performance.now() + forMs;
  let isOver = false;
  const ended = endOf(client, { withinMs: forMs }).finally(() => isOver = true);
  const pouring = (async () => {
    while (!isOver && performance.now() < deadlineMs) if (!await client.pour(chunk, 1)) break;
  })().catch((error: unknown) => {
    if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) throw error;
  });
  const outcome = await ended;
  await pouring;
  return outcome;
}

/** Outcomes counted: `3 × closed with 1008, 1 × still open`; one that all share alone. */
export function tally(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (counts.size === 1) return outcomes[0];
  const sorted = [...counts].sort(([a], [b]) => a < b ? -1 : 1);
  return sorted.map(([outcome, count]) => `${count} × ${outcome}`).join(", ");
}
