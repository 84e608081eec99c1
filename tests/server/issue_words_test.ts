import assert from "node:assert/strict";
import * as v from "valibot";
import { issueMessage, problemOf } from "../../server/issue_words.ts";

const Schema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(3)),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)), 0),
  on: v.optional(v.boolean(), true),
  action: v.optional(v.picklist(["pause", "resume", "step"]), "step"),
  value: v.optional(v.union([v.string(), v.number()]), 0),
  list: v.optional(v.array(v.object({ key: v.pipe(v.string(), v.minLength(1, "a key must not be empty")) })), []),
});

const CASES: readonly [unknown, string][] = [
  [{}, "name: is missing."],
  [{ name: 5 }, "name: must be a text, not 5."],
  [{ name: "" }, "name: must have a length of at least 1, not 0."],
  [{ name: "abcd" }, "name: must have a length of at most 3, not 4."],
  [{ name: "a", count: 1.5 }, "count: must be a whole number, not 1.5."],
  [{ name: "a", count: -1 }, "count: must be 0 or more, not -1."],
  [{ name: "a", count: 10 }, "count: must be 9 or less, not 10."],
  [{ name: "a", on: "yes" }, 'on: must be true or false, not "yes".'],
  [{ name: "a", action: "stop" }, 'action: must be "pause", "resume" or "step", not "stop".'],
  [{ name: "a", value: null }, "value: must be a text or a number, not null."],
  [{ name: "a", list: {} }, "list: must be a list, not an object."],
  [{ name: "a", list: [{ key: "a" }, {}] }, "list.1.key: is missing."],
  [{ name: "a", list: [{ key: "" }] }, "list.0.key: a key must not be empty."],
  [{ name: "a", nmae: "b" }, "nmae: is not known here."],
  [[], "name: is missing."],
  [7, "must be an object, not 7."],
  [{ name: "a", on: "x".repeat(99) }, `on: must be true or false, not "${"x".repeat(39)}….`],
];

for (const [value, sentence] of CASES) {
  Deno.test(`${JSON.stringify(value).slice(0, 60)}: ${sentence}`, () => {
    const result = v.safeParse(Schema, value, { message: issueMessage });
    assert.ok(!result.success);
    assert.equal(problemOf(result.issues), sentence);
  });
}
