import assert from "node:assert/strict";
import { RateLadder } from "../../server/rate_ladder.ts";

/** Due at the ladder's own rate for so long; `takes` says whether the watcher can take a frame at that rate. */
function runFor(ladder: RateLadder, { fromMs, ms, takes }: {
  readonly fromMs: number;
  readonly ms: number;
  readonly takes: (rateHz: number) => boolean;
}): number[] {
  const rates: number[] = [];
  for (let at = fromMs; at < fromMs + ms; at += 1000 / ladder.rateHz) {
    if (ladder.due(takes(ladder.rateHz) ? "taken" : "missed", at)) rates.push(ladder.rateHz);
  }
  return rates;
}

const always = () => true, never = () => false;

Deno.test("rate ladder: whoever keeps up stays at the rate it asked for", () => {
  const ladder = new RateLadder(60, 0);
  assert.deepEqual(runFor(ladder, { fromMs: 0, ms: 60_000, takes: always }), []);
  assert.equal(ladder.rateHz, 60);
  assert.equal(ladder.isLowered, false);
});

Deno.test("rate ladder: whoever takes nothing goes down 60 30 20 10 5 and stays there", () => {
  const ladder = new RateLadder(60, 0);
  assert.deepEqual(runFor(ladder, { fromMs: 0, ms: 60_000, takes: never }), [30, 20, 10, 5]);
  assert.equal(ladder.isLowered, true);
});

Deno.test("rate ladder: it starts from what was asked, also between two rungs", () => {
  assert.deepEqual(runFor(new RateLadder(25, 0), { fromMs: 0, ms: 10_000, takes: never }), [20, 10, 5]);
  assert.deepEqual(runFor(new RateLadder(3, 0), { fromMs: 0, ms: 10_000, takes: never }), []);
});

Deno.test("rate ladder: a miss now and then is no reason to slow down", () => {
  const ladder = new RateLadder(60, 0);
  let due = 0;
  assert.deepEqual(runFor(ladder, { fromMs: 0, ms: 60_000, takes: () => ++due % 5 !== 0 }), []);
});

Deno.test("rate ladder: a stall of a fifth of a second is no reason to slow down, one of half a second is", () => {
  for (const [stallMs, expected] of [[200, []], [500, [30]]] as const) {
    const ladder = new RateLadder(60, 0);
    runFor(ladder, { fromMs: 0, ms: 3000, takes: always });
    assert.deepEqual(runFor(ladder, { fromMs: 3000, ms: stallMs, takes: never }), expected, `${stallMs} ms`);
  }
});

Deno.test("rate ladder: a miss now and then does not keep a watcher from climbing back, one in five does", () => {
  for (const [every, isBack] of [[20, true], [5, false]] as const) {
    const ladder = new RateLadder(60, 0);
    runFor(ladder, { fromMs: 0, ms: 500, takes: never });
    let due = 0;
    runFor(ladder, { fromMs: 500, ms: 10_000, takes: () => ++due % every !== 0 });
    assert.equal(ladder.rateHz === 60, isBack, `one in ${every}`);
  }
});

Deno.test("rate ladder: whoever takes as many frames as the next rung would bring stays; who takes fewer goes there", () => {
  const cases: [number, number, number[]][] = [[60, 1 / 2, []], [60, 5 / 12, [30]], [30, 2 / 3, []], [30, 7 / 12, [
    20,
  ]]];
  for (const [rateHz, share, expected] of cases) {
    const ladder = new RateLadder(rateHz, 0);
    let due = 0;
    const takes = (rate: number) => rate < rateHz || Math.floor(++due * share) > Math.floor((due - 1) * share);
    assert.deepEqual(runFor(ladder, { fromMs: 0, ms: 1500, takes }), expected, `${share} of ${rateHz} Hz`);
  }
});

Deno.test("rate ladder: after two good seconds one rung up, until it is back", () => {
  const ladder = new RateLadder(60, 0);
  runFor(ladder, { fromMs: 0, ms: 5000, takes: never });
  const rates = runFor(ladder, { fromMs: 5000, ms: 10_000, takes: always });
  assert.deepEqual(rates, [10, 20, 30, 60]);
});

Deno.test("rate ladder: climbs that do not hold are tried ever less often", () => {
  const ladder = new RateLadder(60, 0), canTake = (rateHz: number) => rateHz <= 20;
  const firstMinute = runFor(ladder, { fromMs: 0, ms: 60_000, takes: canTake });
  const fifthMinute = runFor(ladder, { fromMs: 240_000, ms: 60_000, takes: canTake });
  assert.ok(firstMinute.filter((rate) => rate === 30).length <= 8, `${firstMinute}`);
  assert.ok(fifthMinute.filter((rate) => rate === 30).length <= 3, `${fifthMinute}`);
  assert.equal(Math.min(...firstMinute, ...fifthMinute), 20, "never below what it can take");
});
