/** The reading end of one connection that speaks Q1. */
import { DecodeError } from "../../protocol/codec.ts";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { encodeAck, keyframeLength, peekQ1, Q1Decoder } from "../../protocol/graph/q1.ts";

/** Frames that may be on their way: one travels while the other is shown. */
export const Q1_CREDIT = 2;

/** The one frame of a stream: every message writes into it. */
type Moment = { -readonly [Column in keyof NodeFrame]: NodeFrame[Column] };

/**
 * Decodes frames in the order they come, and asks for more only as they are shown.
 *
 * Whoever never calls `shown` gets two frames and no more, however long they are: a page that nobody looks at costs
 * nothing. Memory: the columns of one frame and what `Q1Decoder` holds.
 */
export class Q1Stream {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #decoder = new Q1Decoder();
  #frame: Moment = createFrame(0);
  #acknowledged: number | undefined;

  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#send = send;
  }

  /**
   * The layout after this message; absent when the message starts from a frame that is not held, and a keyframe was
   * asked for. Shape: a frame that the next message overwrites; ids are 0 … count − 1, velocities are 0. Nothing is
   * allocated but for a keyframe of another count.
   * @throws {DecodeError} for bytes that are no Q1 frame; a keyframe was asked for then too.
   */
  receive(bytes: Uint8Array): NodeFrame | undefined {
    try {
      return this.#decode(bytes);
    } catch (error) {
      if (error instanceof DecodeError) this.#acknowledge({ needsKeyframe: true });
      throw error;
    }
  }

  #decode(bytes: Uint8Array): NodeFrame | undefined {
    const { kind, count } = peekQ1(bytes);
    // A count is believed when so many nodes are there, and the room for them kept when they could be read.
    const isOther = kind === "keyframe" && bytes.length === keyframeLength(count) && count !== this.#frame.count;
    const frame: Moment = isOther ? createFrame(count) : this.#frame;
    if (this.#decoder.decodeInto(bytes, frame) === "needs keyframe") {
      this.#acknowledge({ needsKeyframe: true });
      return undefined;
    }
    this.#frame = frame;
    frame.sequence = this.#decoder.sequence ?? 0;
    frame.generation = this.#decoder.generation;
    this.#acknowledged = undefined;
    return frame;
  }

  /** The newest frame is on the screen, or done with: the next ones may come. */
  shown(): void {
    const { sequence } = this.#decoder;
    if (sequence !== undefined && sequence !== this.#acknowledged) this.#acknowledge({ needsKeyframe: false });
  }

  #acknowledge({ needsKeyframe }: { readonly needsKeyframe: boolean }): void {
    const { sequence = 0 } = this.#decoder;
    this.#acknowledged = this.#decoder.sequence;
    this.#send(encodeAck({ sequence, credit: Q1_CREDIT, needsKeyframe }));
  }
}
