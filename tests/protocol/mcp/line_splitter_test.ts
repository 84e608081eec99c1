import assert from "node:assert/strict";
import fc from "fast-check";
import { type Line, LineSplitter } from "../../../protocol/mcp/line_splitter.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const good = (text: string): Line => ({ ok: true, text });

/** Everything that comes out when `bytes` come in parts of `size`. */
function split(bytes: Uint8Array, size: number, maxLineBytes = 100): Line[] {
  const splitter = new LineSplitter({ maxLineBytes }), lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)));
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

Deno.test("[RPC-1] lines: LF and CR LF end a line, empty lines are left out, the last needs no end", () => {
  const bytes = utf8('{"a":1}\n\n\r\n{"é":"日本😀"}\r\na\rb\n\nlast');
  const expected = [good('{"a":1}'), good('{"é":"日本😀"}'), good("a\rb"), good("last")];
  for (let size = 1; size <= bytes.length; size++) assert.deepEqual(split(bytes, size), expected, `parts of ${size}`);
  assert.deepEqual(split(utf8("a\n"), 9), [good("a")]);
  assert.deepEqual(split(utf8(""), 9), []);
  assert.deepEqual(split(utf8("\n\n\n"), 1), []);
});

Deno.test("[RPC-1] lines: any text, cut anywhere, gives its lines", () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, "")));
  const cuts = fc.array(fc.nat({ max: 9 }), { maxLength: 40 });
  fc.assert(
    fc.property(texts, cuts, (texts, cuts) => {
      const bytes = utf8(texts.map((text) => `${text}\n`).join(""));
      const splitter = new LineSplitter({ maxLineBytes: 10_000 }), lines: Line[] = [];
      let at = 0;
      for (const cut of cuts) lines.push(...splitter.push(bytes.subarray(at, at += cut)));
      lines.push(...splitter.push(bytes.subarray(at)));
      assert.deepEqual(lines, texts.filter((text) => text !== "").map(good));
      assert.equal(splitter.end(), undefined);
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("[RPC-2] lines: a line that is too long is lost, the next is not, at every cut", () => {
  const bytes = utf8(`12345678\r\n123456789\n${"x".repeat(5000)}\r\nnext\n123456789`);
  const tooLong: Line = { ok: false, reason: "Expected lines of at most 8 bytes, found a longer one." };
  for (const size of [1, 2, 3, 7, 8, 9, 10, 11, 100, 10_000]) {
    assert.deepEqual(split(bytes, size, 8), [good("12345678"), tooLong, tooLong, good("next"), tooLong], `${size}`);
  }
});

Deno.test("[RPC-2] lines: without a line break no more is kept than one line", () => {
  const splitter = new LineSplitter({ maxLineBytes: 1000 }), chunk = new Uint8Array(1_000_000).fill(0x61);
  const before = Deno.memoryUsage().external;
  for (let turn = 0; turn < 200; turn++) assert.deepEqual(splitter.push(chunk), []);
  assert.ok(Deno.memoryUsage().external - before < 50_000_000);
  assert.equal(splitter.push(utf8("\n"))[0]?.ok, false);
  assert.deepEqual(splitter.push(utf8("ok\n")), [good("ok")]);
});

Deno.test("[RPC-2] lines: a million bytes one by one take no time", () => {
  const splitter = new LineSplitter({ maxLineBytes: 1_048_576 }), one = Uint8Array.of(0x61);
  for (let at = 0; at < 1_000_000; at++) splitter.push(one);
  const line = splitter.push(utf8("\n"))[0];
  assert.ok(line?.ok && line.text.length === 1_000_000);
});

Deno.test("[RPC-2] lines: what is not UTF-8 is lost, the next line is not", () => {
  const bytes = Uint8Array.of(0x61, 0x0a, 0xff, 0xfe, 0x0a, 0xed, 0xa0, 0x80, 0x0a, 0x62, 0x0a);
  const lost: Line = { ok: false, reason: "Expected UTF-8, found other bytes." };
  for (const size of [1, 2, 3, 20]) assert.deepEqual(split(bytes, size), [good("a"), lost, lost, good("b")]);
});

Deno.test("[RPC-2] lines: chunks are not kept", () => {
  const splitter = new LineSplitter({ maxLineBytes: 100 }), chunk = utf8("abc");
  splitter.push(chunk);
  chunk.fill(0x7a);
  assert.deepEqual(splitter.push(utf8("\n")), [good("abc")]);
});

Deno.test("[RPC-2] lines: a bound below 1 is the caller's mistake", () => {
  assert.deepEqual(split(utf8("a\nbc\n"), 1, 1).map((line) => line.ok), [true, false]);
  for (const maxLineBytes of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => new LineSplitter({ maxLineBytes }), RangeError);
  }
});
