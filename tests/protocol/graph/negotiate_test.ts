import assert from "node:assert/strict";
import { negotiate, offeredProtocols } from "../../../protocol/graph/negotiate.ts";

Deno.test("negotiate: with neither subprotocol nor query, V2", () => {
  assert.deepEqual(negotiate([], undefined), { ok: true, dialect: "v2" });
});

Deno.test("negotiate: a subprotocol of ours decides and is echoed, the first that is spoken wins", () => {
  assert.deepEqual(negotiate(["orrery.v4"], undefined), { ok: true, dialect: "v4", protocol: "orrery.v4" });
  assert.deepEqual(negotiate(["orrery.v2", "orrery.v4"], "v4"), { ok: true, dialect: "v2", protocol: "orrery.v2" });
  assert.deepEqual(negotiate(["orrery.v99", "orrery.v4"], undefined), {
    ok: true,
    dialect: "v4",
    protocol: "orrery.v4",
  });
});

Deno.test("negotiate: the query decides where no subprotocol is ours", () => {
  assert.deepEqual(negotiate([], "v4"), { ok: true, dialect: "v4" });
  assert.deepEqual(negotiate(["access_token.abc"], "v2"), { ok: true, dialect: "v2" });
  assert.deepEqual(negotiate(["chat"], undefined), { ok: true, dialect: "v2" });
});

Deno.test("negotiate: a client that asks only for what is not spoken is told what is", () => {
  assert.deepEqual(negotiate(["orrery.v99", "orrery."], "v2"), {
    ok: false,
    reason: "Subprotocol orrery.v99, orrery. is unknown; spoken here: v2, v4.",
  });
  for (const query of ["v99", "V2", "", " v2"]) {
    assert.deepEqual(negotiate([], query), {
      ok: false,
      reason: `protocol=${query} is unknown; spoken here: v2, v4.`,
    });
  }
});

Deno.test("negotiate: the header is a list with optional blanks", () => {
  assert.deepEqual(offeredProtocols(null), []);
  assert.deepEqual(offeredProtocols(""), []);
  assert.deepEqual(offeredProtocols("orrery.v4"), ["orrery.v4"]);
  assert.deepEqual(offeredProtocols(" orrery.v4 ,\tchat,, x"), ["orrery.v4", "chat", "x"]);
});
