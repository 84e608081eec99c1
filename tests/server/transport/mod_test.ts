import assert from "node:assert/strict";
import { openDenoServer } from "../../../server/transport/deno_server.ts";
import { chooseTransport } from "../../../server/transport/mod.ts";
import { openNodeServer } from "../../../server/transport/node_server.ts";
import { CANNOT } from "./cannot.ts";
import { cannotTable } from "./socket_suite.ts";

Deno.test("transport: auto is the hardened engine, a choice is a choice", () => {
  assert.deepEqual(chooseTransport("auto"), { name: "ws", open: openNodeServer });
  assert.deepEqual(chooseTransport("ws"), { name: "ws", open: openNodeServer });
  assert.deepEqual(chooseTransport("deno"), { name: "deno", open: openDenoServer });
});

Deno.test("transport: what an engine cannot do is one row each", () => {
  const rows = cannotTable(CANNOT).trimEnd().split("\n");
  const counts = Object.values(CANNOT).map((cannot) => Object.keys(cannot).length);
  assert.equal(rows.length, counts.reduce((sum, count) => sum + count, 2));
  for (const row of rows.slice(1)) assert.equal(row.split("|").length, 5, row);
});
