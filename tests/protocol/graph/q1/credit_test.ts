import assert from "node:assert/strict";
import { peekQ1, Q1_FIRST_CREDIT, Q1Credit, Q1Encoder } from "../../../../protocol/graph/q1.ts";
import { createFrame } from "../../../../protocol/frame.ts";
import { frameAt } from "./golden.ts";

const PLACES = [0, 0, 0, 4, 0, 0, 2, 1, -1];

function setUp() {
  const encoder = new Q1Encoder({ keyframeIntervalMs: Infinity }), reader = new Q1Credit();
  const push = (sequence: number) => encoder.push(frameAt(sequence, PLACES), 0);
  const next = () => {
    const bytes = reader.next(encoder);
    return bytes && `${peekQ1(bytes).kind} ${peekQ1(bytes).sequence}`;
  };
  const shown = (sequence: number, credit = 2) => reader.acknowledge({ sequence, credit, needsKeyframe: false });
  return { encoder, reader, push, next, shown };
}

Deno.test("[Q1-13] two frames may be on their way before the reader has said anything, then none", () => {
  const { push, next, reader } = setUp();
  assert.equal(Q1_FIRST_CREDIT, 2);
  push(1);
  assert.equal(next(), "keyframe 1");
  assert.equal(next(), undefined, "the reader has it");
  push(2);
  assert.equal(next(), "delta 2");
  push(3);
  assert.equal(next(), undefined);
  assert.equal(reader.onTheirWay, 2);
});

Deno.test("[Q1-13] what was shown frees its place and those before it; skipped frames are never sent", () => {
  const { push, next, shown, reader } = setUp();
  push(1);
  next();
  push(2);
  next();
  for (let sequence = 3; sequence < 9; sequence++) push(sequence);
  shown(1);
  assert.equal(next(), "delta 8");
  assert.equal(reader.onTheirWay, 2);
  push(9);
  assert.equal(next(), undefined);
  shown(8);
  assert.equal(reader.onTheirWay, 0);
  assert.equal(next(), "delta 9");
});

Deno.test("[Q1-13] a sequence that was never sent, or is told twice, frees nothing", () => {
  const { push, next, shown, reader } = setUp();
  push(1);
  next();
  push(2);
  next();
  for (const sequence of [7, 0, 0xffff_ffff]) shown(sequence);
  assert.equal(reader.onTheirWay, 2);
  shown(1);
  shown(1);
  assert.equal(reader.onTheirWay, 1);
});

Deno.test("[Q1-13] credit 0 pauses, more credit lets more go", () => {
  const { push, next, shown } = setUp();
  push(1);
  next();
  shown(1, 0);
  push(2);
  assert.equal(next(), undefined);
  shown(1, 3);
  assert.equal(next(), "delta 2");
  for (const sequence of [3, 4]) {
    push(sequence);
    assert.equal(next(), `delta ${sequence}`);
  }
  push(5);
  assert.equal(next(), undefined);
});

Deno.test("[Q1-7] [Q1-13] who needs a keyframe gets one at once, also of a frame that was sent before", () => {
  const { push, next, reader } = setUp();
  push(1);
  next();
  push(2);
  next();
  reader.acknowledge({ sequence: 1, credit: 2, needsKeyframe: true });
  assert.equal(next(), "keyframe 2");
  assert.equal(reader.onTheirWay, 1);
});

Deno.test("[Q1-13] a reader of another generation is not up to date, whatever its sequence", () => {
  const { encoder, push, next, reader } = setUp();
  assert.throws(() => reader.next(encoder), TypeError);
  push(1);
  next();
  encoder.push({ ...frameAt(1, PLACES), generation: 8 }, 0);
  assert.equal(next(), "keyframe 1");
});

Deno.test("[Q1-13] a writer may bound the credit, and shares a message among readers that hold the same", () => {
  const encoder = new Q1Encoder(), first = new Q1Credit({ most: 1 }), second = new Q1Credit({ most: 1 });
  encoder.push({ ...createFrame(1), sequence: 4 }, 0);
  const message = encoder.encode(undefined).slice();
  for (const reader of [first, second]) {
    reader.sent(message);
    assert.equal(reader.canTake, false);
    reader.acknowledge({ sequence: 4, credit: 255, needsKeyframe: false });
    assert.deepEqual(reader.held, { generation: 0, base: 4, earlier: 4 });
    reader.sent(message);
    assert.equal(reader.canTake, false);
    reader.acknowledge({ sequence: 4, credit: 0, needsKeyframe: false });
    assert.deepEqual([reader.canTake, reader.isPaused], [false, true]);
  }
});
