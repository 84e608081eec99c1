import assert from "node:assert/strict";
import { LIMITS } from "../../../server/limits.ts";
import { Meter } from "../../../server/meter.ts";
import { Outbox } from "../../../server/outbox.ts";
import { Refusal } from "../../../server/refusal.ts";
import type { VoiceDialect } from "../../../server/voice/relayed_voice.ts";
import { VoiceRooms } from "../../../server/voice/voice_rooms.ts";
import { VoiceSeat } from "../../../server/voice/voice_seat.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeSocket } from "../../helpers/fake_socket.ts";
import { opus } from "../../helpers/voice.ts";

const STAMP = { timestampMs: 100, priority: "critical" } as const;

function setUp() {
  const clock = new FakeClock(), rooms = new VoiceRooms(clock);
  let participants = 0;
  const enter = (
    options: { peer?: "reading" | "stuck"; dialect?: VoiceDialect; room?: string; user?: string } = {},
  ) => {
    const { peer, dialect = "v4", room = "graph" } = options, participant = ++participants;
    const socket = new FakeSocket(peer), meter = new Meter(), told: string[] = [];
    const outbox = new Outbox(socket, { now: clock.now, meter }), user = options.user ?? `user-${participant}`;
    const seat = new VoiceSeat({
      ...{ participant, user, dialect, outbox, rooms, roomName: room, role: () => "admin" },
      tellRoom: (text) => told.push(text),
    });
    seat.join();
    return { seat, socket, meter, outbox, told, sequences: () => socket.sent.map(sequenceOf) };
  };
  return { clock, rooms, enter };
}

/** Of a V4 message. */
function sequenceOf(data: Uint8Array | string): number {
  assert.ok(typeof data !== "string");
  return data[6] | data[7] << 8;
}

const range = (from: number, until: number) => Array.from({ length: until - from }, (_, k) => from + k);

Deno.test("[VO-11] a listener that does not read loses the oldest packets, counted; the others hear them all", () => {
  const { clock, enter } = setUp();
  const speaker = enter(), slow = enter({ peer: "stuck" }), other = enter();
  slow.outbox.sendFrame(new Uint8Array(3_600_000));
  for (let sequence = 0; sequence < 100; sequence++) speaker.seat.speak(opus(sequence), STAMP);
  assert.deepEqual(other.sequences(), range(0, 100));
  assert.deepEqual([slow.socket.sent.length, slow.meter.droppedVoice], [1, 36]);
  slow.socket.peer = "reading";
  slow.socket.drain();
  clock.advance(4);
  assert.deepEqual(slow.sequences().slice(1), range(36, 100), "the newest 64, in order");
  assert.deepEqual([slow.meter.sentVoice, slow.meter.droppedVoice, other.meter.droppedVoice], [64, 36, 0]);
  assert.deepEqual(speaker.socket.sent, []);
  clock.advance(200);
  assert.equal(clock.pending, 0, "nobody is looked at when nothing waits");
});

Deno.test("[VO-11] what waited for 250 ms is dropped, however few they are", () => {
  const { clock, enter } = setUp();
  const speaker = enter(), slow = enter({ peer: "stuck" });
  slow.outbox.sendFrame(new Uint8Array(100_000));
  speaker.seat.speak(opus(1), STAMP);
  clock.advance(200);
  speaker.seat.speak(opus(2), STAMP);
  clock.advance(52);
  assert.equal(slow.meter.droppedVoice, 1);
  slow.socket.drain();
  clock.advance(4);
  assert.deepEqual(slow.sequences().slice(1), [2]);
});

Deno.test("[VO-10] while voice waits the box is not clear, so that no frame goes before it", () => {
  const { clock, enter } = setUp();
  const speaker = enter(), { outbox, socket } = enter({ peer: "stuck" });
  outbox.sendFrame(new Uint8Array(3_600_000));
  speaker.seat.speak(opus(7), STAMP);
  socket.peer = "reading";
  socket.drain();
  assert.deepEqual([outbox.isClear, socket.bufferedBytes], [false, 0]);
  clock.advance(4);
  assert.deepEqual([outbox.isClear, socket.sent.length], [true, 2]);
});

