/** Voice over real sockets, on both transports: `/ws/voice` and V4 in the same rooms. */
import assert from "node:assert/strict";
import { encodeVoiceData } from "../../protocol/graph/v4.ts";
import { eachTransport, eventOf } from "../helpers/each_transport.ts";
import { u32LE } from "../helpers/codec_suite.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import type { TestServer } from "../helpers/test_server.ts";
import { errorFrame, opus, roomWhere, said, typedBytes, V4_BYTES, voiceOf } from "../helpers/voice.ts";

interface Wish {
  readonly room?: string;
  readonly token?: string;
}

const roomQuery = (wish: Wish) => wish.room === undefined ? "" : `&room=${wish.room}`;
const typed = ({ ws, adminToken }: TestServer, wish: Wish = {}) =>
  SocketClient.connect(`${ws}/voice?token=${wish.token ?? adminToken}${roomQuery(wish)}`);
const graph = ({ ws, adminToken }: TestServer, protocol: string, wish: Wish = {}) =>
  SocketClient.connect(`${ws}?token=${wish.token ?? adminToken}&rate=1&protocol=${protocol}${roomQuery(wish)}`);

/** A client that goes on sending while it is being closed may see the connection break off instead of the code. */
const BROKEN = [0, 1006];

/** The number of a connection to `/ws/voice`. */
async function numberOf(client: SocketClient): Promise<number> {
  client.send('{"type":"voice","data":{}}');
  return (await client.next(roomWhere(() => true))).participant;
}

const closeAll = (...clients: readonly SocketClient[]) => Promise.all(clients.map((client) => client.close()));

function upgradeRequest(host: string, path: string, headers: readonly string[]): string {
  return [
    ...[`GET ${path} HTTP/1.1`, `Host: ${host}`, "Upgrade: websocket", "Connection: Upgrade"],
    ...["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", ...headers, "", ""],
  ].join("\r\n");
}

/** What a handshake is answered. */
async function handshake({ base }: TestServer, path: string, headers: readonly string[] = []): Promise<string> {
  const { hostname, port, host } = new URL(base), connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(upgradeRequest(host, path, headers)));
  const buffer = new Uint8Array(8192), read = await connection.read(buffer) ?? 0;
  connection.close();
  return new TextDecoder().decode(buffer.subarray(0, read));
}

eachTransport(
  "[VO-2] [VO-4] [VO-9] a packet goes to everybody else in the room, and to nobody elsewhere",
  async (server) => {
    const viewer = await server.token("viewer");
    const [ada, bob, cy] = [
      await typed(server),
      await typed(server, { token: viewer, room: "graph" }),
      await typed(server),
    ];
    const [dot, eve] = [await typed(server, { room: "attic" }), await typed(server, { room: "attic" })];
    const [adasNumber, bobsNumber] = [await numberOf(ada), await numberOf(bob)], dotsNumber = await numberOf(dot);
    ada.send(typedBytes(0, 1234.5));
    for (const listener of [bob, cy]) assert.deepEqual(await listener.next(voiceOf), typedBytes(adasNumber, 1234.5));
    dot.send(typedBytes(0, 7));
    assert.deepEqual(await eve.next(voiceOf), typedBytes(dotsNumber, 7), "the other room heard its own first");
    bob.send(typedBytes(0, 8)); // a viewer may speak
    assert.deepEqual(await ada.next(voiceOf), typedBytes(bobsNumber, 8), "what ada said has not come back to her");
    assert.deepEqual(await cy.next(voiceOf), typedBytes(bobsNumber, 8));
    await closeAll(ada, bob, cy, dot, eve);
  },
);

