/** A short run of the fuzzer, and that it finds what it looks for. */
import assert from "node:assert/strict";
import { fuzz, shareOut } from "../../tools/fuzz.ts";
import { FUZZED, type Target } from "../../tools/fuzz_targets.ts";

const INPUTS = 20_000;

Deno.test("no decoder does anything but read or refuse damaged messages", async () => {
  const counts = shareOut(FUZZED, INPUTS);
  for (const [index, target] of FUZZED.entries()) {
    assert.deepEqual((await fuzz(target, { inputs: counts[index], seed: 7 })).failures, [], target.name);
  }
});

const broken = (decode: Target["decode"]): Target => ({ name: "broken", decode, seeds: [Uint8Array.of(1)], share: 1 });

Deno.test("the fuzzer reports another error, with the input that led to it, the same for the same seed", async () => {
  const target = broken((input) => {
    if (input.length === 0) throw new RangeError("no bytes");
  });
  const { failures } = await fuzz(target, { inputs: 200, seed: 1 });
  assert.ok(failures.length > 0 && failures.every(({ input }) => input.length === 0));
  assert.match(failures[0].reason, /RangeError: no bytes/);
  assert.deepEqual((await fuzz(target, { inputs: 200, seed: 1 })).failures, failures);
});

Deno.test("the fuzzer reports memory that an input does not account for", async () => {
  const kept: Uint8Array[] = [];
  const report = await fuzz(broken(() => kept.push(new Uint8Array(32 << 20))), { inputs: 1, seed: 1 });
  assert.match(report.failures[0].reason, /grew by/);
});
