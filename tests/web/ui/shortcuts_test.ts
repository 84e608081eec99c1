import assert from "node:assert/strict";
import { actOf } from "../../../web/ui/shortcuts.ts";

const key = (name: string, modifiers = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

/** An element that matches what its selectors say. */
function element(...selectors: string[]): Element {
  const matches = (list: string) => list.split(", ").some((selector) => selectors.includes(selector));
  return { matches, closest: (list: string) => matches(list) ? {} : null } as unknown as Element;
}

Deno.test("keys mean something anywhere, except while typing or with a modifier", () => {
  for (const name of ["/", "f", "F", "p", "?", "Escape", "."]) assert.ok(actOf(key(name), null), name);
  assert.equal(actOf(key("f"), element("input")), undefined);
  assert.equal(actOf(key("f", { ctrlKey: true }), null), undefined);
  assert.equal(actOf(key("f"), element("dialog[open]")), undefined);
  assert.equal(actOf(key("q"), null), undefined);
});

Deno.test("Space presses a focused button and pauses elsewhere", () => {
  assert.equal(actOf(key(" "), element("button")), undefined);
  assert.ok(actOf(key(" "), element("canvas")));
});

Deno.test("arrows turn the graph only where nothing else wants them", () => {
  assert.ok(actOf(key("ArrowLeft"), element("canvas")));
  assert.equal(actOf(key("ArrowLeft"), element("button")), undefined);
});