eachTransport("[VO-2] [VO-3] [VO-5] [V4-13] V4, Q1 and /ws/voice hear each other byte for byte", async (server) => {
  const v4 = await graph(server, "v4", { room: "graph" }), q1 = await graph(server, "q1", { room: "graph" });
  const voice = await typed(server), number = await numberOf(voice);
  const { members } = await (voice.send('{"type":"voice","data":{}}'), voice.next(roomWhere(() => true)));
  assert.equal(members.length, 3);
  const numbers = members.map(({ participant }) => participant);
  assert.equal(new Set(numbers).size, 3, "one series of numbers for all sockets");
  voice.send(typedBytes(0));
  for (const listener of [v4, q1]) assert.deepEqual(await listener.next(voiceOf), V4_BYTES);
  v4.send(V4_BYTES);
  assert.deepEqual(await q1.next(voiceOf), V4_BYTES);
  const [heard] = [await voice.next(voiceOf)], speaker = numbers[0];
  assert.notEqual(speaker, number);
  assert.deepEqual(heard.subarray(0, 8), typedBytes(speaker).subarray(0, 8));
  assert.deepEqual(heard.subarray(16), typedBytes(speaker).subarray(16));
  const pcm = {
    codec: "pcm",
    channels: 2,
    sequence: 65_535,
    sampleRate: 8_000,
    audio: Uint8Array.of(1, 2, 3, 4),
  } as const;
  const pcmBytes = Uint8Array.of(4, 7, 0, 0, 0, 2, 0xff, 0xff, ...u32LE(8_000), 1, 2, 3, 4);
  q1.send(pcmBytes);
  assert.deepEqual(await v4.next(voiceOf), pcmBytes, "what v4 said itself has not come back");
  assert.deepEqual((await voice.next(voiceOf)).subarray(20), pcmBytes.subarray(4));
  voice.send(said(pcm));
  assert.deepEqual(await v4.next(voiceOf), pcmBytes);
  await closeAll(v4, q1, voice);
});

eachTransport(
  "[V4-24] [VO-5] a V4 client that has nothing to do with voice is sent none; its first packet brings it in",
  async (server) => {
    const quiet = await graph(server, "v4"), shy = await graph(server, "v4"), voice = await typed(server);
    voice.send('{"type":"voice","data":{}}');
    assert.equal((await voice.next(roomWhere(() => true))).members.length, 1);
    voice.send(said(opus(1)));
    shy.send(encodeVoiceData(opus(2)));
    assert.equal((await voice.next(roomWhere(({ members }) => members.length > 1))).members.length, 2);
    voice.send(said(opus(3)));
    assert.deepEqual(await shy.next(voiceOf), encodeVoiceData(opus(3)));
    quiet.send('{"type":"voice","data":{}}');
    assert.equal((await quiet.next(roomWhere(() => true))).members.length, 3);
    voice.send(said(opus(4)));
    assert.deepEqual(await quiet.next(voiceOf), encodeVoiceData(opus(4)), "the packets before were not for it");
    const v2 = await graph(server, "v2", { room: "graph" });
    v2.send('{"type":"voice","data":{}}');
    assert.equal((await v2.next(eventOf("error"))).data.code, "bad_message", "a dialect without voice");
    await closeAll(quiet, shy, voice, v2);
  },
);

