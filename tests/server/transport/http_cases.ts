import assert from "node:assert/strict";
import { type OpenFrameServer, PortInUseError } from "../../../server/transport/frame_socket.ts";
import { connect, someBytes, whenClosed, withServer } from "./harness.ts";
import { ascii, handshakeBytes, RawClient } from "./raw_client.ts";

export const httpCases = {
  "http: a request comes through and is answered": (open: OpenFrameServer) => {
    const echo = async (request: Request, remoteAddress: string) => {
      const { pathname, search } = new URL(request.url);
      const heard = [request.method, pathname, search, request.headers.get("x-asked"), await request.text()];
      return new Response(JSON.stringify([...heard, remoteAddress]), { status: 201, headers: { "x-said": "yes" } });
    };
    return withServer(open, { fetch: echo }, async ({ port }) => {
      const response = await fetch(`http://127.0.0.1:${port}/a%20b?c=d`, {
        method: "POST",
        headers: { "x-asked": "really" },
        body: "żółw",
      });
      assert.equal(response.status, 201);
      assert.equal(response.headers.get("x-said"), "yes");
      assert.deepEqual(await response.json(), ["POST", "/a%20b", "?c=d", "really", "żółw", "127.0.0.1"]);
    });
  },

  "http: a 1 MB body arrives, a 5 MB response streams": (open: OpenFrameServer) => {
    const piece = someBytes(100_000);
    const respond = async (request: Request) => {
      const received = new Uint8Array(await request.arrayBuffer());
      let left = 50;
      const body = new ReadableStream({
        pull: (controller) => left-- > 0 ? controller.enqueue(piece.slice()) : controller.close(),
      });
      return new Response(body, { headers: { "x-received": String(received.byteLength) } });
    };
    return withServer(open, { fetch: respond }, async ({ port }) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: someBytes(1_000_000) });
      assert.equal(response.headers.get("x-received"), "1000000");
      const bytes = new Uint8Array(await response.arrayBuffer());
      assert.equal(bytes.byteLength, 5_000_000);
      for (let at = 0; at < bytes.byteLength; at += 100_000) {
        assert.deepEqual(bytes.subarray(at, at + 100), piece.subarray(0, 100));
      }
    });
  },

  "http: a fetch that throws is a 500 and a reported fault": (open: OpenFrameServer) => {
    const broken = () => Promise.reject(new Error("broken"));
    return withServer(open, { fetch: broken }, async ({ port, faults }) => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(response.status, 500);
      assert.equal(await response.text(), "Internal error.");
      assert.deepEqual(faults.map(String), ["Error: broken"]);
    });
  },

  "upgrade: is asked with address, headers and url": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.connect(port);
      await client.write(ascii(`GET /ws?token=abc HTTP/1.1\r\nOrigin: http://a.example\r\n`));
      await client.write(handshakeBytes(port).subarray("GET /ws HTTP/1.1\r\n".length));
      assert.match(await client.readHead(), /^HTTP\/1\.1 101 [^]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
      const { request } = await sessions.next();
      assert.equal(request.url.pathname + request.url.search, "/ws?token=abc");
      assert.equal(request.url.host, `127.0.0.1:${port}`);
      assert.equal(request.headers.get("origin"), "http://a.example");
      assert.equal(request.remoteAddress, "127.0.0.1");
      client.close();
    }),

  "upgrade: a refusal's status, headers and body can be read": (open: OpenFrameServer) => {
    const response = () => new Response('{"error":"who?"}', { status: 401, headers: { "x-why": "token" } });
    return withServer(open, { upgrade: () => ({ accept: false, response: response() }) }, async ({ port }) => {
      const client = await RawClient.connect(port);
      await client.write(handshakeBytes(port));
      const head = await client.readHead();
      assert.match(head, /^HTTP\/1\.1 401 Unauthorized\r\n/);
      assert.match(head, /\r\nx-why: token(\r\n|$)/i);
      assert.match(head, /\r\ncontent-length: 16(\r\n|$)/i);
      await client.connection.closeWrite();
      assert.equal(await client.readToEnd(), '{"error":"who?"}');
      client.close();
    });
  },

  "upgrade: a decision that throws, is late, or picks what was not offered is refused": async (
    open: OpenFrameServer,
  ) => {
    const status = async (port: number) => {
      const client = await RawClient.connect(port);
      await client.write(handshakeBytes(port));
      const head = await client.readHead();
      client.close();
      return head.slice(9, 12);
    };
    const broken = () => Promise.reject(new Error("broken"));
    await withServer(open, { upgrade: broken }, async ({ port, faults }) => {
      assert.equal(await status(port), "500");
      assert.deepEqual(faults.map(String), ["Error: broken"]);
    });
    const late = { upgrade: () => new Promise<never>(() => {}), timeouts: { handshakeMs: 20 } };
    await withServer(open, late, async ({ port }) => assert.equal(await status(port), "503"));
    await withServer(open, { chooseProtocol: () => "b" }, async ({ port, faults }) => {
      assert.equal(await status(port), "500");
      assert.deepEqual(faults.map(String), ["RangeError: Subprotocol b was not offered."]);
    });
  },

  "upgrade: half a handshake is answered 400": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, all }) => {
      const client = await RawClient.connect(port);
      await client.write(handshakeBytes(port, { headers: ["Upgrade: websocket", "Connection: Upgrade"] }));
      assert.match(await client.readHead(), /^HTTP\/1\.1 400 /);
      assert.equal(all.length, 0);
      client.close();
    }),

  "upgrade: the chosen subprotocol is echoed, none when none is chosen": async (open: OpenFrameServer) => {
    await withServer(open, { chooseProtocol: () => "orrery.v4" }, async ({ port }) => {
      const client = await connect(port, ["orrery.v2", "orrery.v4"]);
      assert.equal(client.protocol, "orrery.v4");
      client.close();
      await whenClosed(client);
    });
    await withServer(open, {}, async ({ port }) => {
      const client = await RawClient.connect(port);
      await client.write(ascii("GET /ws HTTP/1.1\r\nSec-WebSocket-Protocol: other\r\n"));
      await client.write(handshakeBytes(port).subarray("GET /ws HTTP/1.1\r\n".length));
      assert.doesNotMatch(await client.readHead(), /sec-websocket-protocol/i);
      client.close();
    });
  },

  "server: a port in use is named": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, server }) => {
      const again = open({
        hostname: "127.0.0.1",
        port,
        fetch: () => new Response(),
        upgrade: () => ({ accept: false, response: new Response() }),
      });
      await assert.rejects(again, new PortInUseError("127.0.0.1", port));
      assert.equal(server.hostname, "127.0.0.1");
    }),

  "server: binds localhost, ::1 and 0.0.0.0": async (open: OpenFrameServer) => {
    for (const [hostname, asked] of [["localhost", "localhost"], ["::1", "[::1]"], ["0.0.0.0", "127.0.0.1"]]) {
      await withServer(open, { hostname }, async ({ port }) => {
        const response = await fetch(`http://${asked}:${port}/`);
        assert.equal(await response.text(), "plain");
      });
    }
  },
};
