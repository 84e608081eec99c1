import assert from "node:assert/strict";
import { GRAPH_DIALECTS, negotiate, offeredProtocols } from "../../../protocol/graph/negotiate.ts";

const WS = { spoken: ["v2", "v4"], nodeCount: 77 } as const;
const ALL = { spoken: ["v2", "json", "v4", "sssp", "q1"], nodeCount: 77 } as const;
const POSITIONS = { spoken: ["sssp"], nodeCount: 77 } as const;

const reasonOf = (result: ReturnType<typeof negotiate>) => result.ok ? assert.fail("accepted") : result.reason;

Deno.test("[NEG-1] [NEG-2] every dialect can be had by subprotocol and by query", () => {
  assert.deepEqual([...ALL.spoken].sort(), [...GRAPH_DIALECTS].sort());
  for (const dialect of GRAPH_DIALECTS) {
    const protocol = `orrery.${dialect}`;
    assert.deepEqual(negotiate([protocol], undefined, ALL), { ok: true, dialect, protocol });
    assert.deepEqual(negotiate([], dialect, ALL), { ok: true, dialect });
  }
});

Deno.test("[NEG-1] a subprotocol of ours decides and is echoed, the first that is spoken wins", () => {
  assert.deepEqual(negotiate(["orrery.v2", "orrery.v4"], "v4", WS), {
    ok: true,
    dialect: "v2",
    protocol: "orrery.v2",
  });
  for (const first of ["orrery.v99", "orrery.q1"]) {
    const protocol = "orrery.v4";
    assert.deepEqual(negotiate([first, protocol], "v2", WS), { ok: true, dialect: "v4", protocol });
  }
});

Deno.test("[NEG-2] the query decides where no subprotocol is ours, else the address's default", () => {
  assert.deepEqual(negotiate(["access_token.abc"], "v4", WS), { ok: true, dialect: "v4" });
  assert.deepEqual(negotiate(["chat"], undefined, WS), { ok: true, dialect: "v2" });
  assert.deepEqual(negotiate([], undefined, WS), { ok: true, dialect: "v2" });
  assert.deepEqual(negotiate([], undefined, POSITIONS), { ok: true, dialect: "sssp" });
});

Deno.test("[NEG-3] [NEG-4] a client that asks only for what is not spoken is told what is", () => {
  assert.equal(
    reasonOf(negotiate(["orrery.v99", "orrery.q1"], "v2", WS)),
    "Subprotocol orrery.v99 is unknown; spoken here: v2, v4. " +
      "Subprotocol orrery.q1 is not spoken here; spoken here: v2, v4.",
  );
  for (const query of ["v99", "V2", "", " v2"]) {
    assert.equal(reasonOf(negotiate([], query, WS)), `protocol=${query} is unknown; spoken here: v2, v4.`);
  }
  for (const query of ["json", "sssp", "q1"]) {
    assert.equal(reasonOf(negotiate([], query, WS)), `protocol=${query} is not spoken here; spoken here: v2, v4.`);
  }
  assert.equal(reasonOf(negotiate([], "v2", POSITIONS)), "protocol=v2 is not spoken here; spoken here: sssp.");
});

Deno.test("[NEG-5] shortest paths are refused above 16,384 nodes, with the dialects that take them", () => {
  const fits = { ...ALL, nodeCount: 16_384 }, tooMany = { ...ALL, nodeCount: 16_385 };
  const reason = "sssp has ids of 14 bits, for 16,384 nodes, and this graph has 16,385; " +
    "ask for v4 or q1, which have no such limit.";
  assert.deepEqual(negotiate([], "sssp", fits), { ok: true, dialect: "sssp" });
  assert.equal(reasonOf(negotiate([], "sssp", tooMany)), reason);
  assert.equal(reasonOf(negotiate(["orrery.sssp"], undefined, tooMany)), reason);
  assert.equal(reasonOf(negotiate([], undefined, { ...POSITIONS, nodeCount: 16_385 })), reason);
  const protocol = "orrery.q1";
  assert.deepEqual(negotiate(["orrery.sssp", protocol], undefined, tooMany), { ok: true, dialect: "q1", protocol });
  for (const query of ["json", "v2", "v4", "q1"]) assert.ok(negotiate([], query, tooMany).ok);
});

Deno.test("negotiate: the header is a list with optional blanks", () => {
  assert.deepEqual(offeredProtocols(null), []);
  assert.deepEqual(offeredProtocols(""), []);
  assert.deepEqual(offeredProtocols("orrery.v4"), ["orrery.v4"]);
  assert.deepEqual(offeredProtocols(" orrery.v4 ,\tchat,, x"), ["orrery.v4", "chat", "x"]);
});
