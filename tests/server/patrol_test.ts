import assert from "node:assert/strict";
import { Hub } from "../../server/hub.ts";
import { LIMITS } from "../../server/limits.ts";
import { keepWatch } from "../../server/patrol.ts";
import type { GraphSession } from "../../server/session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("an account that cannot be looked up is told to the operator and ends nothing", async () => {
  const clock = new FakeClock(), hub = new Hub<GraphSession>(), told = Promise.withResolvers<unknown>();
  const session = { line: { beat() {} }, token: "t", options: { participant: 7 }, channels: new Set() };
  hub.add(session as unknown as GraphSession);
  const stop = keepWatch({
    hub,
    endpoint: { tell: () => {} },
    loop: { state: { kind: "settled", reason: "still" } },
    auth: { verify: () => Promise.reject(new Error("disk gone")) },
    clock,
    onFault: told.resolve,
  });
  clock.advance(LIMITS.heartbeatMs.value);
  assert.match(String(await told.promise), /disk gone/);
  stop();
  assert.equal(clock.pending, 0);
});

Deno.test("a moving layout is told every second, a resting one is not", () => {
  const clock = new FakeClock(), told: string[] = [];
  const options = {
    hub: new Hub<GraphSession>(),
    endpoint: { tell: (change: string) => told.push(change) },
    auth: { verify: () => Promise.reject(new Error("not asked")) },
    clock,
    onFault: () => {},
  };
  const stopMoving = keepWatch({ ...options, loop: { state: { kind: "moving" } } });
  clock.advance(3500);
  stopMoving();
  const stopResting = keepWatch({ ...options, loop: { state: { kind: "paused" } } });
  clock.advance(3500);
  stopResting();
  assert.deepEqual(told, ["state", "state", "state"]);
});

Deno.test("[EV-11] a role that has changed counts at once, and is told to all", async () => {
  const clock = new FakeClock(), hub = new Hub<GraphSession>(), told = Promise.withResolvers<string>();
  const session = { line: { beat() {} }, token: "t", options: { participant: 7 }, channels: new Set(), role: "editor" };
  hub.add(session as unknown as GraphSession);
  const stop = keepWatch({
    hub,
    endpoint: { tell: told.resolve },
    loop: { state: { kind: "settled", reason: "still" } },
    auth: {
      verify: () =>
        Promise.resolve({ ok: true, identity: { user: "ada", account: 1, role: "viewer", expiresAtMs: 0 } }),
    },
    clock,
    onFault: told.reject,
  });
  clock.advance(LIMITS.heartbeatMs.value);
  assert.deepEqual([await told.promise, session.role], ["participants", "viewer"]);
  stop();
});

Deno.test("every connection is looked after once a heartbeat, few of them at a time", () => {
  const clock = new FakeClock(), hub = new Hub<GraphSession>(), beats: number[] = [], COUNT = 3000;
  for (let participant = 1; participant <= COUNT; participant++) {
    const line = { beat: () => beats.push(participant) };
    const session = { line, token: "t", options: { participant }, role: "viewer" };
    hub.add(session as unknown as GraphSession);
  }
  const stop = keepWatch({
    hub,
    endpoint: { tell: () => {} },
    loop: { state: { kind: "settled", reason: "still" } },
    auth: {
      verify: () =>
        Promise.resolve({ ok: true, identity: { user: "ada", account: 1, role: "viewer", expiresAtMs: 0 } }),
    },
    clock,
    onFault: (error) => assert.fail(String(error)),
  });
  let most = 0;
  for (let ms = 0; ms < LIMITS.heartbeatMs.value; ms++) {
    const before = beats.length;
    clock.advance(1);
    most = Math.max(most, beats.length - before);
  }
  assert.equal(beats.length, COUNT);
  assert.equal(new Set(beats).size, COUNT);
  assert.ok(most <= COUNT / 100, `${most} at once`);
  stop();
});
