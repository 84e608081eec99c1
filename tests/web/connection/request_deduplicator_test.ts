import assert from "node:assert/strict";
import { RequestDeduplicator } from "../../../web/connection/request_deduplicator.ts";

/** Requests that the test answers. */
function setUp() {
  const requests: { signal: AbortSignal; answer: PromiseWithResolvers<string> }[] = [];
  const start = (signal: AbortSignal) => {
    const answer = Promise.withResolvers<string>();
    requests.push({ signal, answer });
    return answer.promise;
  };
  return { requests, start, shared: new RequestDeduplicator<string>() };
}

Deno.test("one request per key, one answer for all who ask", async () => {
  const { requests, start, shared } = setUp();
  const answers = [shared.ask("a", start), shared.ask("a", start), shared.ask("b", start)];
  assert.equal(requests.length, 2);
  requests[0].answer.resolve("A");
  requests[1].answer.resolve("B");
  assert.deepEqual(await Promise.all(answers), ["A", "A", "B"]);
});

Deno.test("an answer is not kept: later questions are asked again", async () => {
  const { requests, start, shared } = setUp();
  const first = shared.ask("a", start);
  requests[0].answer.resolve("old");
  await first;
  const second = shared.ask("a", start);
  requests[1].answer.resolve("new");
  assert.equal(await second, "new");
});

Deno.test("a failure is everybody's, and the next question is asked again", async () => {
  const { requests, start, shared } = setUp();
  const both = [shared.ask("a", start), shared.ask("a", start)];
  requests[0].answer.reject(new RangeError("no"));
  for (const { status } of await Promise.allSettled(both)) assert.equal(status, "rejected");
  const again = shared.ask("a", start);
  requests[1].answer.resolve("yes");
  assert.equal(await again, "yes");
});

Deno.test("who leaves leaves alone; the last one takes the request along", async () => {
  const { requests, start, shared } = setUp(), one = new AbortController(), other = new AbortController();
  const first = shared.ask("a", start, { signal: one.signal });
  const second = shared.ask("a", start, { signal: other.signal });
  one.abort(new DOMException("gone", "AbortError"));
  await assert.rejects(first, /gone/);
  assert.equal(requests[0].signal.aborted, false);
  other.abort(new DOMException("gone too", "AbortError"));
  await assert.rejects(second, /gone too/);
  assert.equal(requests[0].signal.aborted, true);
  const third = shared.ask("a", start);
  assert.equal(requests.length, 2);
  requests[0].answer.reject(requests[0].signal.reason); // what the aborted one says late is nobody's
  requests[1].answer.resolve("fresh");
  assert.equal(await third, "fresh");
});

Deno.test("who has left already starts nothing", async () => {
  const { requests, start, shared } = setUp();
  await assert.rejects(shared.ask("a", start, { signal: AbortSignal.abort(new DOMException("no", "AbortError")) }));
  assert.equal(requests.length, 0);
});

Deno.test("after forget, a new question is asked anew, and both get their own answer", async () => {
  const { requests, start, shared } = setUp();
  const before = shared.ask("a", start);
  shared.forget();
  const after = shared.ask("a", start);
  requests[0].answer.resolve("old");
  assert.equal(await before, "old");
  const sharing = shared.ask("a", start); // the end of the old one did not end the new one
  requests[1].answer.resolve("new");
  assert.deepEqual([await after, await sharing], ["new", "new"]);
  assert.equal(requests.length, 2);
});
