import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, exceedsBytes, FieldError, Fields, parseJson } from "../../protocol/fields.ts";

const fields = new Fields("control", { a: 1, n: null, list: [1, "x"], deep: { b: "y" } });

function pathOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof FieldError) return error.path;
    throw error;
  }
  assert.fail("accepted");
}

Deno.test("fields: what is refused is named by its path", () => {
  assert.equal(pathOf(() => fields.text("a", { max: 9 })), "a");
  assert.equal(pathOf(() => fields.object("deep").number("b")), "deep.b");
  assert.equal(pathOf(() => fields.list("list", (items, key) => items.number(key), { max: 2 })), "list[1]");
  assert.equal(pathOf(() => fields.list("list", (items, key) => items.number(key), { max: 1 })), "list");
  assert.equal(pathOf(() => new Fields("control", [1])), "");
});

Deno.test("fields: missing, null and given are three things", () => {
  const number = (key: string) => fields.number(key);
  assert.deepEqual([fields.optional("a", number), fields.optional("n", number), fields.optional("x", number)], [
    1,
    undefined,
    undefined,
  ]);
  assert.deepEqual([fields.nullable("a", number), fields.nullable("n", number)], [1, null]);
  assert.equal(pathOf(() => fields.nullable("x", number)), "x");
  assert.deepEqual([fields.value("a"), fields.value("n")], [1, null]);
  assert.equal(pathOf(() => fields.value("x")), "x");
});

Deno.test("fields: what every object inherits is not there", () => {
  assert.equal(fields.has("toString"), false);
  assert.equal(pathOf(() => fields.value("constructor")), "constructor");
  assert.equal(pathOf(() => fields.object("__proto__")), "__proto__");
});

Deno.test("fields: a value is described in few words", () => {
  const described = [undefined, null, true, 7, "x", "y".repeat(40), "y".repeat(41), [1, 2], {}].map((value) =>
    describe(value)
  );
  assert.deepEqual(described, [
    "nothing",
    "null",
    "true",
    "7",
    '"x"',
    `"${"y".repeat(40)}"`,
    "a text of 41 characters",
    "a list of 2",
    "an object",
  ]);
});

Deno.test("fields: the length in UTF-8 is that of the encoder", () => {
  const texts = fc.string({
    unit: fc.constantFrom(
      "a",
      "é",
      "日",
      "😀",
      "\u007f",
      "\u0080",
      "\u07ff",
      "\u0800",
      "\uffff",
      "\u{10000}",
      "\u{10ffff}",
    ),
  });
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = new TextEncoder().encode(text).length;
      assert.equal(exceedsBytes(text, bytes), false);
      assert.equal(bytes > 0 && exceedsBytes(text, bytes - 1), bytes > 0);
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("fields: a number is finite, a flag is true or false", () => {
  const read = new Fields("control", { big: Infinity, yes: true, no: false, one: 1 });
  assert.equal(pathOf(() => read.number("big")), "big");
  assert.equal(pathOf(() => read.count("big")), "big");
  assert.deepEqual([read.flag("yes"), read.flag("no")], [true, false]);
  assert.throws(() => read.flag("one"), { message: "control: expected one to be true or false, found 1" });
});

Deno.test("fields: depth is counted outside of texts", () => {
  const bounds = { maxBytes: 1000, maxDepth: 2 };
  assert.deepEqual(parseJson("control", '{"[[{":["\\"]]["]}', bounds), { "[[{": ['"]]['] });
  assert.deepEqual(parseJson("control", "[[],[],[]]", bounds), [[], [], []]);
  assert.throws(() => parseJson("control", "[[[]]]", bounds), FieldError);
  assert.throws(() => parseJson("control", '{"a":{"b":{}}}', bounds), FieldError);
});
