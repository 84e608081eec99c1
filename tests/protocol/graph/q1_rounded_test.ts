/** Frames that reach the encoder rounded, in boxes of whoever rounded them, among frames that do not. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame, type PositionBox } from "../../../protocol/frame.ts";
import { heldAfter, peekQ1, Q1Decoder, Q1Encoder, type Q1Held } from "../../../protocol/graph/q1.ts";
import { fitBox, quantiseInto, restoreInto } from "../../../protocol/graph/q1/box.ts";
import { allowedMiss, largestMiss, motionOf } from "./q1/golden.ts";

/** The frame as somebody rounds it who knows nothing of the encoder. */
function rounded(frame: NodeFrame, box: PositionBox, boxNumber: number): NodeFrame {
  const steps = new Uint16Array(3 * frame.count), positions = new Float32Array(3 * frame.count);
  assert.ok(quantiseInto(frame.positions, box, steps));
  restoreInto(steps, box, positions);
  return { ...frame, positions, velocities: positions, rounded: { box, boxNumber, steps } };
}

function openReader(encoder: Q1Encoder, count: number) {
  const decoder = new Q1Decoder(), out = createFrame(count);
  let held: Q1Held | undefined;
  return {
    out,
    /** Takes the newest frame, and answers of which kind its message was. */
    take(): "keyframe" | "delta" {
      const bytes = encoder.encode(held);
      assert.equal(decoder.decodeInto(bytes, out), "frame");
      held = heldAfter(bytes);
      return peekQ1(bytes).kind;
    },
  };
}

Deno.test("[Q1-5] frames that come rounded reach the reader as they are, in deltas", () => {
  const count = 500, at = motionOf(count, 3), box = fitBox(at(0).positions.map((value) => 2 * value), count);
  const encoder = new Q1Encoder(), { take, out } = openReader(encoder, count), kinds: string[] = [];
  for (let t = 0; t < 60; t++) {
    const exact = at(t), frame = rounded(exact, box, 1);
    encoder.push(frame, 16 * t);
    kinds.push(take());
    assert.deepEqual(out.positions, frame.positions);
    assert.ok(largestMiss(out.positions, exact.positions) <= allowedMiss(box.quantum, 250));
  }
  assert.deepEqual(kinds, ["keyframe", ...new Array<string>(59).fill("delta")]);
});

Deno.test("[Q1-7] another box is a keyframe for everybody, and whoever rounds says when", () => {
  const count = 50, at = motionOf(count, 4), box = fitBox(at(0).positions.map((value) => 2 * value), count);
  const wider = { ...box, quantum: 2 * box.quantum };
  const encoder = new Q1Encoder(), { take, out } = openReader(encoder, count);
  const push = (t: number, given: PositionBox, boxNumber: number, nowMs = 16 * t) => {
    const frame = rounded(at(t), given, boxNumber);
    encoder.push(frame, nowMs);
    const kind = take();
    assert.deepEqual(out.positions, frame.positions);
    return kind;
  };
  assert.deepEqual([push(1, box, 1), push(2, box, 1), push(3, wider, 2), push(4, wider, 2)], [
    "keyframe",
    "delta",
    "keyframe",
    "delta",
  ]);
  assert.equal(push(5, wider, 2, 60_000), "delta");
  assert.equal(push(6, wider, 3, 60_016), "keyframe");
});

Deno.test("[Q1-5] [Q1-7] frames in full go on in the box of rounded ones, and the other way round", () => {
  const count = 50, at = motionOf(count, 5), box = fitBox(at(0).positions.map((value) => 2 * value), count);
  const encoder = new Q1Encoder(), { take, out } = openReader(encoder, count), kinds: string[] = [];
  const push = (frame: NodeFrame, nowMs: number) => {
    encoder.push(frame, nowMs);
    kinds.push(take());
    assert.ok(largestMiss(out.positions, at(frame.sequence).positions) <= allowedMiss(encoder.quantum, 250));
  };
  push(rounded(at(0), box, 1), 0);
  push(at(1), 16);
  push(rounded(at(2), box, 1), 32);
  // The encoder's own box, and back to the other.
  push(at(3), 2048);
  push(rounded(at(4), box, 1), 2064);
  assert.deepEqual(kinds, ["keyframe", "delta", "delta", "keyframe", "keyframe"]);
});

Deno.test("[Q1-7] another generation is a keyframe, though its box has the same number", () => {
  const count = 50, at = motionOf(count, 6), box = fitBox(at(0).positions.map((value) => 2 * value), count);
  const encoder = new Q1Encoder(), { take } = openReader(encoder, count), kinds: string[] = [];
  for (const [t, generation] of [[0, 1], [1, 1], [2, 2], [3, 2]]) {
    encoder.push({ ...rounded(at(t), box, 1), generation }, 16 * t);
    kinds.push(take());
  }
  assert.deepEqual(kinds, ["keyframe", "delta", "keyframe", "delta"]);
});
