/** Read-back: copies wait in a few mappable buffers, so that the GPU goes on while earlier results travel. */

/**
 * When bytes are taken from a mapped buffer: once its mapping is reported, or at once. Deno waits for the GPU before
 * `mapAsync` returns, and reports ten milliseconds later (decision 17).
 */
export type Mapping = "awaited" | "early";

export interface StagingRing {
  /** A buffer is free to be read into at once. */
  readonly hasFree: boolean;
  /** Bytes that were copied from the GPU so far. */
  readonly bytesRead: number;
  /**
   * Copies after all work submitted so far; `use` sees the bytes, which are gone when it returns. Reads end in the
   * order in which they began.
   *
   * @throws whatever the device rejects a mapping with when it is lost.
   */
  read(copies: readonly Copy[], use: (bytes: ArrayBuffer) => void): Promise<void>;
  /** Resolves when no mapping is under way any more. */
  close(): Promise<void>;
}

export interface Copy {
  readonly source: GPUBuffer;
  /** A multiple of 4. */
  readonly bytes: number;
}

/** With one buffer a read takes 11 ms in Deno, with three 3.8: mapping polls, and a ring polls less often. */
export const RING_BUFFERS = 3;

/** A buffer, and the reads that have it or wait for it. */
interface Place {
  readonly buffer: GPUBuffer;
  reads: number;
  /** The last of these reads is over. */
  free: Promise<void>;
  /** A mapping of it has been awaited: before that Deno gives up the process when its range is asked for early. */
  isProven: boolean;
}

export function createStagingRing(
  device: GPUDevice,
  bytes: number,
  { mapping = "awaited" }: { readonly mapping?: Mapping } = {},
): StagingRing {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const places = Array.from({ length: RING_BUFFERS }, (): Place => ({
    buffer: device.createBuffer({ size: Math.max(16, bytes), usage }),
    reads: 0,
    free: Promise.resolve(),
    isProven: false,
  }));
  let begun = 0, bytesRead = 0, last = Promise.resolve();
  return {
    get hasFree() {
      return places[begun % RING_BUFFERS].reads === 0;
    },
    get bytesRead() {
      return bytesRead;
    },
    async read(copies, use) {
      const place = places[begun++ % RING_BUFFERS], { buffer, free } = place;
      const before = last, ended = Promise.withResolvers<void>(), released = Promise.withResolvers<void>();
      last = ended.promise;
      place.free = released.promise;
      let mapped: Promise<void> | undefined;
      try {
        if (++place.reads > 1) await free;
        const length = copyInto(device, buffer, copies);
        bytesRead += length;
        mapped = buffer.mapAsync(GPUMapMode.READ, 0, length);
        const early = mapping === "early" && place.isProven ? rangeNow(buffer, length) : undefined;
        if (early === undefined) await mapped;
        place.isProven = true;
        await before;
        use(early ?? buffer.getMappedRange(0, length));
      } finally {
        ended.resolve();
        unmap(buffer, mapped).finally(() => {
          place.reads--;
          released.resolve();
        });
      }
    },
    async close() {
      await Promise.all(places.map(({ free }) => free));
      places.forEach(({ buffer }) => buffer.destroy());
    },
  };
}

/** Returns the number of bytes. */
function copyInto(device: GPUDevice, buffer: GPUBuffer, copies: readonly Copy[]): number {
  const encoder = device.createCommandEncoder();
  let offset = 0;
  for (const { source, bytes } of copies) {
    encoder.copyBufferToBuffer(source, 0, buffer, offset, bytes);
    offset += bytes;
  }
  device.queue.submit([encoder.finish()]);
  return offset;
}

/** What lies in a buffer whose mapping is not reported yet; absent where the runtime does not give it away. */
function rangeNow(buffer: GPUBuffer, bytes: number): ArrayBuffer | undefined {
  try {
    return buffer.getMappedRange(0, bytes);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** Once the mapping is reported; one that fails, fails the read that wants the buffer next as well. */
async function unmap(buffer: GPUBuffer, mapped: Promise<void> | undefined): Promise<void> {
  const isMapped = await mapped?.then(() => true, () => false) ?? false;
  if (isMapped) buffer.unmap();
}
