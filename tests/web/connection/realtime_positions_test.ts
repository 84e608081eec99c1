/** The example that writes positions in batches, against a whole server. */
import assert from "node:assert/strict";
import { post } from "../../helpers/each_transport.ts";
import { startServer } from "../../helpers/test_server.ts";

async function runExample(link: string, ...args: string[]) {
  const example = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", `${import.meta.dirname}/../../../examples/realtime_positions.ts`, link, ...args],
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await example.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("the example places nodes in batches, sees them in place, and ends", async () => {
  const server = await startServer(["--demo", "miserables"]);
  try {
    const { code, stdout, stderr } = await runExample(server.link, "70");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /: 70 of 77 nodes placed and seen in place\nafter \d+ ms; a round trip takes /);
  } finally {
    await server.close();
  }
});

Deno.test("the example places nodes of a graph that has lost one", async () => {
  const server = await startServer(["--demo", "miserables"]);
  try {
    const request = { remove: { nodes: ["Myriel"] } };
    const removed = await post(`${server.base}/api/graph/changes`, request, server.adminToken);
    assert.equal(removed.status, 200, await removed.text());
    const { code, stdout, stderr } = await runExample(server.link, "12");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /: 12 of 76 nodes placed and seen in place/);
  } finally {
    await server.close();
  }
});

Deno.test("the example says why a viewer cannot place nodes", async () => {
  const server = await startServer(["--demo", "miserables"]);
  try {
    const { code, stderr } = await runExample(`${server.base}/#token=${await server.token("viewer")}`);
    assert.equal(code, 1);
    assert.match(stderr, /needs the editor role/);
  } finally {
    await server.close();
  }
});
