/** Q1 messages of three nodes, composed by hand, and what the Q1 tests share. */
import assert from "node:assert/strict";
import { createRandom } from "../../../../gpu/random.ts";
import { createFrame, type NodeFrame } from "../../../../protocol/frame.ts";
import { Q1Decoder } from "../../../../protocol/graph/q1.ts";
import { bytesOf, f32LE, u32LE, u8 } from "../../../helpers/codec_suite.ts";

export const u16LE = (...values: number[]) => values.flatMap((value) => [value & 0xff, value >>> 8]);

/** A frame at these places; what else a frame has does not travel. */
export function frameAt(sequence: number, places: ArrayLike<number>, generation = 7): NodeFrame {
  return { ...createFrame(places.length / 3), positions: Float32Array.from(places), sequence, generation };
}

/** 4 wide, so the cube is 5 wide: a quantum of 5 / 65536. Its low corner is (2, 0.5, −0.5) − 2.5. */
export const QUANTUM = 5 / 65_536;
export const START = frameAt(5, [0, 0, 0, 4, 0, 0, 2, 1, -1]);
export const KEYFRAME = bytesOf(
  u8(1), // version
  u8(1), // kind: keyframe
  u8(0), // weight
  u8(0), // reserved
  u32LE(7), // generation
  u32LE(5), // sequence
  u32LE(3), // count
  f32LE(-0.5), // low corner x
  f32LE(-2), // y
  f32LE(-3), // z
  [0x00, 0x00, 0xa0, 0x38], // quantum = 1.25 · 2⁻¹⁴
  u16LE(6554, 26_214, 39_322), // (0.5, 2, 3) · 13107.2, to the nearest
  u16LE(58_982, 26_214, 39_322), // (4.5, 2, 3)
  u16LE(32_768, 39_322, 26_214), // (2.5, 3, 2)
);

/** After `frames` frames in which node 0 goes 2 steps along x each time, and node 2 −3 steps along y. */
export function movedBy(frames: number): NodeFrame {
  const x = -0.5 + (6554 + 2 * frames) * QUANTUM, y = -2 + (39_322 - 3 * frames) * QUANTUM;
  return frameAt(5 + frames, [x, 0, 0, 4, 0, 0, 2, y, -1]);
}

export const FIRST_DELTA = bytesOf(
  u8(1), // version
  u8(2), // kind: delta
  u8(0), // weight: there is one frame to start from
  u8(0), // reserved
  u32LE(7), // generation
  u32LE(6), // sequence
  u32LE(3), // count
  u32LE(5), // base
  u32LE(5), // earlier: the same
  // zigzag misses 4 0 0  0 0 0  0 5 0, whose mean asks for k = 0
  [0b0000_0000], // k, four of the four zeros of 4
  [0b1_1_1_1_1_1_1_0], // the one of 4, six times 0, the first zero of 5
  [0b0000_1_1_00], // the rest of 5, 0, and nothing more
);
export const SECOND_DELTA = bytesOf(
  u8(1),
  u8(2),
  u8(56), // weight 56 / 64: the least of those tried that gives 2 after 2 and −3 after −3
  u8(0),
  u32LE(7),
  u32LE(7), // sequence
  u32LE(3),
  u32LE(6), // base
  u32LE(5), // earlier
  [0b1111_0000], // k = 15: nothing was missed
);

export function readerOf(...messages: Uint8Array[]): { decoder: Q1Decoder; out: NodeFrame } {
  const decoder = new Q1Decoder(), out = createFrame(3);
  for (const bytes of messages) assert.equal(decoder.decodeInto(bytes, out), "frame");
  return { decoder, out };
}

export function largestMiss(found: ArrayLike<number>, meant: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < meant.length; k++) largest = Math.max(largest, Math.abs(found[k] - meant[k]));
  return largest;
}

/** Half a quantum, and the rounding of a coordinate of this size to f32. */
export const allowedMiss = (quantum: number, size: number) => quantum / 2 * (1 + 1e-9) + size * 2 ** -24;

/** Nodes that swing, drift and jump; the layout grows to four times its width. */
export function motionOf(nodeCount: number, seed: number): (t: number) => NodeFrame {
  const random = createRandom(seed),
    places = Float32Array.from({ length: 3 * nodeCount }, () => 100 * (random() - 0.5));
  const phases = places.map(() => 6 * random());
  return (t) => {
    if (t % 97 === 96) places[Math.floor(random() * places.length)] += 20 * (random() - 0.5);
    const growth = 1 + t / 150;
    return frameAt(t, places.map((place, k) => growth * place + Math.sin(phases[k] + t / 20)));
  };
}

export const GOLDEN = [KEYFRAME, FIRST_DELTA, SECOND_DELTA];
