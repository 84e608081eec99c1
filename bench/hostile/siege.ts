/** One attack on one running server, while an honest client watches. */
import { quantile } from "../fanout/quantile.ts";
import type { Attack, Target } from "./attack.ts";
import type { Bystander } from "./bystander.ts";
import { memoryBytes, openSockets } from "./figures.ts";

export interface Outcome {
  readonly attack: Attack;
  readonly outcome: string;
  /** Of the serving process: before, the most that was seen, and when the attack was over. Units: bytes. */
  readonly memoryBytes: { readonly before: number; readonly most: number; readonly after: number };
  /** Of the honest client, p95: at rest, and while the attack went on. Units: ms. */
  readonly answerMs: { readonly before: number; readonly during: number };
  readonly gapMs: { readonly before: number; readonly during: number };
  /** Sockets open when it was over, the honest one included. */
  readonly openSockets: number;
}

export interface SiegeOptions {
  readonly target: Target;
  readonly bystander: Bystander;
  /** How long the honest client watches before the attack. */
  readonly restMs: number;
  /** How much of the attack, 1 for all. */
  readonly share: number;
}

/** What memory may be above what it was, when an attack is over; freed pages do not all go back to the system. */
export const MEMORY_MARGIN_BYTES = 48 << 20;
const SETTLE_MS = 10_000;
const LOOK_MS = 200;
/** A layout settles sooner than some attacks are over. */
const MOVE_MS = 3000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function p95(bystander: Bystander): Promise<{ answer: number; gap: number }> {
  const { roundTripsMs, gapsMs } = await bystander.tell();
  const of = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.95);
  return { answer: of(roundTripsMs), gap: of(gapsMs) };
}

/** A layout that moves, so that frames are due. */
async function move({ port, token }: Target): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/api/simulation`, {
    method: "POST",
    headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ action: "reset" }),
  });
  if (!response.ok) throw new Error(`The layout was not reset: ${response.status}.`);
}

export async function besiege(attack: Attack, { target, bystander, restMs, share }: SiegeOptions): Promise<Outcome> {
  await move(target);
  const before = await memoryBytes(target);
  await bystander.look();
  await pause(restMs);
  const rest = await p95(bystander);
  await bystander.look();
  let most = before, isOver = false, movedMs = performance.now();
  const startMs = movedMs, running = attack.run(target, share).finally(() => isOver = true);
  // What an attack leaves behind may be felt when it is over.
  while (!isOver || performance.now() - startMs < restMs) {
    await pause(LOOK_MS);
    most = Math.max(most, await memoryBytes(target));
    if (performance.now() - movedMs < MOVE_MS) continue;
    await move(target);
    movedMs = performance.now();
  }
  const outcome = await running, during = await p95(bystander);
  const mayKeepBytes = MEMORY_MARGIN_BYTES + (attack.keepsBytes ?? 0);
  return {
    attack,
    outcome,
    memoryBytes: { before, most, after: await calmMemory(target, before + mayKeepBytes) },
    answerMs: { before: rest.answer, during: during.answer },
    gapMs: { before: rest.gap, during: during.gap },
    openSockets: await openSockets(target),
  };
}

/** Memory once it has come back to what it was, or does not any more. */
async function calmMemory(target: Target, mostBytes: number): Promise<number> {
  const deadlineMs = performance.now() + SETTLE_MS;
  for (;;) {
    const bytes = await memoryBytes(target);
    if (bytes <= mostBytes || performance.now() > deadlineMs) return bytes;
    await pause(LOOK_MS);
  }
}
