/** The isolate of sockets by itself: this test is its other side. */
import assert from "node:assert/strict";
import { LIMITS } from "../../../../server/limits.ts";
import { resolveTimeouts } from "../../../../server/transport/handshake.ts";
import type { FromWorker, ToWorker } from "../../../../server/transport/io/messages.ts";
import { connect, Mailbox, whenClosed } from "../harness.ts";

const MESSAGE_BYTES = 1 << 20;

Deno.test("io worker: messages that nobody listens to close their socket with 1008 before they fill the memory", async () => {
  const worker = new Worker(import.meta.resolve("../../../../server/transport/io/io_worker.ts"), { type: "module" });
  const said = new Mailbox<FromWorker>(), tell = (message: ToWorker) => worker.postMessage(message);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => said.push(data);
  const hear = async <Kind extends FromWorker["kind"]>(kind: Kind) => {
    for (;;) {
      const message = await said.next();
      if (message.kind === kind) return message as Extract<FromWorker, { kind: Kind }>;
    }
  };
  try {
    tell({ kind: "listen", at: { engine: "ws", hostname: "127.0.0.1", port: 0, timeouts: resolveTimeouts() } });
    const { port } = await hear("listening"), opening = connect(port), { request } = await hear("upgrade");
    const decision = { accept: true, protocol: undefined, maxMessageBytes: MESSAGE_BYTES } as const;
    tell({ kind: "decision", request, decision });
    const client = await opening, closed = whenClosed(client);
    for (let sent = 0; sent <= LIMITS.unheardBytes.value; sent += MESSAGE_BYTES) {
      client.send(new Uint8Array(MESSAGE_BYTES));
    }
    assert.equal((await closed).code, 1008);
    assert.equal((await hear("closed")).socket, request);
    tell({ kind: "stop" });
    await hear("stopped");
  } finally {
    worker.terminate();
  }
});
