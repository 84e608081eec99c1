import assert from "node:assert/strict";
import { BOX_RULES, type PositionBox } from "../../protocol/frame.ts";
import type { FrameDetail } from "../../gpu/api.ts";
import type { BoxChoice } from "../../gpu/engine.ts";
import { createFrameRingMemory, type FrameTicket, openFrameReader, openFrameWriter } from "../../gpu/frame_ring.ts";
import { createPublisher } from "../../gpu/publisher.ts";

/** A simulation that is only read, and whose box is where it is told to be. */
function open(detail: FrameDetail, { canRound = true } = {}) {
  const memory = createFrameRingMemory(1), reader = openFrameReader(memory);
  const reads: string[] = [], posted: FrameTicket[] = [];
  let box: PositionBox = { low: [0, 0, 0], quantum: 1 };
  const simulation = {
    steps: 0,
    readInto(positions: Float32Array, velocities: Float32Array) {
      reads.push("full");
      positions.fill(0.5);
      velocities.fill(2);
      return Promise.resolve();
    },
    readRoundedInto({ steps, positions }: { steps: Uint16Array; positions: Float32Array }, choice: BoxChoice) {
      if (!canRound) return Promise.resolve(undefined);
      reads.push(choice);
      steps.fill(1);
      positions.fill(1);
      return Promise.resolve(box);
    },
  };
  const publisher = createPublisher({
    simulation,
    frames: openFrameWriter(memory),
    maxFramesPerSecond: 60,
    detail,
    post: (ticket) => posted.push(ticket),
  });
  return {
    publisher,
    reads,
    /** Something has changed, and it is this time. */
    async frameAt(nowMs: number) {
      publisher.changed();
      publisher.offer(nowMs);
      await settle();
    },
    taken() {
      const ticket = posted.shift();
      return ticket && reader.take(ticket);
    },
    posted,
    move(quantum: number) {
      box = { low: [0, 0, 0], quantum };
    },
  };
}

/** Everything that nothing has to be waited for. */
async function settle(): Promise<void> {
  for (let k = 0; k < 20; k++) await Promise.resolve();
}

Deno.test("publisher: rounded frames have steps and a box, the last before a rest is full", async () => {
  const { publisher, reads, frameAt, taken } = open("rounded");
  await frameAt(0);
  const moving = taken();
  assert.deepEqual(moving?.rounded, {
    box: { low: [0, 0, 0], quantum: 1 },
    boxNumber: 1,
    steps: Uint16Array.of(1, 1, 1),
  });
  assert.deepEqual([...moving?.positions ?? [], ...moving?.velocities ?? []], [1, 1, 1, 0, 0, 0]);
  await publisher.flush();
  const resting = taken();
  assert.equal(resting?.rounded, undefined);
  assert.deepEqual([...resting?.positions ?? [], ...resting?.velocities ?? []], [0.5, 0.5, 0.5, 2, 2, 2]);
  await publisher.flush();
  assert.equal(taken(), undefined);
  assert.deepEqual(reads, ["new", "full"]);
});

Deno.test("publisher: a box is kept for its life, and counted when there is another", async () => {
  const { frameAt, posted, reads, move } = open("rounded");
  for (const nowMs of [0, 100, 200, BOX_RULES.lifeMs, BOX_RULES.lifeMs + 100, 2 * BOX_RULES.lifeMs + 50]) {
    // At 200 a node has left the box.
    if (nowMs === 200) move(2);
    await frameAt(nowMs);
  }
  assert.deepEqual(posted.map(({ box }) => box?.boxNumber), [1, 1, 2, 2, 2, 3]);
  assert.deepEqual(reads, ["new", "kept", "kept", "kept", "kept", "new"]);
});

Deno.test("publisher: when everything is needed the next frame has it, due or not", async () => {
  const { publisher, frameAt, reads, posted } = open("rounded");
  await frameAt(0);
  publisher.need("full");
  publisher.offer(1);
  await settle();
  assert.deepEqual(reads, ["new", "full"]);
  assert.deepEqual(posted.map(({ box }) => box?.boxNumber), [1, undefined]);
  publisher.need("rounded");
  publisher.need("full");
  publisher.offer(2);
  await settle();
  assert.equal(posted.length, 2);
});

Deno.test("publisher: what cannot round gives all", async () => {
  const { frameAt, reads, posted } = open("rounded", { canRound: false });
  await frameAt(0);
  assert.deepEqual([reads, posted.length, posted[0]?.box], [["full"], 1, undefined]);
});
