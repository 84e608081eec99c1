/** Finds the graphics adapter, and opens a device on it that is watched for failure. */

import { chooseMapping } from "./webgpu/early_mapping.ts";
import { compileKernels } from "./webgpu/kernels.ts";
import type { ReadyDevice } from "./webgpu/ready_device.ts";
import { testDevice } from "./webgpu/self_test.ts";

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly name: string;
  /** It computes on the CPU, where the CPU engine is faster. */
  readonly software: boolean;
}

const SOFTWARE_NAMES = /llvmpipe|lavapipe|swiftshader|softpipe|basic render/i;

/** The machine's best adapter; absent where there is none. */
export async function findAdapter(): Promise<FoundAdapter | undefined> {
  const adapter = await withRuntimeDirectory(() =>
    navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? Promise.resolve(null)
  );
  if (adapter === null) return undefined;
  const { description, device, vendor, isFallbackAdapter } = adapter.info;
  const name = description || device || vendor || "unnamed adapter";
  return { adapter, name: name.trim(), software: isFallbackAdapter || SOFTWARE_NAMES.test(name) };
}

/** Without this variable, as in a container, Wayland's library complains on stderr about a window nobody wants. */
async function withRuntimeDirectory<T>(work: () => Promise<T>): Promise<T> {
  const name = "XDG_RUNTIME_DIR";
  if (Deno.build.os !== "linux" || Deno.env.has(name)) return await work();
  Deno.env.set(name, "/tmp");
  try {
    return await work();
  } finally {
    Deno.env.delete(name);
  }
}

/**
 * Compiles the kernels, compares a step with the CPU engine's, and tries how results are best read back.
 *
 * @throws Error with a sentence where the device cannot be used.
 */
export async function openDevice({ adapter }: FoundAdapter): Promise<ReadyDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
  });
  let lost: string | undefined;
  device.lost.then(({ message }) => lost ??= `The GPU was lost: ${message || "no reason given"}.`);
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    lost ??= `The GPU failed: ${failureOf(event)}`;
  });
  try {
    const mapping = await chooseMapping(device, () => performance.now());
    const ready = { device, kernels: await compileKernels(device), mapping, lost: () => lost };
    const problem = await testDevice(ready) ?? lost;
    if (problem !== undefined) throw new Error(problem);
    return ready;
  } catch (error) {
    device.destroy();
    throw error;
  }
}

function failureOf(event: { readonly type: string }): string {
  return event instanceof GPUUncapturedErrorEvent ? event.error.message : event.type;
}
