/** How late an honest client is served, and how much of it is the server's loop. */
import { quantile } from "../fanout/quantile.ts";
import type { Sighting } from "./bystander.ts";
import { LOOK_MS } from "./observed/cadence.ts";
import { type Note, readNotes } from "./observed/notes.ts";

/** 95th percentiles; NaN where nothing was seen. Units: ms. */
export interface Delays {
  /** From a heartbeat to its answer. */
  readonly answer: number;
  /** Between two frames. */
  readonly gap: number;
  /** From the physics worker's handing a frame over to its being read. */
  readonly age: number;
  /** How long something that came now would wait for the loop of the serving isolate. */
  readonly loop: number;
  /** How late the honest client's own thread is, which is the machine's doing. */
  readonly client: number;
}

const p95 = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.95);

export interface Span {
  /** On the clock of this machine. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of one sighting and the notes that the server took meanwhile. */
export async function delaysOf(sighting: Sighting, notes: string, span: Span): Promise<Delays> {
  const { roundTripsMs, lateMs, gapsMs, frames } = sighting;
  const madeAtMs = new Map(await readNotes(notes, "frames"));
  const ages = frames.map(({ sequence, readAtMs }) => readAtMs - (madeAtMs.get(sequence) ?? NaN));
  const late = waits(await readNotes(notes, "lateness"), span);
  return { answer: p95(roundTripsMs), gap: p95(gapsMs), age: p95(ages), loop: p95(late), client: p95(lateMs) };
}

/** A loop that stood still was late for all that came meanwhile, and not only once. */
function waits(lateness: readonly Note[], { fromMs, toMs }: Span): number[] {
  return lateness.filter(([atMs]) => atMs >= fromMs && atMs <= toMs).flatMap(([, lateMs]) =>
    Array.from({ length: 1 + Math.floor(lateMs / LOOK_MS) }, (_, looks) => lateMs - looks * LOOK_MS)
  );
}
