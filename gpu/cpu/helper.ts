/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A thread of the CPU engine: sleeps until the coordinator starts a phase, works, sleeps again. */

import { type Kernels, openKernels } from "./kernels.ts";
import { crewOf, type HelperStart, PHASE, workOn } from "./team.ts";
import { CONTROL, type World } from "./world.ts";

self.onmessage = ({ data: { world, thread } }: MessageEvent<HelperStart>) => {
  const { control } = world;
  const kernels = openKernels(world, thread);
  const rank = Atomics.add(control, CONTROL.joined, 1);
  // A phase can be over before its own notification arrives: that one must not begin it again.
  for (let seen = 0;;) {
    // One word says both that a phase began and who takes part, and it cannot change before those have finished.
    const startWord = Atomics.load(control, CONTROL.startWord);
    const phase = Atomics.load(control, CONTROL.phase);
    if (phase === PHASE.leave) break;
    if (startWord !== seen && rank < crewOf(startWord)) takePart(world, kernels, phase);
    seen = startWord;
    Atomics.wait(control, CONTROL.startWord, startWord);
  }
  self.postMessage("left");
};

function takePart(world: World, kernels: Kernels, phase: number): void {
  const { control } = world;
  try {
    workOn(world, kernels, phase);
  } catch (error) {
    Atomics.store(control, CONTROL.failed, 1);
    throw error;
  } finally {
    Atomics.add(control, CONTROL.finished, 1);
    Atomics.notify(control, CONTROL.finished);
  }
}
