import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError } from "../../../protocol/codec.ts";
import { blake3 as hash } from "../../../protocol/settings/blake3.ts";
import { applyDelta, computeDelta, createSnapshot } from "../../../protocol/settings/delta.ts";
import { SettingsFeed, SettingsMirror } from "../../../protocol/settings/sync.ts";
import type { BinaryValue } from "../../../protocol/settings/value.ts";
import { decodeOrError } from "../../helpers/codec_suite.ts";
import { SETTINGS } from "./arbitraries.ts";

const hex = (bytes: Uint8Array) => bytes.toHex();
const int = (value: number): BinaryValue => ({ type: "i32", value });
const OPTIONS = { hash, maxPaths: 1_000 };

Deno.test("[SET-10] the hash of no settings is BLAKE3 of no bytes, as its authors publish it", () => {
  const published = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
  assert.equal(hex(createSnapshot([], hash).hash), published);
});

Deno.test("[SET-10] the whole's hash is that of the paths' hashes in order, each of a path and its value", () => {
  const one = hash(Uint8Array.of(1, 0x61, 0x02, 1, 0, 0, 0)); // "a": I32 1
  const two = hash(Uint8Array.of(3, 0x61, 0x2e, 0x62, 0x00)); // "a.b": Null
  const { hash: whole } = createSnapshot([["a.b", { type: "null" }], ["a", int(1)]], hash);
  assert.equal(hex(whole), hex(hash(Uint8Array.of(...one, ...two))));
});

Deno.test("[SET-10] equal settings have equal hashes, and only those", () => {
  fc.assert(
    fc.property(SETTINGS, SETTINGS, (some, others) => {
      const shuffled = new Map([...some].reverse());
      assert.equal(hex(createSnapshot(some, hash).hash), hex(createSnapshot(shuffled, hash).hash));
      const from = createSnapshot(some, hash), to = createSnapshot(others, hash);
      assert.equal(hex(from.hash) === hex(to.hash), computeDelta(from, to).changes.length === 0);
    }),
    { seed: 10, numRuns: 200 },
  );
});

Deno.test("[SET-11] a delta has what changed and nothing else; applied it gives the target", () => {
  fc.assert(
    fc.property(SETTINGS, SETTINGS, (some, others) => {
      const from = createSnapshot(some, hash), to = createSnapshot(others, hash), delta = computeDelta(from, to);
      const applied = applyDelta(from, delta, hash);
      assert.equal(applied && hex(applied.hash), hex(to.hash));
      assert.deepEqual(applied?.entries, to.entries);
      assert.ok(new Set(delta.changes.map(({ path }) => path)).size === delta.changes.length);
      const unchanged = [...some].filter(([path]) => !delta.changes.some((change) => change.path === path));
      for (const [path, value] of unchanged) assert.deepEqual(others.get(path), value);
    }),
    { seed: 11, numRuns: 200 },
  );
});

Deno.test("[SET-11] a delta on other settings, or with another end, is not applied", () => {
  const from = createSnapshot([["a", int(1)]], hash), to = createSnapshot([["a", int(2)]], hash);
  const delta = computeDelta(from, to);
  assert.equal(applyDelta(to, delta, hash), undefined);
  assert.equal(applyDelta(from, { ...delta, changes: [{ path: "a", value: int(3) }] }, hash), undefined);
  assert.equal(applyDelta(from, { ...delta, changes: [] }, hash), undefined);
});

Deno.test("[SET-12] a mirror that hears everything holds what is published, after every publication", () => {
  fc.assert(
    fc.property(fc.array(SETTINGS, { maxLength: 6 }), (moments) => {
      const feed = new SettingsFeed(OPTIONS), mirror = new SettingsMirror(OPTIONS);
      for (const values of moments) {
        for (const bytes of feed.publish(values)) assert.equal(mirror.receive(bytes).type, "applied");
        assert.equal(hex(mirror.snapshot.hash), hex(feed.snapshot.hash));
      }
    }),
    { seed: 12, numRuns: 60 },
  );
});

