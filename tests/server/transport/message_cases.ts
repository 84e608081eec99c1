import assert from "node:assert/strict";
import type { OpenFrameServer } from "../../../server/transport/frame_socket.ts";
import { connect, nextMessage, type Session, someBytes, whenClosed, withServer } from "./harness.ts";
import { ascii, BINARY, CLOSE, concat, frameBytes, handshakeBytes, PING, PONG, RawClient, TEXT } from "./raw_client.ts";

function closeAtOnce(session: Session, data: Uint8Array | string): void {
  session.messages.push(data);
  session.socket.close(1008, "one is enough");
}

export const messageCases = {
  "messages: text and bytes, both ways, empty ones too": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket, messages } = await sessions.next();
      for (const message of ["grüße 🌍", "", Uint8Array.of(0, 255, 7), new Uint8Array()]) {
        client.send(message);
        assert.deepEqual(await messages.next(), message);
        const echoed = nextMessage(client);
        socket.send(message);
        assert.deepEqual(await echoed, message);
      }
      client.close();
      await whenClosed(client);
    }),

  "messages: 1 MiB both ways, and a view into a larger buffer": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket, messages } = await sessions.next();
      const bytes = someBytes(1 << 20);
      client.send(bytes);
      assert.deepEqual(await messages.next(), bytes);
      const echoed = nextMessage(client);
      socket.send(bytes.subarray(3, 1 << 20));
      assert.deepEqual(await echoed, bytes.slice(3));
      client.close();
      await whenClosed(client);
    }),

  "messages: shared memory can be sent": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket } = await sessions.next();
      const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 4);
      shared.set([1, 2, 3, 4]);
      const received = nextMessage(client);
      socket.send(shared);
      assert.deepEqual(await received, Uint8Array.of(1, 2, 3, 4));
      client.close();
      await whenClosed(client);
    }),

  "messages: fragments are put together around a ping": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { messages } = await sessions.next();
      await client.write(concat(
        frameBytes(TEXT, ascii("one "), { unfinished: true }),
        frameBytes(PING, ascii("?")),
        frameBytes(0, ascii("two "), { unfinished: true }),
        frameBytes(0, ascii("three")),
      ));
      assert.equal(await messages.next(), "one two three");
      assert.deepEqual(await client.readFrame(), { opcode: PONG, isFinal: true, payload: ascii("?") });
      client.close();
    }),

  "messages: those sent before the decision arrive after it, in order": (open: OpenFrameServer) => {
    const { promise: decided, resolve: decide } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const received: string[] = [], { promise: complete, resolve: completed } = Promise.withResolvers<void>();
    const upgrade = async () => {
      ask();
      await decided;
      return {
        accept: true as const,
        maxMessageBytes: 100,
        open: () => ({
          onMessage: (data: Uint8Array | string) => {
            received.push(String(data));
            if (received.length === 3) completed();
          },
          onPong: () => {},
          onClose: () => {},
        }),
      };
    };
    return withServer(open, { upgrade }, async ({ port }) => {
      const client = await RawClient.connect(port);
      await client.write(concat(handshakeBytes(port), frameBytes(TEXT, ascii("1"))));
      await asked;
      await client.write(frameBytes(TEXT, ascii("2")));
      decide();
      await client.readHead();
      await client.write(frameBytes(TEXT, ascii("3")));
      await complete;
      assert.deepEqual(received, ["1", "2", "3"]);
      client.close();
    });
  },

  "messages: a kept one is not overwritten by later ones": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { messages } = await sessions.next();
      for (let seed = 0; seed < 50; seed++) client.send(someBytes(1000 + seed, seed));
      const kept: (Uint8Array | string)[] = [];
      for (let seed = 0; seed < 50; seed++) kept.push(await messages.next());
      kept.forEach((message, seed) => assert.deepEqual(message, someBytes(1000 + seed, seed)));
      client.close();
      await whenClosed(client);
    }),

  "messages: one at the limit passes, one above it closes with 1009": (open: OpenFrameServer) =>
    withServer(open, { maxMessageBytes: 1000 }, async ({ port, sessions }) => {
      for (const tooLong of [someBytes(1001), "é".repeat(501)]) {
        const client = await connect(port), { messages, closed } = await sessions.next();
        client.send(someBytes(1000));
        client.send("é".repeat(500));
        client.send(tooLong);
        const seen = await whenClosed(client);
        assert.equal(seen.code, 1009);
        assert.equal((await closed).code, 1009);
        assert.equal(messages.size, 2);
      }
    }),

  "messages: too long a one is a 1009 for the session, whatever the peer answers": (open: OpenFrameServer) =>
    withServer(open, { maxMessageBytes: 10 }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { closed } = await sessions.next();
      await client.write(frameBytes(BINARY, someBytes(11)));
      assert.equal((await client.readFrame())?.opcode, CLOSE);
      client.close();
      assert.deepEqual(await closed, { code: 1009, reason: "Max payload size exceeded" });
    }),

  "messages: none after the session closed the socket": (open: OpenFrameServer) =>
    withServer(open, { onMessage: closeAtOnce }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { messages, closed } = await sessions.next();
      await client.write(concat(frameBytes(TEXT, ascii("1")), frameBytes(TEXT, ascii("2"))));
      await client.readFrame();
      client.close();
      await closed;
      assert.equal(messages.size, 1);
    }),

  "messages: a peer that goes on sending still reads why it is closed": (open: OpenFrameServer) =>
    withServer(open, { onMessage: closeAtOnce }, async ({ port }) => {
      const client = await RawClient.upgrade(port);
      const payload = concat(Uint8Array.of(1008 >> 8, 1008 & 255), ascii("one is enough"));
      await client.write(concat(frameBytes(TEXT, ascii("1")), frameBytes(TEXT, ascii("2"))));
      assert.deepEqual(await client.readFrame(), { opcode: CLOSE, isFinal: true, payload });
      client.close();
    }),

  "ping: brings onPong": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket, pongs } = await sessions.next();
      socket.ping();
      await pongs.next();
      client.close();
      await whenClosed(client);
    }),

  "ping: reaches the peer, and only its pong counts": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { socket, pongs, messages } = await sessions.next();
      socket.ping();
      assert.equal((await client.readFrame())?.opcode, PING);
      await client.write(frameBytes(BINARY, new Uint8Array(1)));
      await messages.next();
      assert.equal(pongs.size, 0);
      await client.write(frameBytes(PONG, new Uint8Array()));
      await pongs.next();
      client.close();
    }),

  "faults: a listener that throws costs its own socket only": (open: OpenFrameServer) => {
    const onMessage = (session: Session, data: Uint8Array | string) => {
      if (data === "boom") throw new Error("boom");
      session.socket.send(data);
    };
    return withServer(open, { onMessage }, async ({ port, faults }) => {
      const victim = await connect(port), other = await connect(port);
      victim.send("boom");
      assert.equal((await whenClosed(victim)).code, 1011);
      assert.deepEqual(faults.map(String), ["Error: boom"]);
      const echoed = nextMessage(other);
      other.send("still here");
      assert.equal(await echoed, "still here");
      other.close();
      await whenClosed(other);
    });
  },
};