eachTransport(
  "[VO-6] [VO-7] [VO-8] who does not want to hear or speak is left out, and admins mute",
  async (server) => {
    const { adminToken } = server, ada = await typed(server, { token: await server.token("editor") });
    const bob = await graph(server, "v4", { room: "graph", token: await server.token("viewer") });
    const cy = await typed(server, { token: adminToken });
    for (const client of [ada, bob, cy]) client.send('{"type":"voice","data":{}}');
    const everybody = await cy.next(roomWhere(({ members }) => members.length === 3)),
      cysNumber = everybody.participant;
    const member = (participant: number) => everybody.members.find((one) => one.participant === participant);
    assert.equal(member(cysNumber)?.user, "admin");
    bob.send('{"type":"voice","data":{"hear":false}}');
    await cy.next(roomWhere(({ members }) => members.some(({ hear }) => !hear)));
    ada.send(said(opus(1)));
    assert.ok(await cy.next(voiceOf));
    bob.send('{"type":"voice","data":{"hear":true}}');
    await cy.next(roomWhere(({ members }) => members.every(({ hear }) => hear)));
    ada.send('{"type":"voice","data":{"speak":false}}');
    await cy.next(roomWhere(({ members }) => members.some(({ speak }) => !speak)));
    ada.send(said(opus(2)));
    ada.send('{"type":"voice","data":{"speak":true}}');
    ada.send(said(opus(3)));
    assert.deepEqual(await bob.next(voiceOf), encodeVoiceData(opus(3)), "1 was not heard, 2 was not said");
    const adasName = everybody.members.find(({ user }) => user.startsWith("editor"))?.user ?? "";
    bob.send(JSON.stringify({ type: "mute", data: { user: adasName, muted: true } }));
    assert.equal((await bob.next(eventOf("error"))).data.code, "forbidden");
    cy.send(JSON.stringify({ type: "mute", data: { user: adasName, muted: true } }));
    await bob.next(roomWhere(({ members }) => members.some(({ muted }) => muted)));
    ada.send(said(opus(4)));
    ada.send('{"type":"ping","timestamp":1}');
    await ada.next((message) => message === '{"type":"pong","timestamp":1}' || undefined);
    cy.send(said(opus(5)));
    assert.deepEqual(await bob.next(voiceOf), encodeVoiceData(opus(5)));
    await closeAll(ada, bob, cy);
  },
);

eachTransport("[VO-12] a burst of 100 is taken, then an error says when to come again, then 1008", async (server) => {
  const token = await server.token("viewer"), speaker = await typed(server, { token }), listener = await typed(server);
  for (let sequence = 0; sequence < 300; sequence++) speaker.send(said(opus(sequence)));
  const refusal = await speaker.next(errorFrame);
  assert.equal(refusal.code, "limit");
  assert.ok((refusal.retry_after ?? 0) > 0 && (refusal.retry_after ?? 1) <= 0.05, `${refusal.retry_after}`);
  const { code } = await speaker.closed;
  assert.ok(code === 1008 || BROKEN.includes(code), `closed with ${code}`);
  for (let sequence = 0; sequence < 100; sequence++) {
    assert.equal((await listener.next(voiceOf))[22], sequence);
  }
  const again = await typed(server, { token });
  for (let sequence = 0; sequence < 100; sequence++) again.send(said(opus(sequence)));
  assert.equal((await again.next(errorFrame)).code, "limit", "the account is counted, not the connection");
  const metrics = await (await fetch(`${server.base}/metrics`)).text();
  assert.ok(Number(/^orrery_over_limit_total\{endpoint="\/ws\/voice"\} (\d+)$/m.exec(metrics)?.[1]) >= 60);
  assert.match(metrics, /^orrery_ended_total\{dialect="voice",endpoint="\/ws\/voice",reason="refused"\} [12]$/m);
  assert.match(metrics, /^orrery_connections\{dialect="voice",endpoint="\/ws\/voice"\} \d$/m);
  await closeAll(listener, again);
});

eachTransport(
  "[VO-17] a bad message is answered with an ERROR, ten of them with 1008, and others hear on",
  async (server) => {
    const [attacker, speaker, listener] = [await typed(server), await typed(server), await typed(server)];
    for (let sent = 0; sent < 10; sent++) attacker.send(Uint8Array.of(0x02, 0, 0, 0));
    const { code, message } = await attacker.next(errorFrame);
    assert.equal(code, "bad_message");
    assert.match(message, /a header of 16 bytes at byte 0, found 4 bytes/);
    assert.equal((await attacker.closed).code, 1008);
    speaker.send(said(opus(258)));
    assert.ok(await listener.next(voiceOf));
    const long = await typed(server);
    long.send(new Uint8Array(65_601));
    assert.equal((await long.closed).code, 1009);
    await closeAll(speaker, listener);
  },
);

