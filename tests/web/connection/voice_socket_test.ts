import assert from "node:assert/strict";
import { decodeNetworkFrame, encodeNetworkFrame, type NetworkFrame } from "../../../protocol/network/frame.ts";
import { encodeNetworkPayload } from "../../../protocol/network/payload.ts";
import { decodeVoicePayload, type SpokenVoice } from "../../../protocol/network/voice.ts";
import { encodeRoomState, type RoomState } from "../../../protocol/network/voice_room.ts";
import type { ProbeResult } from "../../../web/connection/connection_state.ts";
import { openVoice } from "../../../web/connection/open_voice.ts";
import {
  type VoiceEvents,
  VoiceSocket,
  voiceSocketUrl,
  type VoiceState,
} from "../../../web/connection/voice_socket.ts";
import { eachTransport } from "../../helpers/each_transport.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeRawSocket } from "../../helpers/fake_raw_socket.ts";
import { opus, typedBytes } from "../../helpers/voice.ts";

const { sequence: _, ...PACKET } = opus(0);

function setUp({ probe = { kind: "welcome" }, on }: { probe?: ProbeResult; on?: Partial<VoiceEvents> } = {}) {
  const clock = new FakeClock(), sockets: FakeRawSocket[] = [], states: VoiceState[] = [];
  const heard: SpokenVoice[] = [], problems: string[] = [], errors: { code: string }[] = [], signedOut: string[] = [];
  const socket = new VoiceSocket({
    url: () => voiceSocketUrl("http://127.0.0.1:9090/page", { token: "t" }),
    openSocket: (url, subprotocols, listeners) => {
      const raw = new FakeRawSocket(url, subprotocols, listeners);
      sockets.push(raw);
      return raw;
    },
    clock,
    wallNow: clock.wallNow,
    random: () => 1,
    probe: () => Promise.resolve(probe),
    on: {
      state: (state) => states.push(state),
      frame: (spoken) => heard.push(spoken),
      problem: (sentence) => problems.push(sentence),
      error: (error) => errors.push(error),
      signedOut: (reason) => signedOut.push(reason),
      ...on,
    },
  });
  const last = () => sockets[sockets.length - 1];
  const openOne = () => {
    socket.connect();
    last().listeners.open("orrery.voice");
    return last();
  };
  const said = () => last().binary().map((bytes) => decodeNetworkFrame(bytes));
  const kinds = () => states.map(({ kind }) => kind);
  return { clock, socket, sockets, states, kinds, heard, problems, errors, signedOut, last, openOne, said };
}

const control = (type: NetworkFrame["type"], payload = new Uint8Array(0), timestampMs = 7) =>
  encodeNetworkFrame({ type, priority: "high", packing: "none", timestampMs, payload }).buffer;

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

Deno.test("voice socket: what is said is counted, what is heard says who speaks, pings are answered", () => {
  const { socket, openOne, last, said, heard, clock } = setUp();
  const raw = openOne();
  assert.deepEqual([raw.url, raw.subprotocols], ["ws://127.0.0.1:9090/ws/voice?token=t&room=graph", ["orrery.voice"]]);
  clock.advance(100);
  for (let packet = 0; packet < 3; packet++) assert.equal(socket.speak(PACKET), true);
  assert.deepEqual(
    said().map((frame) => decodeVoicePayload(frame)),
    [0, 1, 2].map((sequence) => {
      return { speaker: 0, voice: { ...PACKET, sequence } };
    }),
  );
  assert.deepEqual(
    said().map(({ timestampMs, priority }) => [timestampMs, priority]),
    Array(3).fill([100, "critical"]),
  );
  last().listeners.message(typedBytes(7).buffer);
  assert.deepEqual(heard, [{ speaker: 7, voice: opus(258) }]);
  last().listeners.message(control("ping"));
  assert.deepEqual([said()[3].type, said()[3].timestampMs], ["pong", 7]);
  assert.deepEqual(last().sent.filter((data) => typeof data === "string"), [], "no words for who asks for none");
});

Deno.test("voice socket: the sequence goes around, and counts what could not be said", () => {
  const { socket, openOne, said } = setUp();
  for (let packet = 0; packet < 65_535; packet++) assert.equal(socket.speak(PACKET), false);
  openOne();
  for (let packet = 0; packet < 2; packet++) socket.speak(PACKET);
  assert.deepEqual(said().map((frame) => decodeVoicePayload(frame).voice.sequence), [65_535, 0]);
});

