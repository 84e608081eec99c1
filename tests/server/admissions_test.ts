import assert from "node:assert/strict";
import { Admissions, type Place } from "../../server/admissions.ts";
import { LIMITS } from "../../server/limits.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function take(admissions: Admissions, user: string, address: string): Place {
  const place = admissions.take(user, address);
  assert.ok(!("status" in place), "status" in place ? place.message : "");
  return place;
}

Deno.test("places are counted when a handshake is accepted, not when the socket is open", () => {
  const admissions = new Admissions(new FakeClock());
  for (let taken = 0; taken < LIMITS.connectionsPerUser.value; taken++) take(admissions, "ada", `10.0.0.${taken}`);
  assert.deepEqual(admissions.take("ada", "10.0.1.1"), { status: 429, message: "ada has too many connections open." });
  take(admissions, "grace", "10.0.1.1");
});

Deno.test("an address has its own bound", () => {
  const admissions = new Admissions(new FakeClock());
  for (let taken = 0; taken < LIMITS.connectionsPerAddress.value; taken++) take(admissions, `u${taken}`, "10.0.0.1");
  const refused = admissions.take("another", "10.0.0.1");
  assert.equal("status" in refused && refused.status, 429);
});

Deno.test("a handshake that never becomes a socket gives its place back; one that does keeps it", () => {
  const clock = new FakeClock(), admissions = new Admissions(clock);
  take(admissions, "ada", "10.0.0.1");
  const open = take(admissions, "ada", "10.0.0.1");
  open.keep();
  clock.advance(10 * LIMITS.handshakeMs.value);
  assert.equal(admissions.total, 1);
  open.release();
  open.release();
  assert.equal(admissions.total, 0);
  assert.equal(clock.pending, 0);
});
