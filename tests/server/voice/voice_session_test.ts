import assert from "node:assert/strict";
import { decodeNetworkFrame, encodeNetworkFrame, type NetworkFrame } from "../../../protocol/network/frame.ts";
import { InboundLimits } from "../../../server/inbound_limits.ts";
import { LIMITS } from "../../../server/limits.ts";
import { Meter } from "../../../server/meter.ts";
import { Outbox } from "../../../server/outbox.ts";
import { SlidingCount } from "../../../server/rate.ts";
import { recheck } from "../../../server/recheck.ts";
import { VoiceRooms } from "../../../server/voice/voice_rooms.ts";
import { VoiceSession } from "../../../server/voice/voice_session.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeSocket } from "../../helpers/fake_socket.ts";
import { errorFrame, opus, said } from "../../helpers/voice.ts";

function setUp() {
  const clock = new FakeClock(), rooms = new VoiceRooms(clock), limits = new InboundLimits(clock);
  let participants = 0;
  const open = (user = "ada") => {
    const socket = new FakeSocket(), measured: number[] = [], meter = new Meter((_, value) => measured.push(value));
    const session = new VoiceSession({
      ...{
        participant: ++participants,
        user,
        role: "viewer",
        token: "t",
        rooms,
        roomName: "graph",
        socket,
        meter,
        clock,
      },
      outbox: new Outbox(socket, { now: clock.now, meter }),
      gate: limits.gate("/ws/voice", user),
      badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
      onClose: () => {},
    });
    session.seat.join();
    const frames = () => socket.sent.flatMap((data) => typeof data === "string" ? [] : [decodeNetworkFrame(data)]);
    return {
      session,
      socket,
      meter,
      measured,
      frames,
      errors: () => socket.sent.flatMap((data) => errorFrame(data) ?? []),
    };
  };
  return { clock, rooms, limits, open };
}

const control = (type: NetworkFrame["type"], timestampMs: number) =>
  encodeNetworkFrame({ type, priority: "low", packing: "none", timestampMs, payload: new Uint8Array(0) });

/** What the endpoint does once a second. */
function pass(seconds: number, clock: FakeClock, session: VoiceSession): void {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    session.lookAfter();
  }
}

Deno.test("[VO-16] a ping every 15 s; whoever answers stays, and how long it took is measured", () => {
  const { clock, open } = setUp(), { session, socket, frames, measured } = open();
  for (let turn = 1; turn <= 8; turn++) {
    pass(15, clock, session);
    assert.equal(frames().length, turn);
    const { type, timestampMs } = frames()[turn - 1];
    assert.deepEqual([type, timestampMs], ["ping", clock.wallNow()]);
    clock.advance(40);
    session.onMessage(control("pong", timestampMs));
    session.onMessage(control("pong", timestampMs)); // once more: measures nothing
  }
  assert.deepEqual(measured, Array(8).fill(0.04));
  assert.ok(socket.isOpen);
});

Deno.test("[VO-16] a peer that is silent for 30 s is dropped; one that says anything is not", () => {
  const { clock, open } = setUp(), silent = open(), talks = open("bob");
  for (let second = 0; second < 29; second++) {
    pass(1, clock, silent.session);
    silent.session.onPong(); // the runtime may answer for a peer that is gone
  }
  assert.ok(silent.socket.isOpen);
  talks.session.onMessage(said(opus(1)));
  pass(1, clock, silent.session);
  talks.session.lookAfter();
  assert.deepEqual([silent.socket.isTerminated, silent.meter.ended.get("silent")], [true, 1]);
  assert.ok(talks.socket.isOpen);
});

Deno.test("[VO-16] pings are answered, typed and in words", () => {
  const { open } = setUp(), { session, socket, frames } = open();
  session.onMessage(control("ping", 1234));
  assert.deepEqual(frames().map(({ type, timestampMs }) => [type, timestampMs]), [["pong", 1234]]);
  session.onMessage('{"type":"ping","timestamp":5}');
  assert.equal(socket.sent[1], '{"type":"pong","timestamp":5}');
});

