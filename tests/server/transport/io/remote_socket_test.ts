import assert from "node:assert/strict";
import { LIMITS } from "../../../../server/limits.ts";
import type { ToWorker } from "../../../../server/transport/io/messages.ts";
import { Mail, RemoteSocket } from "../../../../server/transport/io/remote_socket.ts";

/** What a worker would have been told. */
function listener() {
  const told: ToWorker[] = [];
  return { told, mail: new Mail({ postMessage: (message: ToWorker) => void told.push(message) }) };
}

Deno.test("mail: what goes out in one turn goes out together, each message once for all its sockets", async () => {
  const { told, mail } = listener(), frame = Uint8Array.of(1, 2), other = Uint8Array.of(1, 2);
  for (const socket of [1, 2, 3]) mail.send(socket, frame);
  mail.send(1, "words");
  mail.send(2, other);
  assert.deepEqual(told, []);
  await Promise.resolve();
  const parcels = [
    { data: frame, sockets: [1, 2, 3] },
    { data: "words", sockets: [1] },
    { data: other, sockets: [2] },
  ];
  assert.deepEqual(told, [{ kind: "send", parcels }]);
});

Deno.test("mail: a view takes nothing along but itself", async () => {
  const { told, mail } = listener(), view = new Uint8Array(1000).subarray(10, 12);
  mail.send(1, view);
  await Promise.resolve();
  const [message] = told;
  assert.ok(message.kind === "send" && message.parcels[0].data instanceof Uint8Array);
  assert.deepEqual([message.parcels[0].data.length, message.parcels[0].data.buffer.byteLength], [2, 2]);
});

Deno.test("remote socket: what was sent is said before the close", () => {
  const { told, mail } = listener(), socket = new RemoteSocket(7, "peer", mail);
  socket.send("last words");
  socket.close(1000, "bye");
  assert.deepEqual(told.map(({ kind }) => kind), ["send", "close"]);
});

Deno.test("remote socket: its buffer holds what the worker has not reported, and nothing once it is closing", () => {
  const { mail } = listener(), socket = new RemoteSocket(1, "peer", mail);
  socket.send(new Uint8Array(10));
  socket.send("äö");
  assert.equal(socket.bufferedBytes, 14);
  socket.onTaken(10);
  assert.equal(socket.bufferedBytes, 4);
  socket.close(1000, "");
  assert.equal(socket.bufferedBytes, 0);
  socket.send("too late");
  assert.equal(socket.bufferedBytes, 0);
});

Deno.test("remote socket: what was taken is told in sums, well before the worker's bound", () => {
  const { told, mail } = listener(), socket = new RemoteSocket(1, "peer", mail), message = new Uint8Array(1000);
  const taken: number[] = [];
  socket.listener = { onMessage: ({ length }) => void taken.push(length), onPong() {}, onClose() {} };
  while (told.length < 3) socket.onMessage(message);
  const sums = told.map((each) => each.kind === "heard" ? each.bytes : -1);
  assert.equal(sums.reduce((sum, bytes) => sum + bytes), 1000 * taken.length);
  for (const bytes of sums) assert.ok(bytes > LIMITS.unheardBytes.value / 8 && bytes < LIMITS.unheardBytes.value / 2);
});
