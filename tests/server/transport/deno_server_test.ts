import assert from "node:assert/strict";
import { openDenoServer } from "../../../server/transport/deno_server.ts";
import { CANNOT } from "./cannot.ts";
import { withServer } from "./harness.ts";
import { PING, RawClient } from "./raw_client.ts";
import { testSockets } from "./socket_suite.ts";

testSockets("deno", openDenoServer, CANNOT.deno);

Deno.test("deno ping: the runtime pings a silent peer after one heartbeat and closes it after the second", () =>
  withServer(openDenoServer, { timeouts: { heartbeatMs: 30 } }, async ({ port, sessions }) => {
    const client = await RawClient.upgrade(port), { closed } = await sessions.next();
    assert.equal((await client.readFrame())?.opcode, PING);
    assert.deepEqual(await closed, { code: 1001, reason: "No response from ping frame." });
    client.close();
  }));
