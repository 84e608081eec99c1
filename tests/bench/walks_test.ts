/** Forms of the walk that only a benchmark uses are walks all the same. */
import assert from "node:assert/strict";
import { compareWalks } from "../../bench/walks/compare.ts";
import { foundAdapter } from "../gpu/device.ts";
import { testOnDevice } from "../gpu/kernel_tools.ts";

testOnDevice(
  "walks: every form is near the exact sum, and a list gives what the walk of as many points does",
  async (ready) => {
    if (foundAdapter?.adapter.features.has("timestamp-query") !== true) return;
    const compared = await compareWalks(ready, { nodes: 3000, steps: 1 });
    for (const { name, error, walkMs } of compared) {
      assert.ok(
        error > 0 && error < 0.1 && walkMs > 0,
        `${name} ${error}`,
      );
    }
    const errorOf = (name: string) => compared.find((form) => form.name === name)?.error ?? NaN;
    assert.ok(Math.abs(errorOf("32 by a list") - errorOf("32 together")) < 1e-4);
  },
);
