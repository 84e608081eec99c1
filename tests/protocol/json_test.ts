import assert from "node:assert/strict";
import {
  isIdArray,
  isObject,
  isStringArray,
  optionalNumber,
  optionalString,
  parseObject,
} from "../../protocol/json.ts";

Deno.test("json: only an object is an object", () => {
  assert.deepEqual(parseObject('{"a":[1,{"b":null}]}'), { a: [1, { b: null }] });
  for (const text of ["", "{", "[]", "null", "1", '"{}"', "{'a':1}", '{"a":1}x', "\u0000"]) {
    assert.equal(parseObject(text), undefined, text);
  }
  assert.equal(isObject([]), false);
  assert.equal(isObject(null), false);
  assert.equal(isObject({}), true);
});

Deno.test("json: depth and size do not bring the reader down", () => {
  assert.equal(parseObject("[".repeat(1_000_000)), undefined);
  assert.equal(parseObject('{"a":'.repeat(1_000_000)), undefined);
  assert.equal(typeof parseObject(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`), "object");
});

Deno.test("json: a key named __proto__ stays a key", () => {
  const parsed = parseObject('{"__proto__":{"admin":true}}');
  assert.equal(parsed?.admin, undefined);
  assert.deepEqual(Object.keys(parsed ?? {}), ["__proto__"]);
});

Deno.test("json: values are taken as what they are, or not at all", () => {
  assert.equal(optionalNumber(0), 0);
  for (const value of [NaN, Infinity, "1", null, undefined, 1n]) assert.equal(optionalNumber(value), undefined);
  assert.equal(optionalString(""), "");
  for (const value of [0, null, undefined, ["a"]]) assert.equal(optionalString(value), undefined);
  assert.equal(isStringArray([]), true);
  assert.equal(isStringArray(["a", 1]), false);
  assert.equal(isStringArray("a"), false);
});

Deno.test("json: ids are whole numbers of 32 bits", () => {
  assert.equal(isIdArray([0, 1, 0xffff_ffff]), true);
  for (const bad of [[-1], [0.5], [2 ** 32], ["1"], [NaN], [null], {}, "12"]) assert.equal(isIdArray(bad), false);
});
