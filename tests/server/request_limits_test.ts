import assert from "node:assert/strict";
import { LIMITS } from "../../server/limits.ts";
import { RequestLimits, Turns } from "../../server/request_limits.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("request limits: a burst, then the refill, each asker for itself, and counted where refused", () => {
  const clock = new FakeClock(), limits = new RequestLimits(clock);
  for (let sent = 0; sent < LIMITS.requestBurstPerUser.value; sent++) {
    assert.equal(limits.take("account", "ada"), undefined);
  }
  assert.deepEqual(limits.take("account", "ada"), {
    message: "Too many requests of one account: at most 1200 a minute are answered.",
    retryAfterS: 0.05,
  });
  assert.equal(limits.take("account", "grace"), undefined);
  assert.equal(limits.take("address", "ada"), undefined, "an address is no account");
  clock.advance(50);
  assert.equal(limits.take("account", "ada"), undefined);
  assert.notEqual(limits.take("account", "ada"), undefined);
  assert.deepEqual([...limits.refused], [["account", 2]]);
});

Deno.test("turns: so many at a time of each key, and an end gives one back once all are known", () => {
  const turns = new Turns(2), ends = [turns.take("a"), turns.take("a")];
  assert.equal(turns.take("a"), undefined);
  assert.notEqual(turns.take("b"), undefined);
  ends[0]?.();
  const again = turns.take("a");
  assert.notEqual(again, undefined);
  assert.equal(turns.take("a"), undefined);
  ends[1]?.();
  again?.();
  assert.ok([turns.take("a"), turns.take("a")].every((end) => end !== undefined));
});
