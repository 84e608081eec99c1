/** Frames of one graph to Q1 messages, for any number of readers that are not equally far. */
import { viewOf } from "../../bytes.ts";
import { BOX_RULES, type NodeFrame, type RoundedPositions } from "../../frame.ts";
import { chooseWeight, longestBody, type Prediction, SLACK_BYTES, writeBody } from "./body.ts";
import { type Box, clampInto, fitBox, quantiseInto } from "./box.ts";
import { AT, keyframeLength, Q1_KIND, Q1_VERSION, type Q1Held } from "./header.ts";

export interface Q1EncoderOptions {
  /** Longest life of a box, after which everybody is sent a keyframe; of frames that come rounded, whoever rounds says. */
  readonly keyframeIntervalMs?: number;
  /** Frames that deltas can start from; 6 bytes per node each. Default 32: a reader at 5 Hz beside others at 60. */
  readonly history?: number;
}

/** One pushed frame, rounded: exactly what its readers hold. */
interface Kept {
  sequence: number;
  steps: Uint16Array;
}

const NOBODY = -1;

/**
 * Push a frame, then ask for the message that brings a reader up to it; readers that hold the same frames get the same bytes.
 *
 * Memory: 6 bytes per node and frame of history, as they come into use, and 11 per node for the message.
 */
export class Q1Encoder {
  readonly #keyframeIntervalMs: number;
  readonly #ring: Kept[];
  readonly #prediction: Prediction = { base: new Uint16Array(), earlier: new Uint16Array(), weight: 0 };
  #out: Uint8Array<ArrayBuffer> = new Uint8Array();
  #view: DataView = viewOf(this.#out);
  #newest = 0;
  #count = -1;
  #generation = 0;
  #box: Box = { quantum: 1, low: [0, 0, 0] };
  /** Of a box that came with a frame. */
  #boxNumber: number | undefined;
  #boxSinceMs = 0;

  /** @throws {RangeError} for a history of less than three frames: the newest and the two it is predicted from. */
  constructor({ keyframeIntervalMs = BOX_RULES.lifeMs, history = 32 }: Q1EncoderOptions = {}) {
    if (!(Number.isInteger(history) && history >= 3)) throw new RangeError(`Cannot keep ${history} frames: 3 or more.`);
    this.#keyframeIntervalMs = keyframeIntervalMs;
    this.#ring = Array.from({ length: history }, () => ({ sequence: NOBODY, steps: new Uint16Array() }));
  }

  /** Half of it is the largest error of a coordinate. */
  get quantum(): number {
    return this.#box.quantum;
  }

  /** Of the newest frame that was pushed; absent before the first. */
  get sequence(): number | undefined {
    const { sequence } = this.#ring[this.#newest];
    return sequence === NOBODY ? undefined : sequence;
  }

  get generation(): number {
    return this.#generation;
  }

