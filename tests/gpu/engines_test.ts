import assert from "node:assert/strict";
import type { FoundAdapter } from "../../gpu/device.ts";
import { chooseEngine } from "../../gpu/engines.ts";
import { createParams } from "../../gpu/params.ts";
import { foundAdapter as found, readyDevice } from "./device.ts";
import { dust, path } from "./graphs.ts";

const skip = found === undefined;

Deno.test({
  name: "engines: auto takes the CPU where the only adapter is a software one, webgpu takes it all the same",
  ignore: skip || found?.software !== true,
  async fn() {
    const options = { seed: 1, threads: 1, dims: 3, params: createParams() } as const;
    const auto = await chooseEngine(path(10), { ...options, engine: "auto" });
    assert.equal(auto.info.name, "cpu");
    assert.match(auto.info.reason ?? "", /software/);
    const asked = await chooseEngine(path(10), { ...options, engine: "webgpu" });
    assert.deepEqual(asked.info, { name: "webgpu", detail: found?.name, readBack: readyDevice?.mapping });
    asked.giveUp();
  },
});

/** The adapter that tests have, as if it were a real one, with the limits given. */
function realAdapter({ adapter, name }: FoundAdapter, limits: Partial<GPUSupportedLimits> = {}): FoundAdapter {
  const overridden = {
    maxBufferSize: adapter.limits.maxBufferSize,
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    ...limits,
  };
  const proxy = new Proxy(adapter, {
    get(target, property) {
      if (property === "limits") return overridden;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { adapter: proxy, name, software: false };
}

Deno.test({
  name: "engines: auto takes a real adapter whatever the size, while its buffers are large enough",
  ignore: skip,
  async fn() {
    if (found === undefined) return;
    const options = { engine: "auto", seed: 1, threads: 1, dims: 3, params: createParams() } as const;
    const graph = dust(300_000), real = realAdapter(found);
    const large = await chooseEngine(graph, options, { find: () => Promise.resolve(real) });
    assert.deepEqual(large.info, { name: "webgpu", detail: found.name, readBack: readyDevice?.mapping });
    large.giveUp();
    const small = realAdapter(found, { maxStorageBufferBindingSize: 2 ** 20 });
    const { info } = await chooseEngine(graph, options, { find: () => Promise.resolve(small) });
    assert.equal(info.name, "cpu");
    assert.match(info.reason ?? "", /cannot be used: The graph needs a buffer of \d+ MiB, and the GPU allows 1 MiB\.$/);
  },
});
