/** How each node looks, in four bytes: palette slot, size, flags, unused. */
import { OTHER_SLOT } from "../state/coloring.ts";
import { NODES_PER_ROW, textureRows } from "./frame_slot.ts";
import { LOOK_FLAG } from "./shaders.ts";
import type { Topology } from "./topology.ts";

export const LOOK_BYTES = 4;
const SLOT = 0, SIZE = 1, FLAGS = 2;
/** The smallest node has this share of the largest one's radius. */
const LEAST_SIZE = 0.42;

export interface Look {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Share of the largest node's radius, 0…1. */
  sizeOf(index: number): number;
  setSlots(slots: Uint8Array): void;
  setPins(indices: Iterable<number>): void;
  /** Marks the node in focus with its neighbours, the selected and hovered nodes, and those of a path. */
  setFocus(focus: { focus?: number; selected?: number; hovered?: number; path?: readonly number[] }): void;
}

/** Shape: 4 bytes per node, padded to whole texture rows. Sizes grow with the logarithm of the degree. */
export function createLook(topology: Topology): Look {
  const { count, offsets, neighbours } = topology;
  const bytes = new Uint8Array(LOOK_BYTES * NODES_PER_ROW * textureRows(count));
  let maxDegree = 1;
  for (let i = 0; i < count; i++) maxDegree = Math.max(maxDegree, offsets[i + 1] - offsets[i]);
  for (let i = 0; i < count; i++) {
    const share = Math.log1p(offsets[i + 1] - offsets[i]) / Math.log1p(maxDegree);
    bytes[LOOK_BYTES * i + SLOT] = OTHER_SLOT;
    bytes[LOOK_BYTES * i + SIZE] = Math.round(255 * (LEAST_SIZE + (1 - LEAST_SIZE) * share));
  }
  const mark = (index: number, flag: number) => bytes[LOOK_BYTES * index + FLAGS] |= flag;
  const clear = (flags: number) => {
    for (let at = FLAGS; at < LOOK_BYTES * count; at += LOOK_BYTES) bytes[at] &= ~flags;
  };
  return {
    bytes,
    sizeOf: (index) => bytes[LOOK_BYTES * index + SIZE] / 255,
    setSlots(slots) {
      for (let i = 0; i < count; i++) bytes[LOOK_BYTES * i + SLOT] = slots[i];
    },
    setPins(indices) {
      clear(LOOK_FLAG.pinned);
      for (const index of indices) mark(index, LOOK_FLAG.pinned);
    },
    setFocus({ focus, selected, hovered, path = [] }) {
      clear(LOOK_FLAG.emphasised | LOOK_FLAG.selected | LOOK_FLAG.hovered);
      if (selected !== undefined) mark(selected, LOOK_FLAG.selected);
      if (hovered !== undefined) mark(hovered, LOOK_FLAG.hovered);
      for (const index of path) mark(index, LOOK_FLAG.emphasised);
      if (focus === undefined) return;
      mark(focus, LOOK_FLAG.emphasised);
      for (let at = offsets[focus]; at < offsets[focus + 1]; at++) mark(neighbours[at], LOOK_FLAG.emphasised);
    },
  };
}
