import assert from "node:assert/strict";
import { DecodeError } from "../../../protocol/codec.ts";
import { createFrame } from "../../../protocol/frame.ts";
import { decodeAck, heldAfter, type Q1Ack, Q1Encoder, type Q1Held } from "../../../protocol/graph/q1.ts";
import { Q1Stream } from "../../../web/connection/q1_stream.ts";

function setUp() {
  const acks: Q1Ack[] = [], stream = new Q1Stream((bytes) => acks.push(decodeAck(bytes)));
  const encoder = new Q1Encoder({ keyframeIntervalMs: Infinity });
  let held: Q1Held | undefined;
  /** The message to a frame of `count` nodes, all of them at `x`. */
  const message = (sequence: number, { count = 2, x = 0 } = {}) => {
    const frame = createFrame(count);
    frame.positions.fill(x);
    encoder.push({ ...frame, sequence }, 0);
    const bytes = encoder.encode(held).slice();
    held = heldAfter(bytes);
    return bytes;
  };
  return { acks, stream, message, quantum: () => encoder.quantum };
}

Deno.test("Q1 stream: a frame is acknowledged once, when it is shown, with a credit of two", () => {
  const { acks, stream, message, quantum } = setUp();
  stream.shown();
  assert.deepEqual(acks, [], "nothing to show yet");
  const frame = stream.receive(message(7, { x: 0.25 }));
  assert.deepEqual([frame?.sequence, frame?.count, frame?.ids[1]], [7, 2, 1]);
  assert.ok(Math.abs((frame?.positions[5] ?? NaN) - 0.25) <= quantum() / 2);
  assert.deepEqual(acks, []);
  stream.shown();
  stream.shown();
  assert.deepEqual(acks, [{ sequence: 7, credit: 2, needsKeyframe: false }]);
  stream.receive(message(8));
  stream.receive(message(9));
  stream.shown();
  assert.deepEqual(acks[1], { sequence: 9, credit: 2, needsKeyframe: false }, "the newest speaks for those before");
});

Deno.test("Q1 stream: a gap and bytes that are no frame ask for a keyframe", () => {
  const { acks, stream, message } = setUp();
  stream.receive(message(1));
  message(2); // lost
  assert.equal(stream.receive(message(3)), undefined);
  assert.deepEqual(acks, [{ sequence: 1, credit: 2, needsKeyframe: true }]);
  assert.throws(() => stream.receive(Uint8Array.of(1, 2, 3)), DecodeError);
  assert.deepEqual(acks[1], acks[0]);
});

Deno.test("Q1 stream: grows with the graph, and never for a count that is not there", () => {
  const { stream, message } = setUp();
  assert.equal(stream.receive(message(1, { count: 2 }))?.count, 2);
  assert.equal(stream.receive(message(2, { count: 500 }))?.positions.length, 1_500);
  const shrunk = stream.receive(message(3, { count: 3 }));
  assert.deepEqual([shrunk?.count, shrunk?.positions.length, shrunk?.ids[2]], [3, 9, 2]);
  const lying = message(4, { count: 4 });
  new DataView(lying.buffer).setUint32(12, 0xffff_ffff, true);
  assert.throws(() => stream.receive(lying), DecodeError);
  const broken = message(5, { count: 5 });
  new DataView(broken.buffer).setFloat32(28, NaN, true); // the quantum
  assert.throws(() => stream.receive(broken), DecodeError);
  assert.equal(stream.receive(message(6, { count: 3 }))?.count, 3);
});