Deno.test("voice socket: a wait that the server names is kept", () => {
  const { socket, openOne, errors, clock } = setUp(), raw = openOne();
  const payload = encodeNetworkPayload({ type: "error", code: "limit", message: "Too many.", retry_after: 0.05 });
  raw.listeners.message(control("error", payload));
  assert.deepEqual(errors, [{ code: "limit", message: "Too many.", retry_after: 0.05 }]);
  assert.equal(socket.speak(PACKET), false);
  clock.advance(50);
  assert.equal(socket.speak(PACKET), true);
  raw.listeners.message(
    control("error", encodeNetworkPayload({ type: "error", code: "bad_message", message: "What?" })),
  );
  assert.equal(socket.speak(PACKET), true, "no wait was named");
});

Deno.test("voice socket: lost, it comes back with its wishes, also to a room it listens to", () => {
  const rooms: RoomState[] = [],
    { socket, openOne, last, clock, sockets, kinds } = setUp({
      on: { room: (room) => rooms.push(room) },
    });
  openOne();
  assert.deepEqual(last().sent, ['{"type":"voice","data":{"hear":true,"speak":true}}']);
  const room = { room: "graph", participant: 1, members: [] };
  last().listeners.message(encodeRoomState(room));
  assert.deepEqual(rooms, [room]);
  socket.wish({ speak: false });
  last().listeners.close(1006, "");
  clock.advance(500);
  assert.equal(sockets.length, 2);
  last().listeners.open("orrery.voice");
  assert.deepEqual(last().sent, ['{"type":"voice","data":{"hear":true,"speak":false}}']);
  socket.mute("bob", { muted: true });
  assert.equal(last().sent[1], '{"type":"mute","data":{"user":"bob","muted":true}}');
  assert.deepEqual(kinds(), ["connecting", "live", "waiting", "connecting", "live"]);
  socket.close();
  assert.deepEqual([last().closed?.code, clock.pending], [1000, 0]);
});

Deno.test("voice socket: a server that is silent for 40 s is left; anything it says keeps it", () => {
  const { openOne, last, clock, sockets, kinds } = setUp(), raw = openOne();
  for (let turn = 0; turn < 4; turn++) {
    clock.advance(39_999);
    last().listeners.message(control("ping"));
  }
  assert.deepEqual(kinds(), ["connecting", "live"]);
  clock.advance(40_000);
  assert.deepEqual([raw.closed?.code, kinds().at(-1)], [4000, "waiting"]);
  clock.advance(500);
  assert.equal(sockets.length, 2);
  clock.advance(10_000);
  assert.equal(sockets[1].closed?.code, 4000, "it never opened");
});

Deno.test("voice socket: 1000 ends it, 1008 asks why, a signed-out user is told and left alone", async () => {
  const ended = setUp();
  ended.openOne().listeners.close(1000, "");
  assert.equal(ended.kinds().at(-1), "ended");
  const refused = setUp();
  refused.openOne().listeners.close(1008, "Too many messages over the limit.");
  await settle();
  assert.deepEqual(refused.states.at(-1), { kind: "refused", reason: "Too many messages over the limit." });
  const signedOut = setUp({ probe: { kind: "signedOut", reason: "Sign in again." } });
  signedOut.openOne().listeners.close(1008, "expired");
  await settle();
  assert.deepEqual(signedOut.signedOut, ["Sign in again."]);
  const full = setUp({ probe: { kind: "unavailable", reason: "Busy.", retryAfterMs: 3000 } });
  full.socket.connect();
  full.last().listeners.close(1006, "");
  await settle();
  assert.deepEqual(full.states.at(-1), { kind: "waiting", reason: "Busy.", retryAtMs: 3000 });
  for (const { clock } of [ended, refused, signedOut]) assert.equal(clock.pending, 0);
});

Deno.test("voice socket: what cannot be read is told and skipped", () => {
  const { openOne, problems, heard } = setUp(), raw = openOne();
  raw.listeners.message(Uint8Array.of(1, 2, 3).buffer);
  raw.listeners.message(control("error", Uint8Array.of(0x7b)));
  raw.listeners.message("nonsense");
  raw.listeners.message(typedBytes(1).buffer);
  assert.deepEqual([problems.length, heard.length], [2, 1]);
});

eachTransport("openVoice: two people in a room hear each other, and see who is there", async ({ link }) => {
  const both = Promise.withResolvers<RoomState>(), heard = Promise.withResolvers<SpokenVoice>();
  const room = (state: RoomState) => state.members.length === 2 && both.resolve(state);
  const ada = openVoice(link, { room, frame: heard.resolve }, { room: "attic" });
  const live = Promise.withResolvers<void>();
  const grace = openVoice(link, { state: ({ kind }) => kind === "live" && live.resolve() }, { room: "attic" });
  await live.promise;
  const { participant, members } = await both.promise, other = members.find((one) => one.participant !== participant);
  grace.speak(PACKET);
  assert.deepEqual(await heard.promise, { speaker: other?.participant, voice: opus(0) });
  for (const socket of [ada, grace]) socket.close();
  assert.throws(() => openVoice("http://127.0.0.1:9090/", {}), TypeError);
});
