import { createRandom } from "../../gpu/random.ts";

/** Bytes that are the same on every run. */
export function seededBytes(seed: number): (count: number) => Uint8Array {
  const random = createRandom(seed);
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(256 * random()));
}
