import assert from "node:assert/strict";
import { getPriority } from "node:os";

Deno.test({
  name: "give way: the thread that asks for it has another priority, and no other thread",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const before = getPriority(0);
    const worker = new Worker(new URL("../helpers/giving_worker.ts", import.meta.url), { type: "module" });
    const nice = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.terminate();
    assert.deepEqual([nice, getPriority(0)], [Math.max(5, before), before]);
  },
});
