import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { Broadcaster } from "../../../server/broadcaster.ts";
import { Meter } from "../../../server/meter.ts";
import { Outbox } from "../../../server/outbox.ts";
import { VoiceRooms } from "../../../server/voice/voice_rooms.ts";
import { VoiceSeat } from "../../../server/voice/voice_seat.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeSocket } from "../../helpers/fake_socket.ts";
import { storeOf } from "../../helpers/graphs.ts";
import { opus } from "../../helpers/voice.ts";

/** A frame of 112,008 bytes: more than what may be on its way when voice is sent. */
const NODES = 4000;
const POSITIONS = 0x02, VOICE = 0x07;

Deno.test("[VO-10] on a socket that streams positions a packet is behind the frame on its way, and before all others", () => {
  const clock = new FakeClock(), meter = new Meter(), rooms = new VoiceRooms(clock), graph = storeOf(NODES, []);
  const broadcaster = new Broadcaster({ graph, clock, meterOf: () => meter });
  const sit = (participant: number) => {
    const socket = new FakeSocket("stuck"), outbox = new Outbox(socket, { now: clock.now, meter });
    const options = {
      participant,
      user: `user-${participant}`,
      outbox,
      rooms,
      roomName: "graph",
      dialect: "v4",
    } as const;
    const seat = new VoiceSeat({ ...options, role: () => "viewer", tellRoom: () => {} });
    seat.join();
    return { socket, outbox, seat };
  };
  const speaker = sit(1), { socket, outbox } = sit(2);
  let sequence = 0;
  const publish = () => {
    broadcaster.publish({ ...createFrame(NODES), sequence: sequence++ });
    clock.advance(20);
  };
  const types = () => socket.sent.map((data) => typeof data === "string" ? -1 : data[1]);
  broadcaster.add({ dialect: "v4", rateHz: 60, sink: outbox });
  publish();
  socket.drain(); // of the whole graph
  for (let turn = 0; turn < 5; turn++) publish();
  const onItsWay = socket.sent.length;
  assert.equal(types().at(-1), POSITIONS);
  for (let packet = 0; packet < 3; packet++) speaker.seat.speak(opus(packet), { timestampMs: 0, priority: "critical" });
  for (let turn = 0; turn < 5; turn++) publish();
  assert.equal(socket.sent.length, onItsWay, "nothing is sent behind a frame that has not left");
  socket.drain();
  clock.advance(8);
  assert.deepEqual(types().slice(onItsWay), [VOICE, VOICE, VOICE]);
  socket.drain();
  publish();
  assert.equal(types().at(-1), POSITIONS);
  broadcaster.close();
  rooms.close();
});
