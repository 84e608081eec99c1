import assert from "node:assert/strict";
import { deflateV4, encodeFilterUpdate, fragmentV4, V4_FLAG } from "../../protocol/graph/v4.ts";
import { LIMITS } from "../../server/limits.ts";
import { V4Intake } from "../../server/v4_intake.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** What the intake hands on, in order; errors as their message. */
function open(onMessage: (type: string) => void = () => {}) {
  const clock = new FakeClock(), told: unknown[] = [], waiting: (() => void)[] = [];
  const tell = (what: unknown) => {
    told.push(what);
    for (const resume of waiting.splice(0)) resume();
  };
  const intake = new V4Intake({
    clock,
    onMessage(message) {
      onMessage(message.type);
      tell(message.type === "filterUpdate" ? message.filter : message.type);
    },
    onError(error) {
      if (error instanceof TypeError) throw error;
      tell(error instanceof Error ? error.message : error);
    },
    onFault: (error) => tell(`fault: ${error}`),
  });
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resume) => waiting.push(resume));
    return told;
  };
  return { clock, told, intake, until };
}

const types = ["a".repeat(100), "b".repeat(100)];

Deno.test("[V4-16] a filter is taken deflated, cut, or both, by hand and by the encoders", async () => {
  const { intake, until } = open();
  // `{}` in a stored block, then in two pieces: the worked examples of the document.
  intake.take(Uint8Array.of(4, 6, 1, 0, 1, 2, 0, 0xfd, 0xff, 0x7b, 0x7d));
  assert.deepEqual(await until(1), [{}]);
  intake.take(Uint8Array.of(4, 6, 8, 0, 0x7b));
  intake.take(Uint8Array.of(4, 6, 0, 0, 0x7d));
  assert.deepEqual(await until(2), [{}, {}]);
  const deflated = await deflateV4(encodeFilterUpdate({ types })), pieces = fragmentV4(deflated, { fragmentBytes: 9 });
  assert.ok((deflated[2] & V4_FLAG.deflated) !== 0 && pieces.length > 3);
  for (const piece of pieces) intake.take(piece);
  assert.deepEqual((await until(3))[2], { types });
});

Deno.test("[V4-16] filters keep their order, whole ones too", async () => {
  const { intake, until } = open();
  for (const piece of fragmentV4(encodeFilterUpdate({ types }), { fragmentBytes: 99 })) intake.take(piece);
  intake.take(await deflateV4(encodeFilterUpdate({ types })));
  intake.take(encodeFilterUpdate({ maxNodes: 1 }));
  assert.deepEqual(await until(3), [{ types }, { types }, { maxNodes: 1 }]);
});

Deno.test("[V4-16] what waits is a copy", async () => {
  const { intake, until } = open(), message = await deflateV4(encodeFilterUpdate({ types }));
  intake.take(await deflateV4(encodeFilterUpdate({ types: ["c".repeat(100)] })));
  intake.take(message);
  message.fill(0);
  assert.deepEqual((await until(2))[1], { types });
});

Deno.test("[V4-16] a bomb is refused at its bound, and the next filter is taken", async () => {
  const { intake, until } = open(), spaces = new Uint8Array(50_000_000).fill(0x20);
  spaces.set([4, 6, 0, 0]);
  const bomb = await deflateV4(spaces);
  assert.ok(bomb.byteLength < 65_536);
  intake.take(bomb);
  intake.take(await deflateV4(encodeFilterUpdate({ types })));
  const [refusal, filter] = await until(2);
  assert.match(`${refusal}`, /at most 65536 bytes of payload/);
  assert.deepEqual(filter, { types });
});

Deno.test("[V4-16] no more waits to be inflated than may, and no more bytes or fragments than a filter may have", async () => {
  const { intake, until } = open(), message = await deflateV4(encodeFilterUpdate({ types }));
  const most = LIMITS.filtersToInflate.value;
  for (let sent = 0; sent < most; sent++) intake.take(message);
  assert.throws(() => intake.take(message), { name: "Refusal", code: "limit" });
  await until(most);
  assert.throws(() => intake.take(new Uint8Array(65_541).fill(0x20).fill(6, 1, 2).fill(4, 0, 1).fill(0, 2, 4)), {
    message: /at most 65536 bytes of payload/,
  });
  const [piece] = fragmentV4(encodeFilterUpdate({ types }), { fragmentBytes: 5 });
  for (let sent = 0; sent < LIMITS.filterFragments.value; sent++) intake.take(piece);
  assert.throws(() => intake.take(piece), { message: /at most 64 fragments/ });
  const half = new Uint8Array(40_000).fill(0x20);
  half.set([4, 6, V4_FLAG.moreFragments, 0]);
  intake.take(half);
  assert.throws(() => intake.take(half), { message: /at most 65536 bytes in unfinished messages/ });
  assert.equal((await until(most)).length, most);
});

Deno.test("[V4-16] a filter that is not whole after 10 s is dropped and refused", () => {
  const { intake, clock, told } = open(), filter = encodeFilterUpdate({ types });
  const [first, second, ...rest] = fragmentV4(filter, { fragmentBytes: 99 });
  intake.take(first);
  clock.advance(9_000);
  intake.take(second);
  clock.advance(999);
  assert.deepEqual(told, []);
  clock.advance(1);
  assert.deepEqual(told, ["The last fragment of a filter is missing after 10 s."]);
  assert.throws(() => intake.take(rest[rest.length - 1]), { name: "DecodeError" });
  for (const piece of [first, second, ...rest]) intake.take(piece);
  assert.deepEqual(told.slice(1), [{ types }]);
  assert.equal(clock.pending, 0);
});

Deno.test("[V4-16] with the connection goes what was unfinished; the next begins anew", async () => {
  const { intake, clock, until } = open(), message = await deflateV4(encodeFilterUpdate({ types }));
  const other = await deflateV4(encodeFilterUpdate({ types: [types[1]] }));
  const [piece, ...rest] = fragmentV4(encodeFilterUpdate({ maxNodes: 1 }), { fragmentBytes: 8 });
  intake.take(message);
  intake.take(piece);
  intake.reset();
  assert.equal(clock.pending, 0);
  assert.throws(() => intake.take(rest[rest.length - 1]), { name: "DecodeError" });
  intake.take(other);
  for (const part of [piece, ...rest]) intake.take(part);
  assert.deepEqual(await until(2), [{ types: [types[1]] }, { maxNodes: 1 }]);
});

Deno.test("a fault while a deflated filter is acted on is told, and thrown at nobody", async () => {
  const { intake, until } = open(() => {
    throw new TypeError("ours");
  });
  intake.take(await deflateV4(encodeFilterUpdate({ types })));
  assert.deepEqual(await until(1), ["fault: TypeError: ours"]);
});
