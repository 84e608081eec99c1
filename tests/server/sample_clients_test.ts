/** Clients written from the protocol documents work unchanged. */
import assert from "node:assert/strict";
import { startServer } from "../helpers/test_server.ts";
import { VisionFlowWebSocket } from "../samples/v2_document_client.ts";

interface NodeUpdate {
  readonly id: number;
  readonly position: readonly [number, number, number];
  readonly mass: number;
}

Deno.test("the V2 document's client sees every node move and come to rest", async () => {
  const server = await startServer(["--demo", "miserables"]);
  const client = new VisionFlowWebSocket(server.ws, server.adminToken);
  const settled = Promise.withResolvers<number>();
  let previous = "", changes = 0;
  const onNodeUpdates = (updates: NodeUpdate[]) => {
    assert.deepEqual(updates.map(({ id }) => id), Array.from({ length: 77 }, (_, id) => id));
    assert.ok(updates.every(({ position, mass }) => position.every(Number.isFinite) && mass === 1));
    const picture = JSON.stringify(updates.map(({ position }) => position));
    if (picture !== previous) changes++;
    else if (changes > 1) settled.resolve(changes);
    previous = picture;
  };
  // The document assigns this member without declaring it.
  Object.assign(client, { onNodeUpdates });
  assert.ok(await settled.promise > 10);
  // The document's client reconnects for ever; here it may rest.
  const closed = Promise.withResolvers<void>();
  Object.assign(client, { reconnect: closed.resolve });
  await server.close();
  await closed.promise;
});

Deno.test("the 15-line example prints positions", async () => {
  const server = await startServer(["--demo", "miserables"]);
  const example = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", `${import.meta.dirname}/../../examples/watch_positions.ts`, server.link],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = example.stdout.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const chunk of lines) {
    text += chunk;
    if (text.split("\n").length > 3) break;
  }
  assert.match(text, /^node 0 of 77: -?\d+\.\d{3} -?\d+\.\d{3} -?\d+\.\d{3}\n/);
  example.kill();
  await example.status;
  await server.close();
});