Deno.test("[VO-12] 100 at once, then 20 a second; beyond: when to come again, and at the 60th goodbye", () => {
  const { clock, limits, open } = setUp(), speaker = open(), listener = open("bob");
  for (let sequence = 0; sequence < 100; sequence++) speaker.session.onMessage(said(opus(sequence)));
  assert.equal(listener.socket.sent.length, 100);
  speaker.session.onMessage(said(opus(100)));
  assert.deepEqual(speaker.errors(), [{
    type: "error",
    code: "limit",
    message: "At most 1200 messages a minute are taken at /ws/voice.",
    retry_after: 0.05,
  }]);
  clock.advance(50);
  speaker.session.onMessage(said(opus(101)));
  assert.equal(listener.socket.sent.length, 101);
  for (let more = 0; more < 58; more++) speaker.session.onMessage(said(opus(more)));
  assert.ok(speaker.socket.isOpen);
  speaker.session.onMessage(said(opus(1)));
  assert.deepEqual(speaker.socket.closes, [{ code: 1008, reason: "Too many messages over the limit." }]);
  assert.deepEqual([speaker.meter.refusals.get("limit"), limits.refused.get("/ws/voice")], [60, 60]);
  assert.equal(speaker.meter.ended.get("refused"), 1);
});

Deno.test("[VO-12] the limit is the account's on all its connections, and nobody else's", () => {
  const { open } = setUp(), one = open(), two = open(), other = open("bob");
  for (let sequence = 0; sequence < 100; sequence++) one.session.onMessage(said(opus(sequence)));
  two.session.onMessage(said(opus(1)));
  other.session.onMessage(said(opus(1)));
  assert.deepEqual([two.errors().length, other.errors().length], [1, 0]);
});

Deno.test("[VO-17] what cannot be read is answered in the dialect, and the tenth ends the connection", () => {
  const { open } = setUp(), { session, socket, errors } = open(), listener = open("bob");
  const tooLong = said(opus(1));
  tooLong[4]++;
  const bad: readonly (Uint8Array | string)[] = [
    new Uint8Array(0),
    Uint8Array.of(4, 7, 0, 0),
    tooLong,
    said(opus(1), { speaker: 9 }),
    control("settingsUpdate", 1),
    control("error", 1),
    "nonsense",
    '{"type":"subscribe","data":{"channels":[]}}',
    '{"type":"voice","data":{"hear":"loud"}}',
  ];
  for (const message of bad) session.onMessage(message);
  assert.deepEqual(errors().map(({ code }) => code), Array(9).fill("bad_message"));
  assert.ok(socket.isOpen);
  session.onMessage(said(opus(1)));
  assert.equal(listener.socket.sent.length, 1, "nothing but the sound one was relayed");
  session.onMessage(new Uint8Array(3));
  assert.equal(socket.closes[0].code, 1008);
  assert.match(socket.closes[0].reason, /^Too many refused messages: network: expected a header/);
});

Deno.test("[VO-18] CLOSE closes", () => {
  const { open } = setUp(), { session, socket } = open();
  session.onMessage(control("close", 1));
  assert.deepEqual(socket.closes, [{ code: 1000, reason: "" }]);
});

Deno.test("[VO-8] only an admin mutes, as the account stands now", async () => {
  const { open } = setUp(), ada = open(), bob = open("bob");
  ada.session.onMessage('{"type":"mute","data":{"user":"bob","muted":true}}');
  assert.deepEqual(ada.errors().map(({ code }) => code), ["forbidden"]);
  const identity = { user: "ada", account: 1, role: "admin", expiresAtMs: Infinity } as const;
  await recheck(ada.session, { verify: () => Promise.resolve({ ok: true, identity }) });
  ada.session.onMessage('{"type":"mute","data":{"user":"nobody","muted":true}}');
  ada.session.onMessage('{"type":"mute","data":{"user":"bob","muted":true}}');
  assert.deepEqual(ada.errors().map(({ code }) => code), ["forbidden", "bad_message"]);
  const before = ada.socket.sent.length;
  bob.session.onMessage(said(opus(1)));
  assert.equal(ada.socket.sent.length, before);
  ada.session.onMessage('{"type":"mute","data":{"user":"bob","muted":false}}');
  bob.session.onMessage(said(opus(2)));
  assert.equal(ada.socket.sent.length, before + 1);
});
