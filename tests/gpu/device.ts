/** The device that kernel tests share; absent, with one line, where there is no adapter. */

import { findAdapter, openDevice } from "../../gpu/device.ts";

export const foundAdapter = await findAdapter();
if (foundAdapter === undefined) {
  console.log(
    "WebGPU tests skipped: no graphics adapter. Software Vulkan is enough: apt-get install mesa-vulkan-drivers",
  );
}
export const readyDevice = foundAdapter === undefined ? undefined : await openDevice(foundAdapter);
globalThis.addEventListener("unload", () => readyDevice?.device.destroy());
