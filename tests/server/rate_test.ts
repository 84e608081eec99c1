import assert from "node:assert/strict";
import { SlidingCount, TokenBucket, TokenBuckets } from "../../server/rate.ts";

Deno.test("sliding count: the tenth within a minute is too many, wherever the minute begins", () => {
  const count = new SlidingCount({ limit: 10, windowMs: 60_000 });
  for (let hit = 0; hit < 9; hit++) assert.equal(count.hit(50_000 + hit), false);
  assert.equal(count.hit(109_999), true); // 59,999 ms after the first
});

Deno.test("sliding count: exactly a minute apart is apart", () => {
  const count = new SlidingCount({ limit: 2, windowMs: 60_000 });
  assert.equal(count.hit(0), false);
  assert.equal(count.hit(60_000), false);
  assert.equal(count.hit(119_999), true);
  assert.equal(count.hit(119_999), true);
  assert.equal(count.hit(200_000), false);
});

Deno.test("sliding count: a limit of one is hit at once, a limit of none is a mistake", () => {
  assert.equal(new SlidingCount({ limit: 1, windowMs: 1000 }).hit(0), true);
  assert.throws(() => new SlidingCount({ limit: 0, windowMs: 1000 }), RangeError);
});

Deno.test("token bucket: full whenever it is used first, then refilled; what is too much takes nothing", () => {
  for (const firstMs of [0, 5_000_000]) {
    const bucket = new TokenBucket({ burst: 10, perMinute: 60 });
    assert.equal(bucket.take(firstMs, 10), 0);
    assert.equal(bucket.take(firstMs + 4000, 5), 1000);
    assert.equal(bucket.take(firstMs + 4000, 4), 0);
    assert.equal(bucket.take(firstMs + 4000), 1000);
  }
});

Deno.test("token buckets: a burst, then the refill, each key for itself", () => {
  const buckets = new TokenBuckets({ burst: 3, perMinute: 6, maxKeys: 10 });
  for (let attempt = 0; attempt < 3; attempt++) assert.equal(buckets.take("a", 0), 0);
  assert.equal(buckets.take("a", 0), 10_000);
  assert.equal(buckets.take("b", 0), 0);
  assert.equal(buckets.take("a", 4_000), 6_000);
  assert.equal(buckets.take("a", 10_000), 0);
  assert.equal(buckets.take("a", 10_000), 10_000);
});

Deno.test("token buckets: no more than the burst is saved up, and time that runs backwards gives nothing", () => {
  const buckets = new TokenBuckets({ burst: 2, perMinute: 60, maxKeys: 10 });
  assert.equal(buckets.take("a", 0), 0);
  assert.equal(buckets.take("a", 3_600_000), 0);
  assert.equal(buckets.take("a", 3_600_000), 0);
  assert.equal(buckets.take("a", 3_600_000), 1000);
  assert.equal(buckets.take("a", 0), 1000);
});

Deno.test("token buckets: memory is bounded; the key used longest ago is forgotten", () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1, maxKeys: 2 });
  buckets.take("a", 0);
  buckets.take("b", 1);
  assert.ok(buckets.take("a", 2) > 0);
  buckets.take("c", 3); // forgets b
  assert.equal(buckets.size, 2);
  assert.ok(buckets.take("a", 4) > 0);
  for (let key = 0; key < 1000; key++) buckets.take(String(key), 5);
  assert.equal(buckets.size, 2);
});
