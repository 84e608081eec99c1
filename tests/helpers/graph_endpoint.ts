/** The graph's endpoint with sockets, time and graph that the test plays. */
import assert from "node:assert/strict";
import { createParams } from "../../gpu/mod.ts";
import { parseServerEvent, type ServerEvent } from "../../protocol/graph/events.ts";
import { withResume } from "../../protocol/graph/resume.ts";
import type { VerifyOutcome } from "../../server/auth.ts";
import { Broadcaster } from "../../server/broadcaster.ts";
import { GraphEndpoint } from "../../server/endpoints/graph.ts";
import { Filters } from "../../server/filters/filters.ts";
import { Hub } from "../../server/hub.ts";
import { InboundLimits } from "../../server/inbound_limits.ts";
import { Meter } from "../../server/meter.ts";
import { SourcePaths } from "../../server/paths/source_paths.ts";
import type { GraphSession } from "../../server/session.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import { SocketAdmission } from "../../server/socket_admission.ts";
import { VoiceRooms } from "../../server/voice/voice_rooms.ts";
import { FakeClock } from "./fake_clock.ts";
import { fakeOpener } from "./fake_simulation.ts";
import { FakeSocket } from "./fake_socket.ts";
import { storeOf } from "./graphs.ts";

const NODES = 20;

export interface ConnectOptions {
  /** Of the account; it has the name `user-NUMBER`. */
  readonly account?: number;
  readonly dialect?: string;
  readonly path?: string;
  readonly resume?: { readonly token: string; readonly sequence: number };
  readonly from?: string;
}

export async function openGraphEndpoint() {
  const clock = new FakeClock(), hub = new Hub<GraphSession>(), meter = new Meter(), meterOf = () => meter;
  const graph = storeOf(NODES, [[0, 1]]), opener = fakeOpener(), rooms = new VoiceRooms(clock);
  const onFault = (error: unknown) => assert.fail(String(error));
  const broadcaster = new Broadcaster({ graph, clock, meterOf });
  const loop = await SimulationLoop.open({
    ...{ graph, open: opener.open, clock, onFault, maxPins: NODES },
    pins: { list: () => [], save: () => {}, remove: () => {}, removeAll: () => {} },
    onFrame: (frame) => broadcaster.publish(frame),
  });
  const verify = (token = ""): Promise<VerifyOutcome> => {
    const identity = { user: `user-${token}`, account: Number(token), role: "editor", expiresAtMs: Infinity } as const;
    return Promise.resolve({ ok: true, identity });
  };
  const origin = { hostname: "127.0.0.1", port: 9090, allowedOrigins: [] }, values = createParams();
  const nobody = () => Promise.reject(new Error("not asked"));
  const endpoint = new GraphEndpoint({
    ...{ hub, broadcaster, loop, rooms, clock, meterOf, onFault, limits: new InboundLimits(clock) },
    graphNow: () => graph,
    layout: { report: () => ({ values }), news: () => ({ values }) },
    sourcePaths: new SourcePaths({ graph: () => graph, find: nobody, onChange() {}, onFault }),
    filters: new Filters({
      ...{ graph: () => graph, lookUp: nobody, onFault, encoding: { meterOf, now: clock.now } },
      onChange: (lens) => broadcaster.lensChanged(lens),
    }),
    admission: new SocketAdmission({ origin, verify, clock, meterOf }),
    resumeKey: new Uint8Array(32),
  });
  loop.listen((change) => endpoint.tell(change));
  opener.opened().emit(new Array<number>(3 * NODES).fill(0));
  const ask = ({ account = 1, dialect = "v4", path = "/ws", resume, from = "10.0.0.1" }: ConnectOptions) => {
    const plain = `http://127.0.0.1:9090${path}?token=${account}&protocol=${dialect}`;
    const url = new URL(resume === undefined ? plain : withResume(plain, resume));
    return endpoint.upgrade({ url, headers: new Headers({ host: "127.0.0.1:9090" }), remoteAddress: from });
  };
  const connect = async (options: ConnectOptions = {}) => {
    const decision = await ask(options), socket = new FakeSocket();
    assert.ok(decision.accept);
    const listener = decision.open(socket);
    const events = () =>
      socket.sent.splice(0).flatMap((data): ServerEvent[] => {
        const event = typeof data === "string" ? parseServerEvent(data) : undefined;
        return event === undefined ? [] : [event];
      });
    const say = (type: string, data: unknown) => listener.onMessage(JSON.stringify({ type, data }));
    /** Its ticket, when it may come back. */
    const subscribe = (channels: readonly string[]): string => {
      say("subscribe", { channels, resume: true });
      const told = events().find(({ type }) => type === "resume");
      assert.ok(told?.type === "resume" && "token" in told.data);
      return told.data.token;
    };
    return { socket, listener, events, say, subscribe, lose: () => listener.onClose(1006, "") };
  };
  const close = async () => {
    endpoint.close();
    rooms.close();
    broadcaster.close();
    await loop.close();
  };
  return { clock, hub, meter, loop, endpoint, ask, connect, close, calls: opener.opened().calls };
}
