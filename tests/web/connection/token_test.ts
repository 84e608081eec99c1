import assert from "node:assert/strict";
import { fragmentWithoutToken, tokenInFragment } from "../../../web/connection/token.ts";

Deno.test("the token of a link", () => {
  assert.equal(tokenInFragment("#token=a.b-c_d"), "a.b-c_d");
  assert.equal(tokenInFragment("#node=4&token=x"), "x");
  assert.equal(tokenInFragment("#token="), undefined);
  assert.equal(tokenInFragment(""), undefined);
});

Deno.test("what stays in the address has no token", () => {
  assert.equal(fragmentWithoutToken("#token=x"), "");
  assert.equal(fragmentWithoutToken("#token=x&node=4"), "#node=4");
});
