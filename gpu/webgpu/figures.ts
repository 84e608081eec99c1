/** The figures of steps, read back some steps late so that the GPU never waits for the host. */

import type { StepReport } from "../engine.ts";
import { RECORD_BYTES, RECORDS } from "../passes/statistics.ts";
import { createStagingRing, type Mapping } from "./staging_ring.ts";

export interface Figures {
  /** What is known when `step` steps were submitted; waits until no more than `stepsAhead` of them are unknown. */
  after(step: number, stepsAhead: number): Promise<StepReport>;
  /** Bytes read back. */
  readonly bytesRead: number;
  close(): Promise<void>;
}

/** Steps that may be unknown: half of the records, so that none is overwritten before it is read. */
export const MAX_STEPS_AHEAD = RECORDS / 2;

export function createFigures(
  device: GPUDevice,
  records: GPUBuffer,
  options: { readonly mapping: Mapping },
): Figures {
  const ring = createStagingRing(device, RECORD_BYTES * RECORDS, options);
  let known: StepReport = { step: 0, meanMove: 0, scrubbed: 0 };
  let asked = 0, failure: unknown;
  let reading = Promise.resolve();
  const absorb = (bytes: ArrayBuffer, upTo: number) => {
    const values = new Float32Array(bytes);
    let { step, meanMove, scrubbed } = known;
    for (; step < upTo; step++) {
      const at = 2 * (step % RECORDS);
      meanMove = values[at];
      scrubbed += values[at + 1];
    }
    known = { step, meanMove, scrubbed };
  };
  const ask = (step: number) => {
    asked = step;
    reading = ring.read([{ source: records, bytes: RECORD_BYTES * RECORDS }], (bytes) => absorb(bytes, step))
      .catch((error) => void (failure ??= error));
  };
  return {
    get bytesRead() {
      return ring.bytesRead;
    },
    async after(step, stepsAhead) {
      // Not after every step: Deno's mapping holds the host up until the GPU has nothing left to do.
      if (ring.hasFree && 2 * (step - asked) >= stepsAhead) ask(step);
      while (step - known.step > stepsAhead) {
        await reading;
        if (failure !== undefined) throw failure;
        if (asked < step - stepsAhead) ask(step);
      }
      return known;
    },
    close: () => ring.close(),
  };
}
