import assert from "node:assert/strict";
import { createRandom } from "../../../../gpu/random.ts";
import { DecodeError } from "../../../../protocol/codec.ts";
import { createFrame } from "../../../../protocol/frame.ts";
import {
  decodeV4,
  deflateV4,
  encodeFilterUpdate,
  encodeFullGraph,
  encodeHeartbeat,
  encodePositionUpdate,
  FragmentAssembler,
  fragmentV4,
  inflateV4,
  positionUpdate,
} from "../../../../protocol/graph/v4.ts";
import { bytesOf, embedded, randomFrame } from "../../../helpers/codec_suite.ts";
import { seededBytes } from "../../../helpers/random_bytes.ts";

const MAX = { maxBytes: 1_000_000 };
const NO_EDGES = {
  count: 0,
  sources: new Uint32Array(0),
  targets: new Uint32Array(0),
  weights: new Float32Array(0),
};

/** Inflates, and lets nothing but a DecodeError out. */
async function inflatedOrError(bytes: Uint8Array, maxBytes = MAX.maxBytes): Promise<Uint8Array | DecodeError> {
  try {
    return await inflateV4(bytes, { maxBytes });
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

Deno.test("[V4-14] a payload in a stored block, by hand, is inflated", async () => {
  const stored = bytesOf(
    [4, 0x06, 0x01, 0],
    [0x01], // last block, stored
    [0x02, 0x00], // 2 bytes
    [0xfd, 0xff], // and their complement
    [0x7b, 0x7d], // {}
  );
  const plain = bytesOf([4, 0x06, 0, 0], [0x7b, 0x7d]);
  assert.deepEqual(await inflateV4(stored, MAX), plain);
  assert.deepEqual(await inflateV4(embedded(stored, 3), MAX), plain);
  assert.deepEqual(decodeV4(plain), { type: "filterUpdate", filter: {} });
});

Deno.test("[V4-14] what is deflated is inflated; other flags stay; only what gets shorter is deflated", async () => {
  const still = createFrame(500), restless = randomFrame(40, createRandom(1));
  for (
    const message of [
      encodeFullGraph(still, NO_EDGES),
      positionUpdate.encode(still),
      encodePositionUpdate(still, { scope: "delta" }),
      encodeFilterUpdate({ types: Array(64).fill("Class") }),
    ]
  ) {
    const deflated = await deflateV4(message);
    assert.ok(deflated.length < message.length / 4);
    assert.equal(deflated[2], message[2] | 0x01);
    assert.deepEqual(await inflateV4(deflated, MAX), message);
  }
  const random = bytesOf([4, 0x06, 0, 0], [...seededBytes(5)(300)]);
  assert.deepEqual(await deflateV4(random), random);
  assert.deepEqual(await inflateV4(random, MAX), random);
  assert.deepEqual(
    await inflateV4(await deflateV4(positionUpdate.encode(restless)), MAX),
    positionUpdate.encode(restless),
  );
});

Deno.test("[V4-14] deflated first, then cut; put together first, then inflated", async () => {
  const message = encodeFilterUpdate({ clusters: Array.from({ length: 1_000 }, (_, id) => id) });
  const fragments = fragmentV4(await deflateV4(message), { fragmentBytes: 100 });
  const assembler = new FragmentAssembler({ maxFragments: 100, maxBytes: 10_000 });
  assert.ok(fragments.length > 3);
  await assert.rejects(inflateV4(fragments[0], MAX), DecodeError);
  const whole = fragments.map((bytes) => assembler.push(bytes)).at(-1);
  assert.ok(whole !== undefined);
  assert.deepEqual(await inflateV4(whole, MAX), message);
});

Deno.test("[V4-14] a message still deflated or cut is not decoded", () => {
  for (const flags of [0x01, 0x08, 0x09]) {
    assert.throws(() => decodeV4(bytesOf([4, 0x06, flags, 0], [0x7b, 0x7d])), /a whole message, not deflated/);
  }
});

Deno.test("[V4-14] types that are short or compressed already are refused", async () => {
  for (const type of [0x00, 0x03, 0x04, 0x05, 0x07, 0x08]) {
    const error = await inflatedOrError(bytesOf([4, type, 0x01, 0], [1, 2, 3]));
    assert.ok(error instanceof DecodeError && error.offset === 1);
  }
  await assert.rejects(deflateV4(encodeHeartbeat(1, { reply: false })), DecodeError);
  await assert.rejects(deflateV4(bytesOf([4, 0x06, 0x01, 0], [1])), DecodeError);
  await assert.rejects(deflateV4(bytesOf([4, 0x06])), DecodeError);
});

Deno.test("[V4-14] a bomb is refused at the bound, without its size in memory", async () => {
  const plain = new Uint8Array(50_000_000);
  plain.set([4, 0x06, 0, 0]);
  const bomb = await deflateV4(plain);
  assert.ok(bomb.length < 100_000);
  const error = await inflatedOrError(bomb, 10_000);
  assert.ok(error instanceof DecodeError);
  assert.match(error.message, /at most 10000 bytes of payload/);
  const exact = await deflateV4(plain.subarray(0, 10_004));
  assert.equal((await inflateV4(exact, { maxBytes: 10_000 })).length, 10_004);
  assert.ok(await inflatedOrError(exact, 9_999) instanceof DecodeError);
});

Deno.test("[V4-14] every truncation is refused, at the latest when it is decoded, or loses nothing", async () => {
  const message = positionUpdate.encode(createFrame(20)), deflated = await deflateV4(message);
  for (let length = 0; length < deflated.length; length++) {
    const inflated = await inflatedOrError(deflated.subarray(0, length));
    if (inflated instanceof DecodeError || inflated.length < message.length) continue;
    assert.deepEqual(inflated, message);
  }
  for (const cut of [[], [...deflated.subarray(4, 10)]]) {
    const inflated = await inflatedOrError(bytesOf([4, 0x02, 0x01, 0], cut));
    assert.throws(() => {
      if (inflated instanceof DecodeError) throw inflated;
      decodeV4(inflated);
    }, DecodeError);
  }
  assert.ok(await inflatedOrError(bytesOf([...deflated], [0])) instanceof DecodeError, "one byte more");
});

Deno.test("[V4-14] a changed byte gives a message or a DecodeError", async () => {
  const deflated = await deflateV4(encodeFilterUpdate({ types: ["aaaaaaaaaaaaaaaaaaaaaaaaa", "b"] }));
  for (let at = 0; at < deflated.length; at++) {
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const flipped = deflated.slice();
      flipped[at] ^= change;
      await inflatedOrError(flipped, 5_000);
    }
  }
});
