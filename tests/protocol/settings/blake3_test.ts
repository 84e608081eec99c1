import assert from "node:assert/strict";
import { createBLAKE3 } from "hash-wasm";
import { createRandom } from "../../../gpu/random.ts";
import { blake3 } from "../../../protocol/settings/blake3.ts";

/** The input of the authors' own test vectors: 0, 1 … 250 and again. */
const counting = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251);

Deno.test("[SET-10] BLAKE3 of nothing and of the authors' published inputs", () => {
  const published: readonly (readonly [number, string])[] = [
    [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
    [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
    [1_024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
    [1_025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
  ];
  for (const [length, digits] of published) assert.equal(blake3(counting(length)).toHex(), digits, `${length} bytes`);
});

Deno.test("[SET-10] BLAKE3 around every boundary of blocks, chunks and trees is that of another implementation", async () => {
  const oracle = await createBLAKE3(), random = createRandom(3);
  const around = [64, 128, 1_024, 2_048, 3_072, 4_096, 5_120, 8_192, 16_384, 31_744].flatMap((n) => [n - 1, n, n + 1]);
  for (const length of [0, 1, 2, 63, ...around, 100_000]) {
    const bytes = Uint8Array.from({ length }, () => 256 * random());
    assert.equal(blake3(bytes).toHex(), oracle.init().update(bytes).digest("hex"), `${length} bytes`);
  }
});

Deno.test("[SET-10] BLAKE3 reads exactly the bytes it is given, wherever they lie", () => {
  const around = counting(300);
  assert.deepEqual(blake3(around.subarray(7, 207)), blake3(around.slice(7, 207)));
  const bytes = counting(100), before = bytes.slice();
  blake3(bytes);
  assert.deepEqual(bytes, before);
});
