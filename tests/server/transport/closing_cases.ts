import assert from "node:assert/strict";
import type { OpenFrameServer } from "../../../server/transport/frame_socket.ts";
import { connect, whenClosed, withServer } from "./harness.ts";
import { ascii, CLOSE, concat, frameBytes, RawClient, upgradeAndReset } from "./raw_client.ts";

export const closingCases = {
  "close: the session's code and reason reach the peer, and come back": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      for (const [code, reason] of [[1000, ""], [1008, "why not"], [4321, "grüße"]] as const) {
        const client = await connect(port), { socket, closed } = await sessions.next();
        const gone = whenClosed(client);
        socket.close(code, reason);
        const seen = await gone;
        assert.deepEqual([seen.code, seen.reason, seen.wasClean], [code, reason, true]);
        assert.equal((await closed).code, code);
      }
    }),

  "close: the peer's code and reason reach the session; 1005 when it gave none": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      for (
        const [payload, code, reason] of [[concat(Uint8Array.of(16, 225), ascii("bye")), 4321, "bye"], [
          new Uint8Array(),
          1005,
          "",
        ]] as const
      ) {
        const client = await RawClient.upgrade(port), { closed } = await sessions.next();
        await client.write(frameBytes(CLOSE, payload));
        assert.equal((await client.readFrame())?.opcode, CLOSE);
        client.close();
        assert.deepEqual(await closed, { code, reason });
      }
    }),

  "close: a long reason is cut between characters": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket } = await sessions.next();
      const gone = whenClosed(client);
      socket.close(1008, "é".repeat(100));
      assert.equal((await gone).reason, "é".repeat(61));
    }),

  "close: a peer that never answers is given up": (open: OpenFrameServer) =>
    withServer(open, { timeouts: { closeMs: 30 } }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { socket, closed } = await sessions.next();
      socket.close(1001, "");
      assert.deepEqual(await closed, { code: 1006, reason: "" });
      client.close();
    }),

  "close: a peer that just goes is a 1006": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { closed } = await sessions.next();
      client.close();
      assert.deepEqual(await closed, { code: 1006, reason: "" });
    }),

  "close: everything is harmless afterwards": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      const client = await connect(port), { socket, closed } = await sessions.next();
      client.close(4000);
      await closed;
      socket.send("late");
      socket.send(new Uint8Array(10));
      socket.ping();
      socket.close(1000, "");
      socket.terminate();
      socket.terminate();
      assert.equal(socket.bufferedBytes, 0);
    }),

  "close: 200 connections reset by their peers": (open: OpenFrameServer) =>
    withServer(open, {}, async ({ port, sessions }) => {
      for (let cycle = 0; cycle < 200; cycle++) {
        await upgradeAndReset(port);
        assert.equal((await (await sessions.next()).closed).code, 1006);
      }
      const response = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(await response.text(), "plain");
    }),

  "terminate: ends the session at once, whatever the peer does": (open: OpenFrameServer) =>
    withServer(open, { timeouts: { closeMs: 1e9 } }, async ({ port, sessions }) => {
      const client = await RawClient.upgrade(port), { socket, closed } = await sessions.next();
      socket.terminate();
      assert.deepEqual(await closed, { code: 1006, reason: "" });
      client.close();
    }),

  "server: closing it closes its sockets with 1001 and lets responses end": async (open: OpenFrameServer) => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answer, resolve: respond } = Promise.withResolvers<Response>();
    const slow = () => {
      ask();
      return answer;
    };
    await withServer(open, { fetch: slow }, async ({ port, server }) => {
      const client = await connect(port), gone = whenClosed(client);
      const inFlight = fetch(`http://127.0.0.1:${port}/`);
      await asked;
      const first = server.close(), second = server.close();
      assert.equal((await gone).code, 1001);
      respond(new Response("in time"));
      assert.equal(await (await inFlight).text(), "in time");
      await Promise.all([first, second]);
      Deno.listen({ hostname: "127.0.0.1", port }).close();
    });
  },

  "server: closing it does not wait for peers that hang": async (open: OpenFrameServer) => {
    const endless = () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1 << 20)) }));
    await withServer(open, { fetch: endless, timeouts: { closeMs: 30 } }, async ({ port, server, sessions }) => {
      const reader = await RawClient.connect(port);
      await reader.write(ascii("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
      await reader.readHead();
      const mute = await RawClient.upgrade(port), { closed } = await sessions.next();
      await server.close();
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      assert.equal((await closed).code, 1006);
      reader.close();
      mute.close();
    });
  },
};