Deno.test("[SET-12] a mirror that misses messages knows it at the next one, asks, and agrees again", () => {
  const LOST = fc.constantFrom("nothing", "the first", "everything");
  fc.assert(
    fc.property(fc.array(fc.tuple(SETTINGS, LOST), { maxLength: 8 }), (moments) => {
      const feed = new SettingsFeed(OPTIONS), mirror = new SettingsMirror(OPTIONS);
      for (const [values, lost] of moments) {
        const messages = feed.publish(values);
        const heard = lost === "nothing" ? messages : lost === "the first" ? messages.slice(1) : [];
        if (heard.length === 0) continue;
        const receipts = heard.map((bytes) => mirror.receive(bytes));
        const [request] = receipts.flatMap((receipt) => receipt.type === "outOfStep" ? [receipt.bytes] : []);
        if (request !== undefined) {
          assert.deepEqual(mirror.receive(request), { type: "requested" });
          assert.equal(mirror.receive(feed.full).type, "applied");
        }
        assert.equal(hex(mirror.snapshot.hash), hex(feed.snapshot.hash));
      }
    }),
    { seed: 13, numRuns: 100 },
  );
});

Deno.test("[SET-12] a message that is out of step changes nothing", () => {
  const feed = new SettingsFeed(OPTIONS), late = new SettingsMirror(OPTIONS);
  feed.publish([["a", int(1)]]);
  const [paths, delta] = feed.publish([["a", int(1)], ["b", int(2)]]);
  const before = late.snapshot;
  for (const bytes of [paths, delta]) {
    const receipt = late.receive(bytes);
    assert.ok(receipt.type === "outOfStep");
    assert.deepEqual(receipt.bytes, Uint8Array.of(0x04));
  }
  assert.equal(late.snapshot, before);
  assert.deepEqual(late.receive(feed.full), { type: "applied", changed: ["a", "b"] });
  assert.deepEqual(late.receive(feed.publish([["b", int(3)]])[0]), { type: "applied", changed: ["a", "b"] });
});

Deno.test("[SET-12] a Full that contradicts its own hash is refused and changes nothing", () => {
  const feed = new SettingsFeed(OPTIONS), mirror = new SettingsMirror(OPTIONS);
  feed.publish([["a", int(1)]]);
  for (const at of [1, feed.full.length - 1]) {
    const forged = feed.full.slice();
    forged[at] ^= 1;
    const error = decodeOrError((bytes) => mirror.receive(bytes), forged);
    assert.ok(error instanceof DecodeError && error.offset === 1);
  }
  assert.equal(mirror.snapshot.entries.size, 0);
});

Deno.test("[SET-13] new paths are announced before the delta that uses them, known ones are not again", () => {
  const feed = new SettingsFeed(OPTIONS);
  const kinds = (messages: readonly Uint8Array[]) => messages.map((bytes) => bytes[0]);
  assert.deepEqual(kinds(feed.publish([["a", int(1)]])), [0x01, 0x02]);
  assert.deepEqual(kinds(feed.publish([["a", int(2)]])), [0x02]);
  assert.deepEqual(kinds(feed.publish([["a", int(2)]])), []);
  assert.deepEqual(kinds(feed.publish([])), [0x02]);
  assert.deepEqual(kinds(feed.publish([["a", int(1)], ["b", int(1)]])), [0x01, 0x02]);
});

Deno.test("[SET-13] a refused publication publishes nothing, and the next one is understood", () => {
  const feed = new SettingsFeed({ hash, maxPaths: 3 }), mirror = new SettingsMirror({ hash, maxPaths: 3 });
  for (const bytes of feed.publish([["a", int(1)]])) mirror.receive(bytes);
  const full = feed.full, { snapshot } = feed;
  const bad: readonly (readonly (readonly [string, BinaryValue])[])[] = [
    [["a", int(2)], ["b", int(1)], ["c", int(1)], ["d", int(1)]],
    [["a..b", int(1)]],
    [["a", { type: "i32", value: 0.5 }]],
  ];
  for (const values of bad) {
    assert.throws(() => feed.publish(values), RangeError);
    assert.deepEqual([feed.full, feed.snapshot], [full, snapshot]);
  }
  for (const bytes of feed.publish([["c", int(7)]])) assert.equal(mirror.receive(bytes).type, "applied");
  assert.equal(hex(mirror.snapshot.hash), hex(feed.snapshot.hash));
});
