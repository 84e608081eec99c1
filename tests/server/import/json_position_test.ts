import assert from "node:assert/strict";
import { findJsonFault, lineAt, offsetOf } from "../../../server/import/json_position.ts";

Deno.test("the first fault is where the grammar breaks", () => {
  const cases: [string, number, string][] = [
    ["", 0, "a value"],
    ['{"a": x}', 6, "a value"],
    ["[1,2", 4, '"," or "]"'],
    ['{"a":1,}', 7, "a name in quotes"],
    ["{a:1}", 1, 'a name in quotes or "}"'],
    ['{"a" 1}', 5, '":"'],
    ["[1] x", 4, "the end of the file"],
    ['["a\n"]', 3, "the end of a string"],
    ['["\\x"]', 3, "an escape such as \\n or \\u00e9"],
    ['["abc', 5, "the end of a string"],
    ["[01]", 2, '"," or "]"'],
  ];
  for (const [text, offset, expected] of cases) assert.deepEqual(findJsonFault(text), { offset, expected }, text);
});

Deno.test("there is a fault exactly where JSON.parse finds one", () => {
  const pieces = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"a"',
    "1",
    "-",
    "true",
    " ",
    "\n",
    '"',
    "\\",
    "e",
    ".",
    "0",
    "nul",
    '"\\u12',
  ];
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(below * (state / 2 ** 32));
  };
  for (let round = 0; round < 50_000; round++) {
    const text = Array.from({ length: 1 + random(9) }, () => pieces[random(pieces.length)]).join("");
    let isJson = true;
    try {
      JSON.parse(text);
    } catch (error) {
      assert(error instanceof SyntaxError);
      isJson = false;
    }
    assert.equal(findJsonFault(text) === undefined, isJson, text);
  }
});

Deno.test("a path leads to its value, a wrong path to the last value on it", () => {
  const text = '{"x":1, "a":[1,{"b\\n":[ [1,2], {"c" : "x,]}"},\n -3.5e2]}], "a2":true}';
  const at = (path: (string | number)[]) => text.slice(offsetOf(text, path)).slice(0, 6);
  assert.equal(at(["x"]), '1, "a"');
  assert.equal(at(["a", 1, "b\n", 1, "c"]), '"x,]}"');
  assert.equal(at(["a", 1, "b\n", 2]), "-3.5e2");
  assert.equal(at(["a2"]), "true}");
  assert.equal(at(["a", 9]), '[1,{"b');
  assert.equal(lineAt(text, offsetOf(text, ["a", 1, "b\n", 2])), 2);
});

Deno.test("deep nesting costs no stack", () => {
  const deep = "[".repeat(200_000);
  assert.deepEqual(findJsonFault(deep), { offset: 200_000, expected: "a value" });
});
