/** What strangers may send: the server refuses, lives, and goes on streaming to the others. */
import { createRandom } from "../../gpu/random.ts";
import assert from "node:assert/strict";
import { V2_RECORD_BYTES } from "../../protocol/graph/v2.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer } from "../helpers/test_server.ts";

const NODES = 77;
/**
 * How this client reports a connection that broke off. The built-in transport drops a closing connection at the peer's
 * next message, and a peer that is still sending when it is reset may lose the close frame.
 */
const BROKEN = [0, 1006];

for (const transport of ["deno", "ws"]) {
  for (const dialect of ["v2", "v4"]) {
    Deno.test(`10,000 random messages: refused, and another client keeps streaming [${transport}, ${dialect}]`, async () => {
      const server = await startServer(["--demo", "miserables", "--websocket", transport]);
      const url = `${server.ws}?token=${server.adminToken}`, random = createRandom(7);
      const bystander = await SocketClient.connect(url);
      let sent = 0, closes = 0;
      while (sent < 10_000) {
        const attacker = await SocketClient.connect(`${url}&protocol=${dialect}`);
        for (let at = 0; at < 500; at++, sent++) {
          const bytes = new Uint8Array(Math.floor(random() * 200)).map(() => Math.floor(random() * 256));
          // Half of them get past the header, to reach the fields behind it.
          if (random() < 0.5 && bytes.length > 3) bytes.set([4, 1 + Math.floor(random() * 7), 0, 0]);
          attacker.send(bytes);
        }
        const { code } = await attacker.closed;
        assert.ok(code === 1008 || (transport === "deno" && BROKEN.includes(code)), `closed with ${code}`);
        closes++;
      }
      assert.equal(closes, 20);
      assert.equal((await bystander.bytes()).byteLength, V2_RECORD_BYTES * NODES);
      await bystander.close();
      await server.close();
      assert.deepEqual(server.log.filter((line) => /Error/.test(line)), []);
    });
  }
}

Deno.test("a 100 MB message closes its socket with 1009 on the ws transport; others keep streaming", async () => {
  const server = await startServer(["--demo", "miserables", "--websocket", "ws"]);
  const url = `${server.ws}?token=${server.adminToken}`;
  const bystander = await SocketClient.connect(url), attacker = await SocketClient.connect(url);
  const before = Deno.memoryUsage().rss;
  attacker.send(new Uint8Array(100_000_000));
  const { code } = await attacker.closed;
  assert.ok(code === 1009 || BROKEN.includes(code), `closed with ${code}`);
  // The sender lives in this process and holds its own copies of the message.
  assert.ok(Deno.memoryUsage().rss - before < 450e6);
  await bystander.bytes();
  assert.equal((await bystander.bytes()).byteLength, V2_RECORD_BYTES * NODES);
  await bystander.close();
  await server.close();
});
