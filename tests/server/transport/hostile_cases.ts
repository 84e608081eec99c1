import assert from "node:assert/strict";
import type { OpenFrameServer } from "../../../server/transport/frame_socket.ts";
import { connect, type Harness, someBytes, whenClosed, withServer } from "./harness.ts";
import { LIMITS } from "../../../server/limits.ts";
import { ascii, BINARY, CLOSE, concat, frameBytes, handshakeBytes, PING, PONG, RawClient, TEXT } from "./raw_client.ts";

const MIB = 1 << 20;

async function answersStill({ port }: Harness): Promise<void> {
  const client = await connect(port);
  client.close();
  await whenClosed(client);
}

async function closeCode(client: RawClient): Promise<number | undefined> {
  const frame = await client.readFrame();
  return frame?.opcode === CLOSE ? frame.payload[0] << 8 | frame.payload[1] : undefined;
}

const VIOLATIONS: readonly [string, number, Uint8Array][] = [
  ["a reserved bit", 1002, frameBytes(BINARY, someBytes(3), { reservedBits: 4 })],
  ["a reserved opcode", 1002, frameBytes(3, someBytes(3))],
  ["a continuation of nothing", 1002, frameBytes(0, someBytes(3))],
  ["a ping in fragments", 1002, frameBytes(PING, someBytes(3), { unfinished: true })],
  ["a ping of 126 bytes", 1002, frameBytes(PING, someBytes(126))],
  ["a close frame of one byte", 1002, frameBytes(CLOSE, someBytes(1))],
  ["text that is not UTF-8", 1007, frameBytes(TEXT, Uint8Array.of(0xc3, 0x28))],
];

