import assert from "node:assert/strict";
import { BatchQueue, type BatchQueueOptions } from "../../../web/connection/batch_queue.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

/** A queue of names whose capitals come first, and the other end of it. */
function setUp(options: Partial<BatchQueueOptions<string>> = {}) {
  const clock = new FakeClock(), sent: string[] = [], failures: unknown[] = [];
  const end: { reply: () => Promise<void> } = { reply: () => Promise.resolve() };
  const queue = new BatchQueue<string>({
    send: (batch) => {
      sent.push(batch.join(""));
      return end.reply();
    },
    failed: (error) => void failures.push(error),
    ...{ batchSize: 3, intervalMs: 16, capacity: 10, levels: 2, clock, random: () => 1 },
    priorityOf: (item) => item === item.toUpperCase() ? 0 : 1,
    ...options,
  });
  const put = (items: string) => [...items].map((item) => queue.enqueue(item)).filter((item) => item !== undefined);
  return { clock, sent, failures, end, queue, put };
}

/** Lets promises be heard. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

Deno.test("a full batch leaves at once, the rest after the interval", async () => {
  const { put, sent, clock } = setUp();
  put("abcd");
  assert.deepEqual(sent, ["abc"]);
  await settle();
  clock.advance(15);
  assert.deepEqual(sent, ["abc"]);
  clock.advance(1);
  assert.deepEqual(sent, ["abc", "d"]);
  await settle();
  assert.equal(clock.pending, 0);
});

Deno.test("the urgent go first, equals in the order they came", async () => {
  const { put, sent, clock } = setUp({ batchSize: 10 });
  put("aXbYcZ");
  clock.advance(16);
  assert.deepEqual(sent, ["XYZabc"]);
  await settle();
});

Deno.test("one batch at a time", async () => {
  const { put, sent, end } = setUp(), first = Promise.withResolvers<void>();
  end.reply = () => first.promise;
  put("abcdefg");
  assert.deepEqual(sent, ["abc"]);
  end.reply = () => Promise.resolve();
  first.resolve();
  await settle();
  assert.deepEqual(sent, ["abc", "def"]);
});

Deno.test("a failed batch goes again, in its order and before what came later, after a growing delay", async () => {
  const { put, sent, end, clock, failures } = setUp();
  end.reply = () => Promise.reject(new Error("down"));
  put("aBc");
  await settle();
  put("dEf"); // enough for a batch, and not sent before its time
  assert.deepEqual(sent, ["Bac"]);
  clock.advance(499);
  assert.deepEqual(sent, ["Bac"]);
  clock.advance(1);
  await settle();
  assert.deepEqual(sent, ["Bac", "BEa"]);
  end.reply = () => Promise.resolve();
  clock.advance(999);
  assert.equal(sent.length, 2);
  clock.advance(1);
  await settle();
  assert.deepEqual(sent.slice(2), ["BEa", "cdf"]);
  assert.equal(failures.length, 2);
});

Deno.test("success starts the delays over, and the other end may ask for longer ones", async () => {
  const { put, sent, end, clock } = setUp({ failed: () => 3_000 });
  end.reply = () => Promise.reject(new Error("busy"));
  put("abc");
  await settle();
  clock.advance(2_999);
  assert.equal(sent.length, 1);
  end.reply = () => Promise.resolve();
  clock.advance(1);
  await settle();
  assert.deepEqual(sent, ["abc", "abc"]);
});

Deno.test("overflow: the oldest of the least urgent makes room, and nobody for the less urgent", async () => {
  const { put, sent, clock } = setUp({ batchSize: 10, capacity: 3 });
  assert.deepEqual(put("abcd"), ["a"]);
  assert.deepEqual(put("XY"), ["b", "c"]);
  assert.deepEqual(put("Z"), ["d"]);
  assert.deepEqual(put("e"), ["e"]);
  assert.deepEqual(put("W"), ["X"]);
  clock.advance(16);
  assert.deepEqual(sent, ["YZW"]);
  await settle();
});

Deno.test("what is under way counts, so that a batch put back always finds room", async () => {
  const { put, end, queue, clock, sent } = setUp({ capacity: 3 }), reply = Promise.withResolvers<void>();
  end.reply = () => reply.promise;
  assert.deepEqual(put("abcX"), ["X"]);
  reply.reject(new Error("down"));
  await settle();
  assert.equal(queue.waiting, 3);
  end.reply = () => Promise.resolve();
  clock.advance(500);
  assert.deepEqual(sent, ["abc", "abc"]);
  await settle();
});

Deno.test("drain sends now and is over when nothing is left", async () => {
  const { put, sent, queue, clock } = setUp();
  put("abcde");
  await queue.drain();
  assert.deepEqual(sent, ["abc", "de"]);
  assert.equal(clock.pending, 0);
  await queue.drain();
});

Deno.test("close waits for the batch under way, then gives back what was not delivered", async () => {
  const { put, sent, end, queue, clock } = setUp(), reply = Promise.withResolvers<void>();
  end.reply = () => reply.promise;
  put("abcdE");
  const drained = queue.drain(), rest = queue.close();
  reply.reject(new Error("down"));
  assert.deepEqual(await rest, ["E", "a", "b", "c", "d"]);
  await drained;
  assert.deepEqual(sent, ["abc"]);
  assert.equal(clock.pending, 0);
  assert.equal(queue.enqueue("x"), "x");
  assert.deepEqual(await queue.close(), []);
});

Deno.test("bounds and priorities that make no sense are refused", () => {
  for (const options of [{ batchSize: 0 }, { capacity: 1.5 }, { levels: 0 }]) {
    assert.throws(() => setUp(options), /must be an integer of at least 1/);
  }
  assert.throws(() => setUp({ priorityOf: () => 2 }).queue.enqueue("a"), /Priority 2 is not one of 0 to 1/);
});

Deno.test("a thousand items into a waiting queue: order holds", async () => {
  const seen: number[] = [], clock = new FakeClock();
  const queue = new BatchQueue<number>({
    send: (batch) => Promise.resolve(void seen.push(...batch)),
    failed: () => undefined,
    ...{ batchSize: 64, intervalMs: 5, capacity: 1_000, levels: 3, clock, random: () => 0 },
    priorityOf: (item) => item % 3,
  });
  // The first batch leaves as soon as it is full; everything else waits for it.
  for (let item = 0; item < 1_000; item++) queue.enqueue(item);
  await queue.drain();
  const later = seen.slice(64);
  assert.deepEqual(later, later.toSorted((a, b) => a % 3 - b % 3 || a - b));
  assert.equal(new Set(seen).size, 1_000);
});
