import assert from "node:assert/strict";
import { createParams, densityScale, parameters } from "../../gpu/params.ts";
import { createSchedule } from "../../gpu/schedule.ts";
import { createStepClock, STEP_BOUNDS_MS } from "../../gpu/step_clock.ts";

const MOVING = 1;

Deno.test("schedule: heat falls to 2 % of the way above cold in as many steps as asked for", () => {
  const schedule = createSchedule(createParams({ startHeat: 0.51, coldHeat: 0.01, coolingSteps: 100 }), {
    ignoreStillness: false,
  });
  for (let step = 1; step <= 100; step++) {
    assert.equal(schedule.settled, undefined);
    schedule.observe({ step, meanMove: MOVING, scrubbed: 0 });
  }
  assert.equal(schedule.settled, "cooled");
  assert.ok(Math.abs(schedule.heat - 0.02) < 1e-9);
});

Deno.test("schedule: still after 30 still steps in a row, and not when told to ignore it", () => {
  const still = createSchedule(createParams(), { ignoreStillness: false }),
    ignoring = createSchedule(createParams(), { ignoreStillness: true });
  for (let step = 1; step <= 52; step++) {
    assert.equal(still.settled, undefined, `${step}`);
    const meanMove = step === 21 ? MOVING : 0;
    still.observe({ step, meanMove, scrubbed: 0 });
    ignoring.observe({ step, meanMove, scrubbed: 0 });
  }
  assert.equal(still.settled, "still");
  assert.equal(ignoring.settled, undefined);
});

Deno.test("schedule: figures that lag count once", () => {
  const schedule = createSchedule(createParams(), { ignoreStillness: false });
  for (let k = 0; k < 100; k++) schedule.observe({ step: 5, meanMove: 0, scrubbed: 0 });
  assert.equal(schedule.settled, undefined);
});

Deno.test("schedule: reheating wakes, warms at least so far, and never cools", () => {
  const schedule = createSchedule(createParams({ coolingSteps: 50 }), { ignoreStillness: false });
  for (let step = 1; step <= 50; step++) schedule.observe({ step, meanMove: MOVING, scrubbed: 0 });
  schedule.reheat(0.2);
  assert.equal(schedule.settled, undefined);
  assert.equal(schedule.heat, 0.2);
  schedule.reheat(0.1);
  assert.equal(schedule.heat, 0.2);
  let steps = 0;
  for (; schedule.settled === undefined; steps++) schedule.observe({ step: 51 + steps, meanMove: MOVING, scrubbed: 0 });
  assert.ok(steps > 30 && steps <= 50, `${steps}`);
});

Deno.test("step clock: the rate is bounded, and a late clock does not catch up for long", () => {
  const clock = createStepClock(100);
  assert.ok(clock.waitMs(1000) <= 0);
  clock.stepped(1000, 1002);
  clock.stepped(1010, 1014);
  assert.equal(clock.waitMs(1014), 6);
  clock.stepped(5000, 5002);
  assert.ok(clock.waitMs(5002) <= -38);
  assert.equal(clock.figures().stepMs, 2);
  const { counts, sumMs } = clock.times;
  assert.equal(sumMs, 8);
  assert.deepEqual([STEP_BOUNDS_MS[4], STEP_BOUNDS_MS[5]], [2.5, 5]);
  assert.deepEqual([...counts], [0, 0, 0, 0, 2, 1, ...new Array(11).fill(0)]);
  clock.stepped(6000, 16_001);
  assert.equal(clock.times.counts[16], 1);
  clock.rest();
  assert.deepEqual(clock.figures(), { stepMs: 2, stepsPerSecond: 0 });
});

Deno.test("params: defaults lie in their ranges, others are refused", () => {
  for (const [name, { default: value, min, max }] of Object.entries(parameters)) {
    assert.ok(value >= min && value <= max, name);
  }
  assert.equal(createParams({ theta: 0.5 }).theta, 0.5);
  assert.throws(() => createParams({ damping: 2 }), /Cannot set damping to 2: it goes from 0 to 0.95/);
  assert.throws(() => createParams({ theta: NaN }), /Cannot set theta to NaN/);
});

Deno.test("params: dense graphs are calmed", () => {
  assert.deepEqual([densityScale(0, 0), densityScale(100, 700), densityScale(100, 800), densityScale(100, 2500)], [
    1,
    1,
    0.1,
    0.01,
  ]);
});