eachTransport(
  "[VO-4] [VO-15] a handshake without a token, from elsewhere, or for no room is refused",
  async (server) => {
    const token = `token=${server.adminToken}`;
    assert.match(await handshake(server, "/ws/voice"), /^HTTP\/1\.1 401 /);
    assert.match(
      await handshake(server, `/ws/voice?${token}`, ["Origin: http://elsewhere.example"]),
      /^HTTP\/1\.1 403 /,
    );
    assert.match(await handshake(server, `/ws/voice?${token}&room=a%20b`), /^HTTP\/1\.1 400 .*bad_request/s);
    assert.match(await handshake(server, `/ws?${token}&protocol=v4&room=`), /^HTTP\/1\.1 400 .*bad_request/s);
    assert.match(
      await handshake(server, `/ws/voice?${token}`, ["Sec-WebSocket-Protocol: orrery.v4"]),
      /^HTTP\/1\.1 400 .*unknown_protocol/s,
    );
    const named = await SocketClient.connect(`${server.ws}/voice?${token}`, ["orrery.voice"]);
    assert.equal(named.protocol, "orrery.voice");
    const plain = await fetch(`${server.base}/ws/voice`);
    assert.equal(plain.status, 400);
    await plain.body?.cancel();
    await named.close();
  },
);

eachTransport(
  "[SSSP-9] 50 messages at once to /ws/positions, then when to come again, then 1008; acks are free",
  async (server) => {
    const client = await SocketClient.connect(`${server.ws}/positions?token=${server.adminToken}`);
    for (let sent = 0; sent < 200; sent++) client.send('{"type":"sssp","source":0}');
    let accepted = 0;
    const refusal = await client.next((message) => {
      if (typeof message === "string" && message.startsWith('{"type":"sssp"')) accepted++;
      return eventOf("error")(message);
    });
    assert.equal(refusal.data.code, "limit");
    assert.ok(accepted >= 50 && accepted < 60, `${accepted}`);
    assert.ok((refusal.data.retry_after ?? 0) > 0 && (refusal.data.retry_after ?? 1) <= 0.2);
    const { code } = await client.closed;
    assert.ok(code === 1008 || BROKEN.includes(code), `closed with ${code}`);
    const token = await server.token("viewer");
    const reader = await SocketClient.connect(`${server.ws}/positions?token=${token}&protocol=q1`);
    for (let sent = 0; sent < 200; sent++) reader.send(Uint8Array.of(1, 3, 0, 2, 0, 0, 0, 0));
    reader.send('{"type":"ping","timestamp":1}');
    await reader.next((message) => message === '{"type":"pong","timestamp":1}' || undefined);
    await reader.close();
  },
);

eachTransport("[VO-11] a client that reads nothing loses voice, counted, and holds nobody up", async (server) => {
  const { adminToken, base } = server, stuck = await connectAndReadNothing(base, `/ws/voice?token=${adminToken}`);
  const listener = await typed(server);
  // Of long packets one account may say 16 at once; ten of them are more than sockets and kernel buffer.
  const long = Array(65_536).fill(1), SPEAKERS = 10, PACKETS = 16;
  for (let speaker = 0; speaker < SPEAKERS; speaker++) {
    const client = await typed(server, { token: await server.token("viewer") });
    for (let packet = 0; packet < PACKETS; packet++) {
      client.send(said(opus(packet, long)));
      assert.equal((await listener.next(voiceOf))[22], packet, "whoever reads hears everything");
    }
    await client.close();
  }
  const dropped = () => counted(base, 'dropped_voice_total{dialect="voice",endpoint="/ws/voice"}');
  for (let tries = 0; tries < 1000 && await dropped() === 0; tries++);
  assert.ok(await dropped() > 0);
  stuck.close();
  await listener.close();
});

/** An open socket whose messages pile up. */
async function connectAndReadNothing(base: string, path: string): Promise<Deno.Conn> {
  const { hostname, port } = new URL(base), connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(upgradeRequest(new URL(base).host, path, [])));
  return connection;
}

/** One number of `/metrics`; 0 where it is not there yet. */
async function counted(base: string, name: string): Promise<number> {
  const lines = (await (await fetch(`${base}/metrics`)).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`orrery_${name} `))?.split(" ")[1] ?? 0);
}
