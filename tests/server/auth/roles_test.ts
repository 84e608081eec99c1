import assert from "node:assert/strict";
import { allows, lesserRole } from "../../../server/auth/roles.ts";

Deno.test("viewers view, editors edit too, admins do everything", () => {
  const actions = ["view", "edit", "administer"] as const;
  const allowed = (["viewer", "editor", "admin"] as const).map((role) =>
    actions.filter((action) => allows(role, action))
  );
  assert.deepEqual(allowed, [["view"], ["view", "edit"], ["view", "edit", "administer"]]);
});

Deno.test("the lesser of two roles", () => {
  assert.equal(lesserRole("viewer", "admin"), "viewer");
  assert.equal(lesserRole("admin", "editor"), "editor");
  assert.equal(lesserRole("editor", "editor"), "editor");
});
