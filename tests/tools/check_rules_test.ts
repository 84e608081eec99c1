import assert from "node:assert/strict";
import { findProblems } from "../../tools/check_rules.ts";

/** As a title has it; put together here, so that this file names no rules itself. */
const tag = (id: string) => `[${id}] `;
const tests = (...titles: readonly string[]) =>
  new Map([["a_test.ts", titles.map((title) => `Deno.test("${title}", () => {});`).join("\n")]]);
const documents = (text: string) => new Map([["a.md", text]]);

Deno.test("rules: every rule with a test, every test with a rule: nothing to say", () => {
  const text = "# A\n\n- **A-1** One.\n- **A-2** Two\n  lines, see A-9.\n\n* **B2-10** Three.\n";
  const titles = [`${tag("A-1")}one`, `${tag("A-2")}${tag("B2-10")}two`, `${tag("A-1")}again`, "no rule"];
  assert.deepEqual(findProblems(documents(text), tests(...titles)), []);
  assert.deepEqual(findProblems(new Map(), new Map()), []);
});

Deno.test("rules: a rule without a test is named with its document", () => {
  const problems = findProblems(documents("- **A-1** One.\n- **A-11** Two."), tests(`${tag("A-11")}two`));
  assert.deepEqual(problems, ["Rule A-1 of a.md has no test: no title begins with [A-1]."]);
});

Deno.test("rules: a test of a rule that is not there is named with its file", () => {
  const problems = findProblems(documents("See **A-1** and A-1; not - **A-1** either."), tests(`${tag("A-1")}one`));
  assert.deepEqual(problems, ["A test in a_test.ts names the rule A-1, which no document has."]);
});

Deno.test("rules: an ID belongs to one rule", () => {
  const both = new Map([["a.md", "- **A-1** One."], ["b.md", "- **A-1** Another."]]);
  assert.deepEqual(findProblems(both, tests(`${tag("A-1")}one`)), ["Rule A-1 is told 2 times: a.md, b.md."]);
});

Deno.test("rules: only the start of a title counts, in any quotes", () => {
  const rule = documents("- **A-1** One."), inQuotes = (quote: string) => `test(${quote}${tag("A-1")}x${quote});`;
  for (const quote of ["'", '"', "`"]) assert.deepEqual(findProblems(rule, new Map([["t.ts", inQuotes(quote)]])), []);
  for (const text of [`// ${tag("A-1")}`, `x${tag("A-1")}`, `"see ${tag("A-1")}"`, '"[A-1"', '"A-1] "']) {
    assert.equal(findProblems(rule, new Map([["t.ts", text]])).length, 1, text);
  }
});
