import assert from "node:assert/strict";
import { drift } from "../../bench/q1_drift.ts";

Deno.test("[Q1-5] [Q1-7] three thousand frames with gaps, losses and new boxes: never beyond half a quantum", () => {
  const { messages, keyframes, boxes, worstQuanta, broken } = drift(3_000, 2);
  assert.equal(broken, 0);
  assert.ok(worstQuanta > 0.49 && worstQuanta < 0.6, `${worstQuanta} quanta`);
  assert.ok(messages > 7_000 && boxes > 20 && keyframes > 4 * boxes, `${messages}, ${keyframes}, ${boxes}`);
});
