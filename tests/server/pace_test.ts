import assert from "node:assert/strict";
import { Pace } from "../../server/pace.ts";

/** A loop that turns when it is told to. */
function openLoop() {
  const due: (() => void)[] = [];
  return {
    due,
    after: (_: number, callback: () => void) => {
      due.push(callback);
      return () => {};
    },
    turn: () => due.splice(0).forEach((callback) => callback()),
  };
}

Deno.test("pace: so many enter at once, the others turn by turn in order, and nothing ticks when nobody waits", async () => {
  const loop = openLoop(), pace = new Pace(loop, 2), entered: number[] = [];
  const come = async (who: number) => {
    await pace.enter();
    entered.push(who);
  };
  const all = [1, 2, 3, 4, 5].map(come);
  await Promise.all(all.slice(0, 2));
  assert.deepEqual([entered, pace.waiting], [[1, 2], 3]);
  loop.turn();
  await Promise.all(all.slice(0, 4));
  assert.deepEqual([entered, pace.waiting], [[1, 2, 3, 4], 1]);
  // Whoever comes while others wait comes after them.
  const late = come(6);
  loop.turn();
  await late;
  assert.deepEqual(entered, [1, 2, 3, 4, 5, 6]);
  loop.turn();
  assert.deepEqual(loop.due, []);
  await come(7);
  assert.deepEqual([entered.at(-1), pace.waiting], [7, 0]);
});