export const hostileCases = {
  "hostile: garbage instead of HTTP": (open: OpenFrameServer) =>
    withServer(open, {}, async (harness) => {
      for (const bytes of [someBytes(300), ascii("\x16\x03\x01\x02\x00\r\n\r\n"), ascii("GET\r\n\r\n")]) {
        const client = await RawClient.connect(harness.port);
        await client.write(bytes);
        await client.connection.closeWrite();
        await client.readToEnd();
        client.close();
      }
      await answersStill(harness);
    }),

  "hostile: a Host that is none is answered 400": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, all, faults }) => {
      const rest = new TextDecoder().decode(handshakeBytes(port)).split("\r\n").slice(2).join("\r\n");
      for (const host of ["", "a b", "user@localhost", "localhost/path", "localhost:99999", "[::1"]) {
        for (const headers of [rest, "\r\n"]) {
          const client = await RawClient.connect(port);
          await client.write(ascii(`GET /ws HTTP/1.1\r\nHost: ${host}\r\n${headers}`));
          assert.match(await client.readHead(), /^HTTP\/1\.1 400 /, host);
          client.close();
        }
      }
      assert.deepEqual([all, faults], [[], []]);
    }),

  "hostile: a header that never ends": (open: OpenFrameServer) =>
    withServer(open, { timeouts: { headerMs: 40 } }, async (harness) => {
      for (const beginning of ["", "GET / HT", "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nX: "]) {
        const client = await RawClient.connect(harness.port);
        await client.write(ascii(beginning));
        assert.match(await client.readToEnd(), /^HTTP\/1\.1 408 /);
        client.close();
      }
      await answersStill(harness);
    }),

  "hostile: a body that never ends": (open: OpenFrameServer) => {
    const readBody = async (request: Request) => new Response(await request.text());
    return withServer(open, { fetch: readBody, timeouts: { headerMs: 20, requestMs: 40 } }, async (harness) => {
      const client = await RawClient.connect(harness.port);
      await client.write(ascii("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nabc"));
      await client.readToEnd();
      client.close();
      await answersStill(harness);
    });
  },

  "hostile: a response that nobody reads is given up": (open: OpenFrameServer) => {
    const { promise: givenUp, resolve: cancel } = Promise.withResolvers<void>();
    const endless = () =>
      new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(MIB)), cancel: () => cancel() }));
    return withServer(open, { fetch: endless, timeouts: { headerMs: 20, requestMs: 400 } }, async ({ port }) => {
      const client = await RawClient.connect(port);
      await client.write(ascii("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
      await client.readHead();
      await givenUp;
      client.close();
    });
  },

  "hostile: 1 MB of headers is refused": (open: OpenFrameServer) =>
    withServer(open, {}, async (harness) => {
      const client = await RawClient.connect(harness.port);
      const answer = client.readToEnd();
      await client.pour(ascii(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"a".repeat(MIB)}\r\n\r\n`), 1);
      assert.match(await answer, /^HTTP\/1\.1 4(31|00) /);
      client.close();
      await answersStill(harness);
    }),

  "hostile: a broken frame ends its connection": (open: OpenFrameServer) =>
    withServer(open, {}, async (harness) => {
      for (const [, , bytes] of VIOLATIONS) {
        const client = await RawClient.upgrade(harness.port), { closed, messages } = await harness.sessions.next();
        await client.write(bytes);
        await client.readToEnd();
        client.close();
        await closed;
        assert.equal(messages.size, 0);
      }
      await answersStill(harness);
    }),

  "hostile: a broken frame is answered with its close code": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      for (const [what, code, bytes] of VIOLATIONS) {
        const client = await RawClient.upgrade(port), { closed } = await sessions.next();
        await client.write(bytes);
        assert.equal(await closeCode(client), code, what);
        client.close();
        assert.equal((await closed).code, code, what);
      }
    }),

  "hostile: an unmasked frame is refused": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { closed, messages } = await sessions.next();
      await client.write(frameBytes(BINARY, someBytes(3), { unmasked: true }));
      assert.equal(await closeCode(client), 1002);
      client.close();
      assert.equal((await closed).code, 1002);
      assert.equal(messages.size, 0);
    }),

  "hostile: a 100 MB message is refused with 1009 at its header": (open: OpenFrameServer) =>
    withServer(open, {}, async (harness) => {
      const client = await RawClient.upgrade(harness.port), { closed, messages } = await harness.sessions.next();
      const before = Deno.memoryUsage().rss;
      await client.write(frameBytes(BINARY, new Uint8Array(), { declaredLength: 100 * MIB }));
      assert.equal(await closeCode(client), 1009);
      await client.pour(new Uint8Array(MIB), 100);
      const grownBy = Deno.memoryUsage().rss - before;
      assert.ok(grownBy < 40 * MIB, `resident memory grew by ${grownBy} bytes`);
      client.close();
      assert.equal((await closed).code, 1009);
      assert.equal(messages.size, 0);
      await answersStill(harness);
    }),

  "hostile: unfinished fragments are refused once they pass the limit": (open: OpenFrameServer) =>
    withServer(open, {}, async (harness) => {
      const client = await RawClient.upgrade(harness.port), { closed } = await harness.sessions.next();
      const before = Deno.memoryUsage().rss;
      await client.write(frameBytes(BINARY, new Uint8Array(65_536), { unfinished: true }));
      await client.pour(frameBytes(0, new Uint8Array(65_536), { unfinished: true }), 800);
      assert.equal(await closeCode(client), 1009);
      const grownBy = Deno.memoryUsage().rss - before;
      assert.ok(grownBy < 40 * MIB, `resident memory grew by ${grownBy} bytes`);
      client.close();
      assert.equal((await closed).code, 1009);
    }),

  "hostile: 20,000 empty fragments are refused": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { closed } = await sessions.next();
      await client.write(frameBytes(BINARY, new Uint8Array(), { unfinished: true }));
      const fragment = frameBytes(0, new Uint8Array(), { unfinished: true }),
        many = new Uint8Array(200 * fragment.length);
      for (let at = 0; at < many.length; at += fragment.length) many.set(fragment, at);
      await client.pour(many, 100);
      assert.equal(await closeCode(client), 1008);
      client.close();
      assert.equal((await closed).code, 1008);
    }),

  "hostile: more messages than a socket may send close it, and it is told when to come back": (
    open: OpenFrameServer,
  ) => {
    let nowMs = 0, floods = 0;
    const { socketBurst: { value: burst }, socketMessages: { value: perSecond } } = LIMITS;
    return withServer(open, { now: () => nowMs, onFlood: () => floods++ }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { messages, closed } = await sessions.next();
      const send = async (count: number) => {
        for (let sent = 0; sent < count; sent++) await client.write(frameBytes(TEXT, ascii("?")));
        for (let read = 0; read < count; read++) await messages.next();
      };
      await send(burst);
      nowMs = 1000;
      await send(perSecond);
      await client.write(frameBytes(TEXT, ascii("one more")));
      const frame = await client.readFrame(), reason = new TextDecoder().decode(frame?.payload.subarray(2));
      assert.equal(frame?.opcode, CLOSE);
      assert.equal(reason, `Too many messages: at most ${perSecond} a second are taken; retry_after=0.002.`);
      client.close();
      await closed;
      assert.deepEqual([messages.size, floods], [0, 1]);
    });
  },

  "hostile: more pings than a socket may send close it": (open: OpenFrameServer) =>
    withServer(open, { now: () => 0 }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { closed } = await sessions.next();
      const ping = frameBytes(PING, ascii("?")), allowed = LIMITS.socketBurst.value;
      for (let sent = 0; sent < allowed; sent++) {
        await client.write(ping);
        assert.equal((await client.readFrame())?.opcode, PONG);
      }
      await client.write(ping);
      let frame = await client.readFrame();
      while (frame?.opcode === PONG) frame = await client.readFrame();
      assert.equal(frame?.opcode, CLOSE);
      client.close();
      await closed;
    }),

  "hostile: of a peer that is being closed and goes on, only so much is read": (open: OpenFrameServer) =>
    withServer(open, { onMessage: ({ socket }) => socket.close(1008, "enough"), timeouts: { closeMs: 1000 } }, async ({
      port,
      sessions,
    }) => {
      const client = await RawClient.upgrade(port), { closed } = await sessions.next();
      const frame = frameBytes(TEXT, new Uint8Array(1000).fill(0x61));
      const chunk = concat(...Array.from({ length: 1000 }, () => frame));
      let megabytes = 0;
      const pouring = (async () => {
        while (megabytes < 100 && await client.pour(chunk, 1)) megabytes++;
      })();
      assert.equal(await closeCode(client), 1008);
      await closed;
      await pouring;
      // What the kernel's buffers hold, and not what a loop that reads on would have taken.
      assert.ok(megabytes < 10, `${megabytes} MB were taken`);
      client.close();
    }),

  "slow: bufferedBytes grows for a peer that does not read, and falls when it does": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { socket, messages } = await sessions.next();
      assert.equal(socket.bufferedBytes, 0);
      for (let frame = 0; frame < 10; frame++) socket.send(new Uint8Array(3_600_000));
      // The loop has turned, so the kernel has had its chance to take what it takes.
      await client.write(frameBytes(TEXT, ascii("?")));
      await messages.next();
      assert.ok(socket.bufferedBytes >= 25_000_000, String(socket.bufferedBytes));
      for (let frame = 0; frame < 10; frame++) assert.equal((await client.readFrame())?.payload.byteLength, 3_600_000);
      await client.write(frameBytes(TEXT, ascii("!")));
      await messages.next();
      assert.equal(socket.bufferedBytes, 0);
      client.close();
    }),

  "slow: terminating a peer that does not read frees connection and buffer": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { socket, closed } = await sessions.next();
      for (let frame = 0; frame < 10; frame++) socket.send(new Uint8Array(3_600_000));
      socket.terminate();
      assert.deepEqual(await closed, { code: 1006, reason: "" });
      assert.equal(socket.bufferedBytes, 0);
      assert.ok(await client.countToEnd() < 36_000_000);
      client.close();
    }),
};
