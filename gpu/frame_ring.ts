/**
 * Frames in shared memory, handed from the physics worker to one reader without a copy and without waiting.
 *
 * A slot is free, being written, posted, or being read. The writer takes a free slot, else takes back the oldest posted
 * one: a slow reader loses frames, never the newest. A slot's word carries its sequence beside its state, so a message
 * about a frame that was taken back finds that it is too late.
 */

import type { RoundedPositions } from "../protocol/frame.ts";
import type { PositionFrame } from "./api.ts";

const SLOTS = 4;
const FREE = 0, WRITING = 1, POSTED = 2, READING = 3;
/** Sequences are compared modulo 2³⁰: two years of frames at 16 Hz. */
const word = (sequence: number, state: number): number => (sequence << 2) | state;

/** What both sides open the ring on. */
export interface FrameRingMemory {
  readonly nodeCount: number;
  /** One word per slot. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Positions 3n, then velocities 3n, per slot. */
  readonly values: Float32Array<SharedArrayBuffer>;
  /** Rounded positions 3n per slot. */
  readonly steps: Uint16Array<SharedArrayBuffer>;
}

/** Cost: 120 bytes per node. */
export function createFrameRingMemory(nodeCount: number): FrameRingMemory {
  return {
    nodeCount,
    words: new Int32Array(new SharedArrayBuffer(4 * SLOTS)),
    values: new Float32Array(new SharedArrayBuffer(4 * 6 * nodeCount * SLOTS)),
    steps: new Uint16Array(new SharedArrayBuffer(2 * 3 * nodeCount * SLOTS)),
  };
}

/** The message that tells the reader of a frame. */
export interface FrameTicket {
  readonly slot: number;
  readonly sequence: number;
  readonly step: number;
  /** Of a frame that has no more than rounded positions. */
  readonly box?: FrameBox;
}

export type FrameBox = Omit<RoundedPositions, "steps">;

/** Columns of a frame. Shape: 3n each. */
export interface FrameSlot {
  readonly positions: Float32Array;
  readonly velocities: Float32Array;
  readonly steps: Uint16Array;
}

function viewSlots({ nodeCount, values, steps }: FrameRingMemory): FrameSlot[] {
  const length = 3 * nodeCount;
  return Array.from({ length: SLOTS }, (_, slot) => ({
    positions: values.subarray(2 * slot * length, (2 * slot + 1) * length),
    velocities: values.subarray((2 * slot + 1) * length, (2 * slot + 2) * length),
    steps: steps.subarray(slot * length, (slot + 1) * length),
  }));
}

export interface FrameWriter {
  /** A slot to fill; absent when all are being read or written. */
  acquire(): number | undefined;
  /** Sequence of the next frame. */
  readonly next: number;
  readonly slots: readonly FrameSlot[];
  /** Hands a filled slot over under the next sequence. */
  post(slot: number, step: number, box?: FrameBox): FrameTicket;
  /** Gives a slot back unused. */
  abandon(slot: number): void;
}

/** `first` is the sequence of the first frame: that of a writer before this one goes on. */
export function openFrameWriter(memory: FrameRingMemory, first = 0): FrameWriter {
  const { words } = memory;
  const sequences = new Array<number>(SLOTS).fill(-1);
  let next = first;
  const takeBackOldest = (): number | undefined => {
    const byAge = sequences.map((_, slot) => slot).sort((a, b) => sequences[a] - sequences[b]);
    return byAge.find((slot) => {
      const posted = word(sequences[slot], POSTED);
      return Atomics.compareExchange(words, slot, posted, WRITING) === posted;
    });
  };
  return {
    slots: viewSlots(memory),
    get next() {
      return next;
    },
    acquire() {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (Atomics.compareExchange(words, slot, FREE, WRITING) === FREE) return slot;
      }
      return takeBackOldest();
    },
    post(slot, step, box) {
      sequences[slot] = next;
      Atomics.store(words, slot, word(next, POSTED));
      return { slot, sequence: next++, step, box };
    },
    abandon: (slot) => void Atomics.store(words, slot, FREE),
  };
}

export interface FrameReader {
  /** Takes the frame, which stays valid until the next one is taken; absent when the writer has taken it back. */
  take(ticket: FrameTicket): Omit<PositionFrame, "generation"> | undefined;
}

export function openFrameReader(memory: FrameRingMemory): FrameReader {
  const { words } = memory;
  const slots = viewSlots(memory);
  let held: number | undefined;
  return {
    take({ slot, sequence, step, box }) {
      const posted = word(sequence, POSTED);
      if (Atomics.compareExchange(words, slot, posted, READING) !== posted) return undefined;
      if (held !== undefined) Atomics.store(words, held, FREE);
      held = slot;
      const { positions, velocities, steps } = slots[slot];
      return { sequence, step, positions, velocities, rounded: box && { ...box, steps } };
    },
  };
}
