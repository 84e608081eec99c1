/** Hands frames over: at most so many per second while things move, and always the last one. */

import { BOX_RULES, type PositionBox } from "../protocol/frame.ts";
import type { FrameDetail } from "./api.ts";
import type { FrameBox, FrameSlot, FrameTicket, FrameWriter } from "./frame_ring.ts";
import type { Simulation } from "./simulation.ts";

export interface PublisherOptions {
  readonly simulation: Pick<Simulation, "steps" | "readInto" | "readRoundedInto">;
  readonly frames: FrameWriter;
  readonly maxFramesPerSecond: number;
  /** Of frames while things move; the last one is always full. */
  readonly detail: FrameDetail;
  readonly post: (ticket: FrameTicket) => void;
}

/** Reads that may be under way at a time: a GPU answers late, and should not stand still meanwhile. */
const READS_IN_FLIGHT = 2;

export interface Publisher {
  /** There is something newer than the last frame. */
  changed(): void;
  /** Frames from the next one on are of this detail. */
  need(detail: FrameDetail): void;
  /** Starts a frame if one is due; does not wait for it. */
  offer(now: number): void;
  /** Resolves when the last change has been handed over. */
  flush(): Promise<void>;
}

/** `offer` and `flush` throw what an earlier read failed with. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { simulation, frames, maxFramesPerSecond, post } = options;
  const intervalMs = 1000 / maxFramesPerSecond, read = createReads(simulation);
  let { detail } = options, dirty = false, isRounded = false, inFlight = 0, due = -Infinity, failure: unknown;
  let delivered = Promise.resolve();
  const publish = (slot: number, request: Request): void => {
    dirty = false;
    inFlight++;
    const step = simulation.steps;
    delivered = Promise.all([read(frames.slots[slot], request), delivered]).then(
      ([box]) => {
        isRounded = box !== undefined;
        post(frames.post(slot, step, box));
      },
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
    need(next) {
      detail = next;
      if (next === "rounded" || !isRounded) return;
      dirty = true;
      due = -Infinity;
    },
    offer(now) {
      throwFailure();
      if (!dirty || inFlight >= READS_IN_FLIGHT || now < due) return;
      const slot = frames.acquire();
      if (slot === undefined) return;
      due = Math.max(due, now - intervalMs) + intervalMs;
      publish(slot, { detail, now });
    },
    async flush() {
      await delivered;
      const slot = dirty || isRounded ? frames.acquire() : undefined;
      if (slot !== undefined) publish(slot, { detail: "full" });
      await delivered;
      throwFailure();
    },
  };
}

type Request = { readonly detail: "full" } | { readonly detail: FrameDetail; readonly now: number };

/** Reads a moment into a slot, and counts the boxes of those that are rounded. */
function createReads(simulation: PublisherOptions["simulation"]) {
  let newest: FrameBox | undefined, askedMs = -Infinity;
  return async (slot: FrameSlot, request: Request): Promise<FrameBox | undefined> => {
    if ("now" in request && request.detail === "rounded") {
      const isOld = request.now - askedMs >= BOX_RULES.lifeMs;
      if (isOld) askedMs = request.now;
      const box = await simulation.readRoundedInto(slot, isOld ? "new" : "kept");
      if (box !== undefined) {
        slot.velocities.fill(0);
        if (newest !== undefined && !isOld && isSame(newest.box, box)) return newest;
        askedMs = request.now;
        return newest = { box, boxNumber: (newest?.boxNumber ?? 0) + 1 };
      }
    }
    await simulation.readInto(slot.positions, slot.velocities);
  };
}

function isSame(a: PositionBox, b: PositionBox): boolean {
  return a.quantum === b.quantum && a.low.every((value, axis) => value === b.low[axis]);
}
