import assert from "node:assert/strict";
import { backoffDelayMs } from "../../../web/connection/backoff.ts";

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
