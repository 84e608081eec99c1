import assert from "node:assert/strict";
import { createFrameRingMemory, openFrameReader, openFrameWriter } from "../../gpu/frame_ring.ts";

function openRing() {
  const memory = createFrameRingMemory(1);
  const writer = openFrameWriter(memory), reader = openFrameReader(memory);
  const write = (step: number) => {
    const slot = writer.acquire();
    if (slot === undefined) return undefined;
    writer.slots[slot].positions.fill(step);
    writer.slots[slot].velocities.fill(-step);
    return writer.post(slot, step);
  };
  return { writer, reader, write };
}

Deno.test("frame ring: what was written is read, without a copy", () => {
  const { reader, write } = openRing();
  const ticket = write(5);
  assert.deepEqual(ticket && { sequence: ticket.sequence, step: ticket.step }, { sequence: 0, step: 5 });
  const frame = ticket && reader.take(ticket);
  assert.deepEqual([...frame?.positions ?? [], ...frame?.velocities ?? []], [5, 5, 5, -5, -5, -5]);
});

Deno.test("frame ring: a held frame stays as it is while many more are written", () => {
  const { reader, write } = openRing();
  const first = write(1), held = first && reader.take(first);
  for (let step = 2; step < 20; step++) assert.notEqual(write(step), undefined);
  assert.deepEqual([...held?.positions ?? []], [1, 1, 1]);
});

Deno.test("frame ring: a reader that comes late finds old frames gone and the newest there", () => {
  const { reader, write } = openRing();
  const tickets = [1, 2, 3, 4, 5, 6, 7].map(write);
  const found = tickets.map((ticket) => ticket && reader.take(ticket)?.step);
  assert.deepEqual(found, [undefined, undefined, undefined, 4, 5, 6, 7]);
});

Deno.test("frame ring: slots that are being written are not taken, abandoned ones are free again", () => {
  const { writer } = openRing();
  const slots = [writer.acquire(), writer.acquire(), writer.acquire(), writer.acquire()];
  assert.deepEqual(new Set(slots), new Set([0, 1, 2, 3]));
  assert.equal(writer.acquire(), undefined);
  writer.abandon(2);
  assert.equal(writer.acquire(), 2);
});
