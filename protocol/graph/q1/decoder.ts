/** Q1 messages back to positions. */
import { requireRoom, viewOf } from "../../bytes.ts";
import type { NodeFrame } from "../../frame.ts";
import { longestBody, type Prediction, readBody, SLACK_BYTES } from "./body.ts";
import { FARTHEST, restoreInto } from "./box.ts";
import { AT, f32At, fail, frameKind, keyframeLength, Q1_KIND, u32At } from "./header.ts";

/** `needs keyframe`: the message starts from a frame that is not held; ask for a keyframe and go on. */
export type Q1Outcome = "frame" | "needs keyframe";

const NOTHING = -1;

interface Kept {
  sequence: number;
  steps: Uint16Array;
}

const emptyKept = (count: number): Kept => ({ sequence: NOTHING, steps: new Uint16Array(3 * count) });

/**
 * One reader's end of a Q1 stream.
 *
 * Memory: 18 bytes per node for three frames and 11 for the message; allocated when a keyframe of another count arrives,
 * never else. Whatever is refused leaves the frames it holds as they were.
 */
export class Q1Decoder {
  #base = emptyKept(0);
  #earlier = emptyKept(0);
  #spare = emptyKept(0);
  #count = 0;
  #generation = 0;
  readonly #box: { quantum: number; readonly low: [number, number, number] } = { quantum: 1, low: [0, 0, 0] };
  #message = new Uint8Array(AT.body + SLACK_BYTES);
  #view = viewOf(this.#message);
  readonly #prediction: Prediction = { base: this.#base.steps, earlier: this.#earlier.steps, weight: 0 };
  readonly #span = { start: AT.body as number, end: 0 };

  /** Of the newest frame; absent before the first. */
  get sequence(): number | undefined {
    return this.#base.sequence === NOTHING ? undefined : this.#base.sequence;
  }
  /** Of the graph whose node order the newest frame follows. */
  get generation(): number {
    return this.#generation;
  }
  /** Nodes in the newest frame. */
  get count(): number {
    return this.#count;
  }
  /** Half of it is the largest error of a coordinate. */
  get quantum(): number {
    return this.#box.quantum;
  }

  /**
   * Writes the message's positions from the start of `out.positions`; ids and the other columns stay as they are.
   * @throws {DecodeError} for bytes that are no Q1 frame and {RangeError} when `out` is too small; `out` is untouched then.
   */
  decodeInto(bytes: Uint8Array, out: NodeFrame): Q1Outcome {
    const isKeyframe = frameKind(bytes) === Q1_KIND.keyframe, count = u32At(bytes, AT.count);
    if (!isKeyframe && !this.#holdsBases(bytes)) return "needs keyframe";
    this.#checkLength(bytes.length, count, isKeyframe);
    requireRoom(out.positions.length, 3 * count, "coordinates");
    if (isKeyframe) this.#readKeyframe(bytes, count);
    else this.#readDelta(bytes);
    restoreInto(this.#base.steps, this.#box, out.positions);
    return "frame";
  }

  #holdsBases(bytes: Uint8Array): boolean {
    const base = u32At(bytes, AT.base), earlier = u32At(bytes, AT.earlier);
    return u32At(bytes, AT.generation) === this.#generation && base === this.#base.sequence &&
      (earlier === base || earlier === this.#earlier.sequence);
  }

  /** After this the count is true: it was held before, or that many nodes are there. */
  #checkLength(length: number, count: number, isKeyframe: boolean): void {
    if (isKeyframe) {
      if (length !== keyframeLength(count)) fail(AT.count, `${count} nodes in ${keyframeLength(count)} bytes`, length);
      return;
    }
    if (count !== this.#count) fail(AT.count, `${this.#count} nodes as in the keyframe`, count);
    const longest = AT.body + longestBody(3 * count);
    if (length > longest) fail(longest, `${longest} bytes at most`, length);
  }

  #readKeyframe(bytes: Uint8Array, count: number): void {
    const quantum = f32At(bytes, AT.quantum);
    if (!(quantum > 0 && quantum < FARTHEST)) fail(AT.quantum, "a quantum above 0", quantum);
    for (let axis = 0; axis < 3; axis++) {
      const low = f32At(bytes, AT.low + 4 * axis);
      if (!(Math.abs(low) < FARTHEST)) fail(AT.low + 4 * axis, "a finite corner", low);
    }
    if (count !== this.#count) this.#makeRoom(count);
    this.#box.quantum = quantum;
    for (let axis = 0; axis < 3; axis++) this.#box.low[axis] = f32At(bytes, AT.low + 4 * axis);
    const { steps } = this.#base;
    for (let k = 0, at: number = AT.steps; k < steps.length; k++, at += 2) steps[k] = bytes[at] | bytes[at + 1] << 8;
    this.#generation = u32At(bytes, AT.generation);
    this.#base.sequence = u32At(bytes, AT.sequence);
    this.#earlier.sequence = NOTHING;
  }

  #makeRoom(count: number): void {
    this.#count = count;
    this.#base = emptyKept(count);
    this.#earlier = emptyKept(count);
    this.#spare = emptyKept(count);
    this.#message = new Uint8Array(AT.body + longestBody(3 * count) + SLACK_BYTES);
    this.#view = viewOf(this.#message);
  }

  #readDelta(bytes: Uint8Array): void {
    const end = bytes.length, span = this.#span, prediction = this.#prediction, spare = this.#spare;
    this.#message.set(bytes);
    this.#message.fill(0, end, end + SLACK_BYTES);
    span.end = end;
    prediction.base = this.#base.steps;
    prediction.weight = bytes[AT.weight];
    const isPlain = u32At(bytes, AT.earlier) === this.#base.sequence;
    if (isPlain && prediction.weight !== 0) fail(AT.weight, "weight 0 with one base", prediction.weight);
    prediction.earlier = isPlain ? this.#base.steps : this.#earlier.steps;
    const bit = readBody(spare.steps, prediction, this.#view, span);
    if (bit > 8 * end) fail(end, `a body of ${this.#count} nodes`, `${end - AT.body} bytes`);
    if (8 * end - bit >= 8) fail((bit + 7) >> 3, "the end", `${end - ((bit + 7) >> 3)} bytes more`);
    if ((bit & 7) !== 0 && (bytes[end - 1] << (bit & 7) & 0xff) !== 0) {
      fail(end - 1, "zeros after the last code", "ones");
    }
    spare.sequence = u32At(bytes, AT.sequence);
    this.#spare = this.#earlier;
    this.#earlier = this.#base;
    this.#base = spare;
  }
}
