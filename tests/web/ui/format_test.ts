import assert from "node:assert/strict";
import { formatBytes, formatCount, formatMs, formatValue, plural } from "../../../web/ui/format.ts";
import { offeredWords } from "../../../web/ui/hud.tsx";
import { stepWords } from "../../../web/ui/loading.tsx";

Deno.test("counts", () => {
  assert.deepEqual([0, 999, 107525].map(formatCount), ["0", "999", "107,525"]);
  assert.deepEqual([plural(1, "node"), plural(2, "edge")], ["1 node", "2 edges"]);
});

Deno.test("bytes have three digits", () => {
  const texts = [0, 999, 1_000, 12_345, 999_499, 999_999, 3_400_000, 5e12].map(formatBytes);
  assert.deepEqual(texts, ["0 B", "999 B", "1.00 kB", "12.3 kB", "999 kB", "1.00 MB", "3.40 MB", "5.00e+3 GB"]);
});

Deno.test("times", () => {
  assert.deepEqual([0.42, 12.34, 250.4, 1234].map(formatMs), ["0.42 ms", "12.3 ms", "250 ms", "1.23 s"]);
});

Deno.test("attribute values", () => {
  const values = [null, "text", 3, 85.5, 0.1 + 0.2, true, [1, 2], { a: 1 }];
  assert.deepEqual(values.map(formatValue), ["–", "text", "3", "85.5", "0.3", "true", "[1,2]", '{"a":1}']);
});

Deno.test("what is being waited for, counted", () => {
  assert.equal(
    stepWords({ what: "Placing nodes", unit: "count", done: 3400, total: 107525 }),
    "Placing nodes 3,400 / 107,525",
  );
  assert.equal(stepWords({ what: "Loading names", unit: "bytes", done: 1_200_000 }), "Loading names 1.20 MB");
  assert.equal(stepWords({ what: "Preparing", unit: "count" }), "Preparing");
});

Deno.test("a rate is told beside the one that was asked for where it is lower", () => {
  assert.equal(offeredWords({ rateHz: 60, askedHz: 60 }), "60 Hz");
  assert.equal(offeredWords({ rateHz: 30, askedHz: 60 }), "30 of 60 Hz");
});
