/** What an engine on the GPU starts with. */

import type { Kernels } from "./kernels.ts";

/** A device with its kernels, watched: `lost` gives the reason once it is gone. */
export interface ReadyDevice {
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  lost(): string | undefined;
}