  /**
   * Takes a frame over, which is free again afterwards; the newest one again does nothing.
   * @throws {RangeError} for a frame that is older than the newest of its generation.
   */
  push(frame: NodeFrame, nowMs: number): void {
    const { count, generation, sequence } = frame, newest = this.#ring[this.#newest].sequence;
    const isSameGraph = generation === this.#generation && count === this.#count;
    if (isSameGraph && sequence <= newest) {
      if (sequence === newest) return;
      throw new RangeError(`Cannot push frame ${sequence} after frame ${newest} of the same generation.`);
    }
    if (count !== this.#count) this.#makeRoom(count);
    this.#generation = generation;
    const kept = this.#nextKept(), boxAgeMs = isSameGraph ? nowMs - this.#boxSinceMs : Infinity;
    if (frame.rounded !== undefined) this.#take(frame.rounded, kept, { boxAgeMs, nowMs });
    else if (boxAgeMs >= this.#keyframeIntervalMs || !quantiseInto(frame.positions, this.#box, kept.steps)) {
      this.#startBox(frame, kept, nowMs);
    }
    kept.sequence = sequence;
  }

  #take(
    { box, boxNumber, steps }: RoundedPositions,
    kept: Kept,
    { boxAgeMs, nowMs }: { readonly boxAgeMs: number; readonly nowMs: number },
  ): void {
    kept.steps.set(steps);
    if (boxNumber === this.#boxNumber && boxAgeMs < Infinity) return;
    this.#useBox(box, nowMs);
    this.#boxNumber = boxNumber;
  }

  /**
   * The message to the newest frame for a reader that holds these; a keyframe where it holds nothing to start from.
   * Shape: a view that the next call overwrites.
   * @throws {TypeError} before the first `push`.
   */
  encode(held: Q1Held | undefined): Uint8Array<ArrayBuffer> {
    const { sequence, steps } = this.#ring[this.#newest];
    if (sequence === NOBODY) throw new TypeError("Cannot encode: no frame was pushed.");
    if (held?.generation !== this.#generation) return this.#keyframe();
    const base = this.#find(held.base), earlier = this.#find(held.earlier) ?? base;
    if (base === undefined || earlier === undefined) return this.#keyframe();
    const prediction = this.#prediction;
    prediction.base = base.steps;
    prediction.weight = chooseWeight(steps, base.steps, earlier.steps);
    prediction.earlier = earlier.steps;
    this.#writeHeader(Q1_KIND.delta, prediction.weight);
    this.#view.setUint32(AT.base, base.sequence, true);
    this.#view.setUint32(AT.earlier, prediction.weight === 0 ? base.sequence : earlier.sequence, true);
    const length = writeBody(steps, prediction, this.#view, AT.body);
    return length < keyframeLength(this.#count) ? this.#out.subarray(0, length) : this.#keyframe();
  }

  #find(sequence: number): Kept | undefined {
    return this.#ring.find((kept) => kept.sequence === sequence && sequence !== NOBODY);
  }

  #nextKept(): Kept {
    this.#newest = (this.#newest + 1) % this.#ring.length;
    const kept = this.#ring[this.#newest];
    kept.sequence = NOBODY;
    if (kept.steps.length !== 3 * this.#count) kept.steps = new Uint16Array(3 * this.#count);
    return kept;
  }

  /** Steps of two boxes have nothing to do with each other: nobody holds anything any more. */
  #startBox({ positions, count }: NodeFrame, { steps }: Kept, nowMs: number): void {
    this.#useBox(fitBox(positions, count), nowMs);
    if (!quantiseInto(positions, this.#box, steps)) clampInto(positions, this.#box, steps);
  }

  #useBox(box: Box, nowMs: number): void {
    this.#box = box;
    this.#boxNumber = undefined;
    this.#boxSinceMs = nowMs;
    for (const kept of this.#ring) kept.sequence = NOBODY;
  }

  #makeRoom(count: number): void {
    this.#count = count;
    const longest = Math.max(keyframeLength(count), AT.body + longestBody(3 * count));
    this.#out = new Uint8Array(longest + SLACK_BYTES);
    this.#view = viewOf(this.#out);
  }

  #writeHeader(kind: number, weight: number): void {
    const view = this.#view;
    view.setUint8(AT.version, Q1_VERSION);
    view.setUint8(AT.kind, kind);
    view.setUint8(AT.weight, weight);
    view.setUint8(AT.reserved, 0);
    view.setUint32(AT.generation, this.#generation, true);
    view.setUint32(AT.sequence, this.#ring[this.#newest].sequence, true);
    view.setUint32(AT.count, this.#count, true);
  }

  #keyframe(): Uint8Array<ArrayBuffer> {
    this.#writeHeader(Q1_KIND.keyframe, 0);
    const view = this.#view, { steps } = this.#ring[this.#newest], { low, quantum } = this.#box;
    low.forEach((value, axis) => view.setFloat32(AT.low + 4 * axis, value, true));
    view.setFloat32(AT.quantum, quantum, true);
    for (let k = 0, at: number = AT.steps; k < steps.length; k++, at += 2) view.setUint16(at, steps[k], true);
    return this.#out.subarray(0, keyframeLength(this.#count));
  }
}
