import assert from "node:assert/strict";
import { type Limit, LIMITS } from "../../server/limits.ts";

const limits: [string, Limit][] = Object.entries(LIMITS);

Deno.test("limits: every one is a positive whole number, named for its unit, and explained in a sentence", () => {
  for (const [name, { value, unit, meaning }] of limits) {
    assert.ok(Number.isInteger(value) && value > 0, name);
    assert.match(meaning, /^[A-Z].*[^.]\.$/, name);
    if (unit === "ms") assert.match(name, /Ms$/);
    if (unit === "bytes") assert.match(name, /Bytes$/);
  }
});

Deno.test("limits: those that depend on each other agree", () => {
  assert.ok(LIMITS.headerMs.value <= LIMITS.requestMs.value);
  assert.ok(LIMITS.connectionsPerUser.value <= LIMITS.connectionsPerAddress.value);
  assert.ok(LIMITS.connectionsPerAddress.value <= LIMITS.connections.value);
  assert.ok(LIMITS.filtersPerUser.value < LIMITS.filters.value);
  assert.ok(LIMITS.eventWindowBytes.value <= LIMITS.queuedEventBytes.value);
  assert.ok(LIMITS.requestsPerUser.value <= LIMITS.requestsPerAddress.value);
  assert.ok(LIMITS.requestBurstPerUser.value <= LIMITS.requestBurstPerAddress.value);
  // Who changes the graph as often as it may must not meet the limit on requests first.
  assert.ok(LIMITS.changesPerUser.value < LIMITS.requestsPerUser.value);
  assert.ok(LIMITS.changesPerUser.value < LIMITS.requestBurstPerUser.value);
  assert.ok(LIMITS.searchesPerUser.value < LIMITS.pendingSearches.value);
  // Stopping takes closeMs for the sockets and again for responses, and must end within 5 s.
  assert.ok(2 * LIMITS.closeMs.value < 5000);
});
