/** A session of the graph socket with nothing real beside it: what it asks for is written down. */
import assert from "node:assert/strict";
import type { ServedDialect } from "../../server/frame_encoders.ts";
import { parseServerEvent } from "../../protocol/graph/events.ts";
import type { Q1Ack } from "../../protocol/graph/q1.ts";
import type { Role } from "../../server/auth.ts";
import { Holds } from "../../server/holds.ts";
import { LIMITS } from "../../server/limits.ts";
import { Meter } from "../../server/meter.ts";
import { Outbox } from "../../server/outbox.ts";
import { SlidingCount, TokenBucket } from "../../server/rate.ts";
import { GraphSession } from "../../server/session.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import type { Pins } from "../../server/store/pins.ts";
import { VoiceRooms } from "../../server/voice/voice_rooms.ts";
import { FakeClock } from "./fake_clock.ts";
import { fakeOpener } from "./fake_simulation.ts";
import { FakeSocket } from "./fake_socket.ts";
import { storeOf } from "./graphs.ts";

/** In its graph, without edges. */
export const NODES = 100;

export interface OpenOptions {
  readonly role?: Role;
  readonly dialect?: ServedDialect;
  readonly save?: Pins["save"];
  readonly onSubscribe?: () => void;
}

export async function openSession(
  { role = "editor", dialect = "v4", save = () => {}, onSubscribe = () => {} }: OpenOptions = {},
) {
  const opener = fakeOpener(), socket = new FakeSocket(), clock = new FakeClock();
  const loop = await SimulationLoop.open({
    graph: storeOf(NODES, []),
    pins: { list: () => [], save, remove: () => {}, removeAll: () => {} },
    maxPins: NODES,
    open: opener.open,
    onFrame: () => {},
    clock,
    onFault: (error) => assert.fail(String(error)),
  });
  const closed: GraphSession[] = [];
  const acks: Q1Ack[] = [], measured: unknown[] = [];
  const meter = new Meter((what, value) => measured.push([what, value]));
  let selectCount = 0, rateChanges = 0;
  const shown: string[] = [];
  const session = new GraphSession({
    participant: 1,
    user: "ada",
    account: 1,
    role,
    token: "t",
    path: "/ws",
    dialect,
    rateHz: 20,
    outbox: new Outbox(socket, { now: clock.now, meter }),
    meter,
    badMessages: new SlidingCount({ limit: LIMITS.badMessages.value, windowMs: 60_000 }),
    inbound: new TokenBucket({ burst: 100_000, perMinute: 60_000 }),
    gate: undefined,
    roomName: "graph",
    clock,
    surroundings: {
      clock,
      loop,
      holds: new Holds({ loop, clock, onChange: () => {} }),
      rooms: new VoiceRooms(clock),
      sourcePaths: { asked: { source: undefined, measure: "length", direction: "undirected" }, set: () => {} },
      broadcaster: { acknowledge: (_, ack) => void acks.push(ack), look: () => {} },
      filters: { open: () => assert.fail("no filter was asked for"), close: () => {} },
      onFault: (error) => assert.fail(String(error)),
      onRate: () => rateChanges++,
      onSelect: () => selectCount++,
      onIntroduce: () => shown.push("introduced"),
      onLook: () => shown.push("looked"),
      onSubscribe,
      onMayReturn: () => {},
      onAway: () => false,
      onClose: (session) => closed.push(session),
    },
  }, { socket, place: { release: () => {} } });
  const errors = () =>
    socket.sent.flatMap((data) => {
      const event = typeof data === "string" ? parseServerEvent(data) : undefined;
      return event?.type === "error" ? [event.data] : [];
    });
  return {
    session,
    socket,
    clock,
    loop,
    calls: opener.opened().calls,
    closed,
    errors,
    acks,
    meter,
    measured,
    shown,
    selects: () => selectCount,
    rateChanges: () => rateChanges,
  };
}
