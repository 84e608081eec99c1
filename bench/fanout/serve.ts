/** The serving process: prints where it listens; on `start` publishes 60 frames a second, on `frame` one; `report` and `memory` are answered. */
import { Broadcaster } from "../../server/broadcaster.ts";
import { systemClock } from "../../server/clock.ts";
import type { Auth } from "../../server/auth.ts";
import { GraphEndpoint } from "../../server/endpoints/graph.ts";
import { VOICE_PATH, VoiceEndpoint } from "../../server/endpoints/voice.ts";
import { Filters } from "../../server/filters/filters.ts";
import { createGraphStore } from "../../server/graph_store.ts";
import { createParams } from "../../gpu/mod.ts";
import { Hub } from "../../server/hub.ts";
import { generateDemo } from "../../server/import/demo.ts";
import { InboundLimits } from "../../server/inbound_limits.ts";
import { Meter } from "../../server/meter.ts";
import { keepWatch } from "../../server/patrol.ts";
import { processFigures } from "../../server/process_figures.ts";
import type { GraphSession } from "../../server/session.ts";
import { SourcePaths } from "../../server/paths/source_paths.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import { SocketAdmission } from "../../server/socket_admission.ts";
import type { FrameSocket, UpgradeDecision, UpgradeRequest } from "../../server/transport/frame_socket.ts";
import { chooseTransport } from "../../server/transport/mod.ts";
import { VoiceRooms } from "../../server/voice/voice_rooms.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { createMovingGraph } from "./moving_graph.ts";
import { linesOf } from "./processes.ts";
import { type Place, type Scenario, scenarioOf, type ServerReport, wallMs } from "./scenario.ts";

const FRAMES_PER_SECOND = 60;

interface Served {
  upgrade(request: UpgradeRequest): UpgradeDecision | Promise<UpgradeDecision>;
  publish(): void;
}

/** The whole path: frames to the broadcaster, sessions with outboxes, the real handshake. */
async function serveOrrery({ nodes }: Scenario): Promise<Served> {
  const graph = createGraphStore(generateDemo({ kind: "scale-free", nodes }, 1));
  const hub = new Hub<GraphSession>(), meter = new Meter(), meterOf = () => meter;
  const broadcaster = new Broadcaster({ graph, clock: systemClock, meterOf });
  const moving = createMovingGraph(nodes), onFault = (error: unknown) => console.error(error);
  let tell = (_: ReturnType<typeof moving.frame>) => {};
  const loop = await SimulationLoop.open({
    graph,
    pins: { list: () => [], save() {}, remove() {}, removeAll() {} },
    maxPins: 0,
    open({ onFrame }) {
      tell = onFrame;
      return Promise.resolve(moving.simulation);
    },
    onFrame: (frame) => broadcaster.publish(frame),
    clock: systemClock,
    onFault,
  });
  const origin = { hostname: "127.0.0.1", port: 0, allowedOrigins: [], hostNames: [] }, values = createParams();
  // The token is the name: everybody is somebody else, so that no limit per account is met.
  const verify: Auth["verify"] = (user = "") =>
    Promise.resolve({ ok: true, identity: { user, account: 1, role: "viewer", expiresAtMs: Infinity } });
  const admission = new SocketAdmission({ origin, verify, clock: systemClock, meterOf });
  const auth = { verify }, limits = new InboundLimits(systemClock), rooms = new VoiceRooms(systemClock);
  const voice = new VoiceEndpoint({ admission, limits, rooms, auth, clock: systemClock, meter, onFault });
  const endpoint = new GraphEndpoint({
    // Nobody here asks for the layout, for paths or for names.
    layout: { report: () => ({ values }), news: () => ({ values }) },
    sourcePaths: new SourcePaths({
      graph: () => graph,
      find: () => Promise.reject(new Error("There are no paths in this run.")),
      onChange() {},
      onFault,
    }),
    filters: new Filters({
      graph: () => graph,
      lookUp: () => Promise.reject(new Error("There are no names in this run.")),
      onChange: (lens) => broadcaster.lensChanged(lens),
      onFault,
      encoding: { meterOf, now: systemClock.now },
    }),
    onFault,
    hub,
    broadcaster,
    loop,
    graphNow: () => graph,
    ...{ admission, limits, rooms },
    clock: systemClock,
    meterOf,
    resumeKey: new Uint8Array(32),
  });
  keepWatch({ hub, endpoint, loop, auth, clock: systemClock, onFault });
  const upgrade = (request: UpgradeRequest) =>
    (request.url.pathname === VOICE_PATH ? voice : endpoint).upgrade(request);
  return { upgrade, publish: () => tell(moving.frame()) };
}

/** The sockets alone: one buffer for all, sent to whoever has room. */
function serveRaw({ nodes }: Scenario): Served {
  const message = new Uint8Array(v2.byteLength(nodes)), view = new DataView(message.buffer);
  const sockets = new Set<FrameSocket>();
  let sequence = 0;
  const open = (socket: FrameSocket) => {
    sockets.add(socket);
    return { onMessage() {}, onPong() {}, onClose: () => void sockets.delete(socket) };
  };
  return {
    upgrade: () => ({ accept: true, maxMessageBytes: 1024, open }),
    publish() {
      view.setFloat32(16, sequence++, true);
      for (const socket of sockets) if (socket.bufferedBytes === 0) socket.send(message);
    },
  };
}

function listenAt(hostname: string, { transport, ioWorkers }: Scenario, served: Served): Promise<Place> {
  return chooseTransport(transport, ioWorkers).open({
    hostname,
    port: 0,
    fetch: () => new Response(null, { status: 404 }),
    // Everything here comes from one address; a client says from which one it would come.
    upgrade: (request) => served.upgrade({ ...request, remoteAddress: request.url.searchParams.get("from") ?? "" }),
  });
}

async function main(scenario: Scenario): Promise<void> {
  const served = scenario.path === "orrery" ? await serveOrrery(scenario) : serveRaw(scenario);
  const places: Place[] = [];
  for (let k = 1; k <= (scenario.addresses ?? 1); k++) places.push(await listenAt(`127.0.0.${k}`, scenario, served));
  console.log(JSON.stringify({ port: places[0].port, places }));
  const source = createSource(() => served.publish());
  for await (const command of linesOf(Deno.stdin.readable)) {
    if (command === "start") source.start();
    else if (command === "frame") served.publish();
    else console.log(JSON.stringify(command === "memory" ? processFigures() : source.report()));
  }
}

/** Publishes at a steady rate, and notes when. */
function createSource(publish: () => void) {
  const publishedAtMs: number[] = [];
  let startMs = 0, startCpuS = 0, dueMs = 0;
  const next = () => {
    publishedAtMs.push(wallMs());
    publish();
    dueMs = Math.max(dueMs + 1000 / FRAMES_PER_SECOND, wallMs());
    setTimeout(next, Math.max(0, dueMs - wallMs()));
  };
  return {
    start() {
      startMs = dueMs = wallMs();
      startCpuS = processFigures().cpuS;
      next();
    },
    report(): ServerReport {
      const { cpuS, rssBytes } = processFigures();
      return { publishedAtMs, cpuShare: (cpuS - startCpuS) * 1000 / (wallMs() - startMs), rssBytes };
    },
  };
}

if (import.meta.main) await main(scenarioOf(Deno.args));
