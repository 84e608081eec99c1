import assert from "node:assert/strict";
import { editDistance, nearest } from "../../../server/config/suggest.ts";

Deno.test("edit distance counts inserts, deletes, replacements and swaps of neighbours", () => {
  assert.equal(editDistance("", ""), 0);
  assert.equal(editDistance("port", ""), 4);
  assert.equal(editDistance("", "port"), 4);
  assert.equal(editDistance("port", "port"), 0);
  assert.equal(editDistance("prot", "port"), 1);
  assert.equal(editDistance("ports", "port"), 1);
  assert.equal(editDistance("kitten", "sitting"), 3);
});

Deno.test("the nearest candidate is close, or none", () => {
  assert.equal(nearest("prot", ["host", "port", "open"]), "port");
  assert.equal(nearest("untilstable", ["iterations", "until-stable"]), "until-stable");
  assert.equal(nearest("frobnicate", ["host", "port"]), undefined);
  assert.equal(nearest("x", ["y", "z"]), undefined, "one letter is no hint");
});
