import assert from "node:assert/strict";
import { decodeNetworkFrame } from "../../../protocol/network/frame.ts";
import type { VerifyOutcome } from "../../../server/auth.ts";
import { VoiceEndpoint } from "../../../server/endpoints/voice.ts";
import { InboundLimits } from "../../../server/inbound_limits.ts";
import { LIMITS } from "../../../server/limits.ts";
import { Meter } from "../../../server/meter.ts";
import { SocketAdmission } from "../../../server/socket_admission.ts";
import { VoiceRooms } from "../../../server/voice/voice_rooms.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeSocket } from "../../helpers/fake_socket.ts";
import { opus, said } from "../../helpers/voice.ts";

const ADA: VerifyOutcome = { ok: true, identity: { user: "ada", account: 1, role: "viewer", expiresAtMs: Infinity } };

function setUp() {
  const clock = new FakeClock(), rooms = new VoiceRooms(clock), meter = new Meter(), auth = { outcome: ADA };
  const verify = () => Promise.resolve(auth.outcome);
  const origin = { hostname: "127.0.0.1", port: 9090, allowedOrigins: [] };
  const endpoint = new VoiceEndpoint({
    ...{ rooms, clock, meter, auth: { verify }, limits: new InboundLimits(clock) },
    admission: new SocketAdmission({ origin, verify, clock, meterOf: () => meter }),
    onFault: (error) => assert.fail(String(error)),
  });
  const ask = (room: string, { from = "127.0.0.1" } = {}) =>
    endpoint.upgrade({
      url: new URL(`http://127.0.0.1:9090/ws/voice?token=t&room=${room}`),
      headers: new Headers({ host: "127.0.0.1:9090" }),
      remoteAddress: from,
    });
  const connect = async () => {
    const decision = await ask("graph"), socket = new FakeSocket();
    assert.ok(decision.accept);
    return { socket, listener: decision.open(socket) };
  };
  const close = () => {
    endpoint.close();
    rooms.close();
  };
  return { clock, meter, auth, endpoint, ask, connect, close };
}

Deno.test("[VO-16] the endpoint looks after its connections: pinged after 15 s, dropped after 30 in silence", async () => {
  const { clock, meter, connect, close } = setUp(), [silent, talks] = [await connect(), await connect()];
  clock.advance(14_000);
  assert.equal(silent.socket.sent.length, 0);
  clock.advance(2_000);
  assert.deepEqual(silent.socket.sent.map((data) => typeof data !== "string" && decodeNetworkFrame(data).type), [
    "ping",
  ]);
  talks.listener.onMessage(said(opus(1)));
  clock.advance(15_000);
  assert.deepEqual([silent.socket.isTerminated, talks.socket.isTerminated], [true, false]);
  silent.listener.onClose(1006, "");
  assert.equal(meter.open, 1);
  close();
  assert.equal(clock.pending, 0);
});

Deno.test("[VO-15] a token that is no longer good ends the connection within 30 s", async () => {
  const { clock, meter, auth, connect, close } = setUp(), { socket, listener } = await connect();
  const talkOn = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000);
      listener.onMessage(said(opus(second)));
      await Promise.resolve();
    }
  };
  await talkOn(31);
  assert.ok(socket.isOpen, "it was good when it was checked");
  auth.outcome = { ok: false, reason: "expired_token", message: "Your session has expired." };
  await talkOn(30);
  assert.deepEqual(socket.closes, [{ code: 1008, reason: "Your session has expired." }]);
  assert.equal(meter.ended.get("expired"), 1);
  close();
});

Deno.test("[VO-14] a full room is 503 at the handshake; whom it filled up for meanwhile is told by the close", async () => {
  const { ask, auth, close } = setUp(), most = LIMITS.voiceMembers.value, decisions = [];
  for (let number = 0; number <= most; number++) {
    auth.outcome = {
      ok: true,
      identity: { user: `user-${number}`, account: number, role: "viewer", expiresAtMs: Infinity },
    };
    decisions.push(await ask("small", { from: `address-${number % 2}` }));
  }
  const sockets = decisions.map((decision) => {
    assert.ok(decision.accept);
    const socket = new FakeSocket();
    decision.open(socket);
    return socket;
  });
  const late = sockets.pop();
  assert.ok(sockets.every(({ isOpen }) => isOpen));
  assert.deepEqual(late?.closes, [{ code: 1008, reason: "The room small is full." }]);
  const refused = await ask("small");
  assert.ok(!refused.accept);
  assert.equal(refused.response.status, 503);
  assert.equal((await refused.response.json()).error.code, "room_full");
  close();
});
