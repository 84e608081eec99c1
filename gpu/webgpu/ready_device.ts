/** What an engine on the GPU starts with. */

import type { Kernels } from "./kernels.ts";
import type { Mapping } from "./staging_ring.ts";

/** A device with its kernels, watched: `lost` gives the reason once it is gone. */
export interface ReadyDevice {
  readonly device: GPUDevice;
  readonly kernels: Kernels;
  /** How results are read back from it. */
  readonly mapping: Mapping;
  lost(): string | undefined;
}
