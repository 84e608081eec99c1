import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import { DecodeError } from "../../../protocol/codec.ts";
import { positionUpdate } from "../../../protocol/graph/v4.ts";
import { dialect } from "../../../web/connection/dialect.ts";
import { createFrameSlot, NODES_PER_ROW, textureRows } from "../../../web/scene/frame_slot.ts";

function frameAt(x: number, count = 2): NodeFrame {
  const frame = createFrame(count);
  frame.positions.fill(x);
  return frame;
}

const bytesAt = (x: number, count = 2) => positionUpdate.encode(frameAt(x, count));

Deno.test("shows the newest frame and keeps the one before", () => {
  const slot = createFrameSlot(frameAt(0), dialect.readPositions);
  slot.publish(bytesAt(1), 10);
  assert.equal(slot.take(), true);
  slot.publish(bytesAt(2), 20);
  assert.equal(slot.take(), true);
  assert.deepEqual([slot.before.positions[0], slot.after.positions[0], slot.arrivedAtMs], [1, 2, 20]);
  assert.equal(slot.take(), false);
});

Deno.test("a frame that is replaced in time is never decoded, but counted", () => {
  let decoded = 0;
  const slot = createFrameSlot(frameAt(0), (bytes, out) => {
    decoded++;
    return dialect.readPositions(bytes, out);
  });
  for (const x of [1, 2, 3]) slot.publish(bytesAt(x), x);
  assert.equal(slot.take(), true);
  assert.deepEqual([decoded, slot.replaced, slot.after.positions[0]], [1, 2, 3]);
});

Deno.test("a decoded frame is copied, shown when it is taken, and replaced like any other", () => {
  const slot = createFrameSlot(frameAt(0), dialect.readPositions), frame = frameAt(1);
  slot.place(frame, 10);
  frame.positions.fill(9);
  assert.equal(slot.after.positions[0], 0);
  assert.equal(slot.take(), true);
  assert.deepEqual([slot.before.positions[0], slot.after.positions[5], slot.arrivedAtMs], [0, 1, 10]);
  assert.equal(slot.take(), false);
  slot.place(frameAt(2), 20);
  slot.place(frameAt(3), 30);
  assert.equal(slot.take(), true);
  assert.deepEqual([slot.replaced, slot.after.positions[0]], [1, 3]);
});

Deno.test("three buffers take turns, whatever comes", () => {
  const slot = createFrameSlot(frameAt(0), dialect.readPositions);
  const buffers = new Set([slot.before, slot.after, slot.spare]);
  for (let x = 1; x < 20; x++) {
    slot.publish(bytesAt(x), x);
    slot.take();
    for (const buffer of [slot.before, slot.after, slot.spare]) assert.ok(buffers.has(buffer));
    assert.equal(new Set([slot.before, slot.after, slot.spare]).size, 3);
  }
});

Deno.test("a frame of another graph, and bytes that are no frame, leave everything as it is", () => {
  const slot = createFrameSlot(frameAt(5), dialect.readPositions);
  slot.publish(bytesAt(1, 3), 1);
  assert.equal(slot.take(), false);
  const broken = bytesAt(1);
  broken[0] = 9;
  slot.publish(broken, 2);
  assert.throws(() => slot.take(), DecodeError);
  assert.equal(slot.take(), false);
  assert.equal(slot.after.positions[0], 5);
});

Deno.test("positions fill whole texture rows", () => {
  assert.deepEqual([0, 1, NODES_PER_ROW, NODES_PER_ROW + 1].map(textureRows), [1, 1, 1, 2]);
  const slot = createFrameSlot(frameAt(1, NODES_PER_ROW + 1), dialect.readPositions);
  assert.equal(slot.after.positions.length, 3 * NODES_PER_ROW * 2);
});
