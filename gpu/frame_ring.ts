/**
 * Frames in shared memory, handed from the physics worker to one reader without a copy and without waiting.
 *
 * A slot is free, being written, posted, or being read. The writer takes a free slot, else takes back the oldest posted
 * one: a slow reader loses frames, never the newest. A slot's word carries its sequence beside its state, so a message
 * about a frame that was taken back finds that it is too late.
 */

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
}

/** Cost: 96 bytes per node. */
export function createFrameRingMemory(nodeCount: number): FrameRingMemory {
  return {
    nodeCount,
    words: new Int32Array(new SharedArrayBuffer(4 * SLOTS)),
    values: new Float32Array(new SharedArrayBuffer(4 * 6 * nodeCount * SLOTS)),
  };
}

/** The message that tells the reader of a frame. */
export interface FrameTicket {
  readonly slot: number;
  readonly sequence: number;
  readonly step: number;
}

function viewSlots({ nodeCount, values }: FrameRingMemory) {
  return Array.from({ length: SLOTS }, (_, slot) => {
    const begin = slot * 6 * nodeCount, middle = begin + 3 * nodeCount;
    return { positions: values.subarray(begin, middle), velocities: values.subarray(middle, middle + 3 * nodeCount) };
  });
}

export interface FrameWriter {
  /** A slot to fill; absent when all are being read or written. */
  acquire(): number | undefined;
  /** Sequence of the next frame. */
  readonly next: number;
  readonly slots: readonly { readonly positions: Float32Array; readonly velocities: Float32Array }[];
  /** Hands a filled slot over under the next sequence. */
  post(slot: number, step: number): FrameTicket;
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
    post(slot, step) {
      sequences[slot] = next;
      Atomics.store(words, slot, word(next, POSTED));
      return { slot, sequence: next++, step };
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
    take({ slot, sequence, step }) {
      const posted = word(sequence, POSTED);
      if (Atomics.compareExchange(words, slot, posted, READING) !== posted) return undefined;
      if (held !== undefined) Atomics.store(words, held, FREE);
      held = slot;
      return { sequence, step, ...slots[slot] };
    },
  };
}
