/** The parameters of the layout over real sockets. */
import assert from "node:assert/strict";
import { eachTransport, eventOf, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { startServer } from "../helpers/test_server.ts";

function patch(base: string, body: unknown, token: string): Promise<Response> {
  return fetch(`${base}/api/layout`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

async function refusal(base: string, body: unknown, token: string): Promise<[number, string]> {
  const response = await patch(base, body, token);
  return [response.status, (await response.json()).error.message];
}

// deno-lint-ignore no-explicit-any -- the shape is what the assertions check
const valueOf = (table: any, name: string) => table.parameters.find((row: any) => row.name === name).value;

eachTransport("[EV-5] a change of the layout is told to who listens, with who made it", async (server) => {
  const { base, ws, adminToken, token } = server, viewer = await token("viewer");
  const listening = await SocketClient.connect(`${ws}?token=${viewer}`, ["orrery.v4"]);
  listening.send(JSON.stringify({ type: "subscribe", data: { channels: ["layout"] } }));
  const first = await listening.next(eventOf("layout"));
  assert.deepEqual([first.data.values.repulsion, first.data.preset, first.data.change], [10, "default", undefined]);
  const response = await patch(base, { repulsion: 20, participant: 7 }, adminToken);
  assert.equal(response.status, 200);
  assert.equal(valueOf(await response.json(), "repulsion"), 20);
  const told = await listening.next(eventOf("layout"));
  assert.deepEqual([told.data.values.repulsion, told.data.preset], [20, undefined]);
  assert.deepEqual(told.data.change, { user: "admin", participant: 7, preset: undefined, names: ["repulsion"] });
  assert.equal(valueOf(await getJson(`${base}/api/layout`, viewer), "repulsion"), 20);
  await listening.close();
});

eachTransport("the layout's parameters: refused by role, by range, by name and by shape", async (server) => {
  const { base, token } = server, [viewer, editor] = [await token("viewer"), await token("editor")];
  const [status, message] = await refusal(base, { repulsion: 20 }, viewer);
  assert.equal(status, 403);
  assert.match(message, /needs the editor role/);
  assert.deepEqual(await refusal(base, { repulsion: 2000 }, editor), [
    400,
    "Cannot set repulsion to 2000: it goes from 0 to 100 (edge lengths per step).",
  ]);
  assert.deepEqual(await refusal(base, { gravity: 1 }, editor), [400, 'There is no parameter "gravity".']);
  assert.equal((await refusal(base, [], editor))[0], 400);
  assert.equal((await refusal(base, { preset: "wild" }, editor))[0], 400);
  assert.equal((await refusal(base, { repulsion: 1, participant: "me" }, editor))[0], 400);
  assert.equal(valueOf(await getJson(`${base}/api/layout`, viewer), "repulsion"), 10);
});

Deno.test("the layout's parameters outlive the server, and are another graph's own", () =>
  withTempFolder(async (folder) => {
    for (const [demo, expected] of [["miserables", 10], ["miserables", 20], ["grid:9", 10]] as const) {
      const server = await startServer(["--demo", demo], folder);
      assert.equal(valueOf(await getJson(`${server.base}/api/layout`, server.adminToken), "repulsion"), expected);
      await (await patch(server.base, { repulsion: 20, clusterCohesion: 1 }, server.adminToken)).body?.cancel();
      await server.close();
    }
  }));
