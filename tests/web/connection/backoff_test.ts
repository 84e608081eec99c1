import assert from "node:assert/strict";
import { backoffDelayMs, retryAfterInReason } from "../../../web/connection/backoff.ts";

Deno.test("the ceiling doubles from 500 ms to 8 s", () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 60].map((attempt) => backoffDelayMs(attempt, { random: () => 1 }));
  assert.deepEqual(ceilings, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

Deno.test("jitter is full: anything from nothing to the ceiling", () => {
  assert.equal(backoffDelayMs(3, { random: () => 0 }), 0);
  assert.equal(backoffDelayMs(3, { random: () => 0.25 }), 1_000);
});

Deno.test("what the server asked for is never undercut", () => {
  assert.equal(backoffDelayMs(0, { random: () => 0.5, floorMs: 3_000 }), 3_000);
  assert.equal(backoffDelayMs(4, { random: () => 0.5, floorMs: 3_000 }), 4_000);
});

Deno.test("a wait of more than an hour is an hour", () => {
  assert.equal(backoffDelayMs(0, { random: () => 0, floorMs: 1e12 }), 3_600_000);
});

Deno.test("a close reason may name a wait", () => {
  assert.equal(retryAfterInReason("Slow down; retry_after=2"), 2_000);
  assert.equal(retryAfterInReason("retry_after=0.5."), 500);
  for (const reason of ["", "retry_after=", "retry_after=-1", "noretry_after=1", "Try again in 7 s."]) {
    assert.equal(retryAfterInReason(reason), undefined);
  }
});
