import { getPriority, setPriority } from "node:os";

const NICE = 5;

/**
 * From now on this thread gives way to all others that want a core. Only Linux counts threads one by one; elsewhere the
 * whole program would give way, so nothing happens.
 */
export function giveWay(): void {
  if (Deno.build.os === "linux" && getPriority(0) < NICE) setPriority(0, NICE);
}