Deno.test("[VO-10] voice goes before events and state", () => {
  const { clock, enter } = setUp();
  const speaker = enter(), listener = enter({ peer: "stuck" }), { outbox, socket } = listener;
  outbox.sendFrame(new Uint8Array(3_600_000));
  outbox.offerState("layout", "state");
  outbox.sendEvent("event");
  speaker.seat.speak(opus(7), STAMP);
  socket.peer = "reading";
  socket.drain();
  clock.advance(4);
  assert.deepEqual(socket.sent.slice(2), ["event", "state"]);
  assert.equal(sequenceOf(socket.sent[1]), 7);
  assert.equal(outbox.isClear, true);
});

Deno.test("[VO-13] one account says so much a second, long packets or many, on all its connections", () => {
  const { clock, enter } = setUp();
  const [one, two] = [enter({ user: "ada" }), enter({ user: "ada" })], listener = enter();
  for (let sequence = 0; sequence < 64; sequence++) {
    one.seat.speak(opus(sequence), STAMP);
    two.seat.speak(opus(sequence), STAMP);
  }
  for (const { seat } of [one, two]) assert.throws(() => seat.speak(opus(99), STAMP), Refusal);
  assert.equal(listener.socket.sent.length, 128);
  clock.advance(1000);
  const long = opus(5, Array(65_536).fill(1));
  for (let packet = 0; packet < 16; packet++) one.seat.speak(long, STAMP);
  assert.throws(() => one.seat.speak(long, STAMP), Refusal);
});

Deno.test("[VO-14] rooms and their members are bounded, and an empty room makes place", () => {
  const { rooms, enter } = setUp();
  const [first] = Array.from({ length: 256 }, () => enter({ room: "full" }));
  assert.throws(() => enter({ room: "full" }), /The room full is full/);
  assert.match(rooms.crowded("full") ?? "", /is full/);
  first.seat.leave();
  assert.equal(rooms.crowded("full"), undefined);
  const others = range(0, 255).map((number) => enter({ room: `room-${number}` }));
  assert.equal(rooms.size, LIMITS.voiceRooms.value);
  assert.throws(() => enter({ room: "another" }), /too many rooms/);
  others[0].seat.leave();
  enter({ room: "another" });
});

Deno.test("[VO-7] a crowd of changes is told once, and an empty room to nobody", () => {
  const { clock, enter } = setUp();
  const [one, two] = [enter(), enter()];
  for (let turn = 0; turn < 50; turn++) one.seat.obey({ type: "voice", hear: turn % 2 === 0 });
  assert.deepEqual(one.told, []);
  clock.advance(100);
  assert.equal(one.told.length, 1);
  const members = [
    { participant: 1, user: "user-1", hear: false, speak: true, muted: false },
    { participant: 2, user: "user-2", hear: true, speak: true, muted: false },
  ];
  assert.deepEqual(JSON.parse(two.told[0]), { type: "voice", data: { room: "graph", participant: 2, members } });
  one.seat.leave();
  two.seat.leave();
  clock.advance(1000);
  assert.deepEqual([one.told.length, two.told.length], [1, 1]);
});

Deno.test("[VO-8] a muted account stays muted on the connection it comes back with, until the room is empty", () => {
  const { enter } = setUp();
  const admin = enter(), loud = enter({ user: "bob" });
  admin.seat.obey({ type: "mute", user: "bob", muted: true });
  loud.seat.leave();
  const again = enter({ user: "bob" });
  again.seat.speak(opus(1), STAMP);
  assert.deepEqual(admin.socket.sent, []);
  for (const { seat } of [admin, again]) seat.leave();
  const listener = enter(), later = enter({ user: "bob" });
  later.seat.speak(opus(2), STAMP);
  assert.deepEqual(listener.sequences(), [2]);
});
