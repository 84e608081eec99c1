/** One attack on one running server, while an honest client watches. */
import { wallMs } from "../fanout/scenario.ts";
import { type Attack, type Target, within } from "./attack.ts";
import type { Bystander } from "./bystander.ts";
import { type Delays, delaysOf } from "./delays.ts";
import { cpuSeconds, memoryBytes, openSockets } from "./figures.ts";

export interface Look extends Delays {
  /** Cores that the serving process kept busy. */
  readonly cores: number;
}

export interface Outcome {
  readonly attack: Attack;
  readonly outcome: string;
  /** Of the serving process: before, the most that was seen, and when the attack was over. Units: bytes. */
  readonly memoryBytes: { readonly before: number; readonly most: number; readonly after: number };
  /** Of the honest client: at rest, and while the attack went on. */
  readonly before: Look;
  readonly during: Look;
  /** Sockets open when it was over, the honest one included. */
  readonly openSockets: number;
}

export interface SiegeOptions {
  readonly target: Target;
  readonly bystander: Bystander;
  /** Folder of what the server notes of itself. */
  readonly notes: string;
  /** How long the honest client watches before the attack. */
  readonly restMs: number;
  /** How much of the attack, 1 for all. */
  readonly share: number;
}

/** What memory may be above what it was, when an attack is over; freed pages do not all go back to the system. */
export const MEMORY_MARGIN_BYTES = 48 << 20;
const SETTLE_MS = 10_000;
/** Between two looks at its memory. */
const LOOK_MS = 200;
/** A layout settles sooner than some attacks are over. */
const MOVE_MS = 3000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** From here on the honest client counts; resolves with what ends the look and says what was seen. */
async function look({ target, bystander, notes }: SiegeOptions): Promise<() => Promise<Look>> {
  const cpuS = await cpuSeconds(target), fromMs = wallMs();
  await bystander.look();
  return async () => {
    const sighting = await bystander.tell(), toMs = wallMs();
    const cores = 1000 * (await cpuSeconds(target) - cpuS) / (toMs - fromMs);
    return { ...await delaysOf(sighting, notes, { fromMs, toMs }), cores };
  };
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

export async function besiege(attack: Attack, options: SiegeOptions): Promise<Outcome> {
  const { target, restMs, share } = options;
  await move(target);
  const memoryBefore = await memoryBytes(target), rested = await look(options);
  await pause(restMs);
  const before = await rested(), endured = await look(options);
  let most = memoryBefore, isOver = false, movedMs = performance.now();
  const startMs = movedMs, running = attack.run(target, share).finally(() => isOver = true);
  // What an attack leaves behind may be felt when it is over.
  while (!isOver || performance.now() - startMs < restMs) {
    await (isOver ? pause(LOOK_MS) : within(running, LOOK_MS, undefined));
    most = Math.max(most, await memoryBytes(target));
    if (performance.now() - movedMs < MOVE_MS) continue;
    await move(target);
    movedMs = performance.now();
  }
  const outcome = await running, during = await endured();
  const mayKeepBytes = MEMORY_MARGIN_BYTES + (attack.keepsBytes ?? 0);
  return {
    attack,
    outcome,
    memoryBytes: { before: memoryBefore, most, after: await calmMemory(target, memoryBefore + mayKeepBytes) },
    before,
    during,
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
