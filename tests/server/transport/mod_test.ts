import assert from "node:assert/strict";
import { openDenoServer } from "../../../server/transport/deno_server.ts";
import { chooseTransport } from "../../../server/transport/mod.ts";
import { openNodeServer } from "../../../server/transport/node_server.ts";
import { CANNOT } from "./cannot.ts";
import { cannotTable } from "./socket_suite.ts";

Deno.test("transport: auto is the runtime's own on loopback, the hardened one elsewhere", () => {
  for (const hostname of ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"]) {
    assert.deepEqual(chooseTransport("auto", hostname), {
      name: "deno",
      open: openDenoServer,
      reason: `${hostname} is this machine only`,
    });
  }
  for (const hostname of ["0.0.0.0", "::", "192.168.1.7", "graphs.lan"]) {
    assert.deepEqual(chooseTransport("auto", hostname), {
      name: "ws",
      open: openNodeServer,
      reason: `${hostname} can be reached from outside`,
    });
  }
});

Deno.test("transport: a choice is a choice", () => {
  assert.deepEqual(chooseTransport("ws", "127.0.0.1"), { name: "ws", open: openNodeServer, reason: "as asked" });
  assert.deepEqual(chooseTransport("deno", "0.0.0.0"), { name: "deno", open: openDenoServer, reason: "as asked" });
});

Deno.test("transport: what an engine cannot do is one row each", () => {
  const rows = cannotTable(CANNOT).trimEnd().split("\n");
  assert.equal(rows.length, 2 + Object.keys(CANNOT.deno).length + Object.keys(CANNOT.ws).length);
  for (const row of rows.slice(1)) assert.equal(row.split("|").length, 5, row);
});
