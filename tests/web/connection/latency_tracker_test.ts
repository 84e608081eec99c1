import assert from "node:assert/strict";
import { LatencyTracker } from "../../../web/connection/latency_tracker.ts";

Deno.test("without a sample there is nothing to say", () => {
  assert.equal(new LatencyTracker(100).figures(), undefined);
});

Deno.test("one sample is all of its figures", () => {
  const tracker = new LatencyTracker(100);
  tracker.add(7);
  assert.deepEqual(tracker.figures(), { count: 1, avg: 7, min: 7, max: 7, p95: 7, p99: 7 });
});

Deno.test("1 to 100 in any order: nearest rank", () => {
  const tracker = new LatencyTracker(100);
  for (let step = 0; step < 100; step++) tracker.add((step * 37) % 100 + 1);
  assert.deepEqual(tracker.figures(), { count: 100, avg: 50.5, min: 1, max: 100, p95: 95, p99: 99 });
});

Deno.test("only the last ones count, and asking changes nothing", () => {
  const tracker = new LatencyTracker(3);
  for (const sample of [1_000, 9, 30, 6]) tracker.add(sample);
  const expected = { count: 3, avg: 15, min: 6, max: 30, p95: 30, p99: 30 };
  assert.deepEqual(tracker.figures(), expected);
  assert.deepEqual(tracker.figures(), expected);
  tracker.add(0); // replaces the 9, the oldest
  assert.deepEqual(tracker.figures(), { count: 3, avg: 12, min: 0, max: 30, p95: 30, p99: 30 });
});

Deno.test("what is no duration is refused", () => {
  for (const sample of [-1, NaN, Infinity]) assert.throws(() => new LatencyTracker(1).add(sample), RangeError);
  for (const capacity of [0, 1.5, -1]) assert.throws(() => new LatencyTracker(capacity), RangeError);
});
