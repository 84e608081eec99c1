import type { Clock } from "./clock.ts";

/** Does `work` again and again; returns how to stop. */
export function every(intervalMs: number, work: () => void, clock: Pick<Clock, "after">): () => void {
  let cancel = clock.after(intervalMs, tick);
  function tick() {
    cancel = clock.after(intervalMs, tick);
    work();
  }
  return () => cancel();
}
