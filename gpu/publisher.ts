/** Hands frames over: at most so many per second while things move, and always the last one. */

import type { FrameTicket, FrameWriter } from "./frame_ring.ts";
import type { Simulation } from "./simulation.ts";

export interface PublisherOptions {
  readonly simulation: Simulation;
  readonly frames: FrameWriter;
  readonly maxFramesPerSecond: number;
  readonly post: (ticket: FrameTicket) => void;
}

/** Reads that may be under way at a time: a GPU answers late, and should not stand still meanwhile. */
const READS_IN_FLIGHT = 2;

export interface Publisher {
  /** There is something newer than the last frame. */
  changed(): void;
  /** Starts a frame if one is due; does not wait for it. */
  offer(now: number): void;
  /** Resolves when the last change has been handed over. */
  flush(): Promise<void>;
}

/** `offer` and `flush` throw what an earlier read failed with. */
export function createPublisher({ simulation, frames, maxFramesPerSecond, post }: PublisherOptions): Publisher {
  const intervalMs = 1000 / maxFramesPerSecond;
  let dirty = false, inFlight = 0, due = -Infinity, failure: unknown;
  let delivered = Promise.resolve();
  const publish = (slot: number): void => {
    dirty = false;
    inFlight++;
    const step = simulation.steps, { positions, velocities } = frames.slots[slot];
    const read = simulation.readInto(positions, velocities);
    delivered = Promise.all([read, delivered]).then(
      () => post(frames.post(slot, step)),
      (error) => {
        frames.abandon(slot);
        failure ??= error;
      },
    ).finally(() => inFlight--);
  };
  const throwFailure = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    changed() {
      dirty = true;
    },
    offer(now) {
      throwFailure();
      if (!dirty || inFlight >= READS_IN_FLIGHT || now < due) return;
      const slot = frames.acquire();
      if (slot === undefined) return;
      due = Math.max(due, now - intervalMs) + intervalMs;
      publish(slot);
    },
    async flush() {
      await delivered;
      const slot = dirty ? frames.acquire() : undefined;
      if (slot !== undefined) publish(slot);
      await delivered;
      throwFailure();
    },
  };
}
