import type { Hono } from "hono";
import type { StartPlaces } from "../gpu/mod.ts";
import type { NodeFrame } from "../protocol/frame.ts";
import { createApp } from "./app.ts";
import type { Auth } from "./auth.ts";
import { Broadcaster } from "./broadcaster.ts";
import type { Clock } from "./clock.ts";
import type { ServeCommand } from "./config.ts";
import { GraphEndpoint } from "./endpoints/graph.ts";
import { VOICE_PATH, VoiceEndpoint } from "./endpoints/voice.ts";
import { openGraphIndex } from "./search/graph_index.ts";
import type { LiveGraph } from "./live_graph.ts";
import { Hub } from "./hub.ts";
import { findClusters } from "./clusters/find_clusters.ts";
import { GraphClusters } from "./clusters/graph_clusters.ts";
import { Filters } from "./filters/filters.ts";
import { createLookUp } from "./filters/look_up.ts";
import { InboundLimits } from "./inbound_limits.ts";
import { LayoutSettings } from "./layout_settings.ts";
import { LIMITS } from "./limits.ts";
import { createMetrics, type Metrics, type MetricSources } from "./metrics.ts";
import { openPathFinder } from "./paths/path_finder.ts";
import { RequestLimits } from "./request_limits.ts";
import { SourcePaths } from "./paths/source_paths.ts";
import { openPhysics } from "./physics.ts";
import { physicsGraph } from "./physics_graph.ts";
import { processFigures } from "./process_figures.ts";
import type { RestEnv } from "./rest_answers.ts";
import type { GraphSession } from "./session.ts";
import { SimulationLoop } from "./simulation_loop.ts";
import { SocketAdmission } from "./socket_admission.ts";
import { StepSpans } from "./step_spans.ts";
import type { LayoutParams } from "./store/layout_params.ts";
import type { Pins } from "./store/pins.ts";
import { openSamples, traced } from "./trace.ts";
import type { UpgradeDecision, UpgradeRequest } from "./transport/frame_socket.ts";
import { VoiceRooms } from "./voice/voice_rooms.ts";

export interface SceneOptions {
  readonly graph: LiveGraph;
  readonly command: Pick<ServeCommand, "host" | "port" | "allowOrigins" | "engine" | "seed" | "threads">;
  readonly pins: Pins;
  readonly layoutParams: LayoutParams;
  /** Where the layout starts; absent: where it is computed. */
  readonly start: StartPlaces | undefined;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly version: string;
  readonly pageFolder: string;
  /** By which others on the network may ask for this machine. */
  readonly machineName: string;
  readonly onFault: (error: unknown) => void;
}

/** One moving graph, the people around it, and the two ways to it: routes and sockets. */
export interface Scene {
  readonly hub: Hub<GraphSession>;
  readonly endpoint: GraphEndpoint;
  /** Answers the handshake of any socket. */
  readonly upgrade: (request: UpgradeRequest) => Promise<UpgradeDecision>;
  readonly loop: SimulationLoop;
  readonly app: Hono<RestEnv>;
  close(): Promise<void>;
}

const RESUME_KEY_BYTES = 32;

/** Steps per second of a small graph, so that people can watch it unfold. */
const WATCHABLE_STEPS_PER_SECOND = 60;

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { graph, command, pins, layoutParams, start, auth, clock, random, version, pageFolder, machineName, onFault } =
    options;
  const { engine, seed, threads } = command;
  const physics = physicsGraph(graph.current.input, graph.current);
  const hub = new Hub<GraphSession>(), graphNow = () => loop.shown;
  const present = () => graph.current;
  const clusters = new GraphClusters({
    graph: present,
    find: ({ nodeCount, input: { sources, targets, weights } }) =>
      findClusters({ nodeCount, sources, targets, weights, seed }),
  });
  const layout = new LayoutSettings({
    graph: physics,
    store: layoutParams,
    findClusters: async () => (await clusters.ofPresent()).groupOf,
    onFault,
  });
  const finder = openPathFinder({ engine: () => loop.engine.name });
  const sourcePaths = new SourcePaths({
    graph: graphNow,
    find: finder.find,
    onChange: () => broadcaster.pathsChanged(),
    onFault,
  });
  const limits = new InboundLimits(clock), requests = new RequestLimits(clock), rooms = new VoiceRooms(clock);
  const metrics = openMetrics(hub, {
    loop: () => loop,
    published: () => broadcaster.published,
    overLimit: () => limits.refused,
    overRequests: () => requests.refused,
    filters: () => filters.size,
    returns: () => endpoint.returns,
  });
  const meterOf = metrics.meter;
  const pathsOf = (frame: NodeFrame) => sourcePaths.frameOf(frame);
  const broadcaster = new Broadcaster({
    graph: {
      get edges() {
        return graphNow().edges;
      },
    },
    clock,
    meterOf,
    pathsOf,
    onNeed: (detail) => loop.need(detail),
  });
  const samples = openSamples("layout steps"), steps = samples && new StepSpans(samples);
  const loop: SimulationLoop = await SimulationLoop.open({
    graph: graph.current,
    pins,
    maxPins: LIMITS.pins.value,
    open: (callbacks) =>
      traced("engine start", { "orrery.asked": engine }, async (span) => {
        const simulation = await openPhysics(physics, {
          ...callbacks,
          params: layout.params,
          engine,
          seed,
          threads,
          dims: 3,
          start,
          maxStepsPerSecond: WATCHABLE_STEPS_PER_SECOND,
        });
        span.set({ "orrery.engine": simulation.engine.name });
        return simulation;
      }),
    onFrame: (frame) => {
      steps?.onFrame(loop.stats, clock.now());
      broadcaster.publish(frame);
    },
    clock,
    onFault,
  });
  layout.attach(loop);
  const { host: hostname, port, allowOrigins: allowedOrigins } = command;
  const origin = { hostname, port, allowedOrigins, hostNames: [machineName] };
  const { verify, login } = auth;
  const admission = new SocketAdmission({ origin, verify, clock, meterOf });
  const index = openGraphIndex(graph.current);
  const filters = new Filters({
    graph: graphNow,
    lookUp: createLookUp({ graph: present, index, clusters }),
    onChange: (lens) => broadcaster.lensChanged(lens),
    onFault,
    encoding: { meterOf, now: clock.now, pathsOf },
  });
  const endpoint = new GraphEndpoint({
    ...{ hub, broadcaster, loop, layout, sourcePaths, filters, admission, limits, rooms, clock, meterOf, onFault },
    graphNow,
    resumeKey: random(RESUME_KEY_BYTES),
  });
  const voice = new VoiceEndpoint({
    admission,
    limits,
    rooms,
    auth,
    clock,
    meter: meterOf("voice", VOICE_PATH),
    onFault,
  });
  loop.listen((change) => {
    if (loop.state.kind !== "moving") steps?.end();
    endpoint.tell(change);
  });
  layout.listen(() => endpoint.tell("layout"));
  graph.listen((applied) => {
    loop.follow(applied);
    index.follow(applied);
    layout.follow(physicsGraph(applied.store.input, applied.store));
    endpoint.tellGraph();
  });
  const paths = { graphNow: present, finder, sourcePaths };
  const rest = {
    ...paths,
    graph,
    index,
    clusters,
    loop,
    layout,
    clock,
    limits: requests,
    version,
    watchers: () => hub.size,
    login,
    verify,
  };
  return {
    hub,
    endpoint,
    upgrade: (request) => (request.url.pathname === VOICE_PATH ? voice : endpoint).upgrade(request),
    loop,
    app: await createApp({ rest, metrics, origin, pageFolder, onFault }),
    async close() {
      steps?.end();
      endpoint.close();
      voice.close();
      rooms.close();
      broadcaster.close();
      index.close();
      clusters.close();
      layout.close();
      await finder.close();
      await loop.close();
    },
  };
}

interface Figures extends Pick<MetricSources, "published" | "overLimit" | "overRequests" | "filters" | "returns"> {
  readonly loop: () => SimulationLoop;
}

function openMetrics(hub: Hub<GraphSession>, figures: Figures): Metrics {
  const { loop, ...others } = figures;
  return createMetrics({
    clients: () =>
      hub.members().filter(({ line }) => !line.isAway).map((
        { rateHz, latencyMs = null, options: { participant, dialect, rateHz: askedHz } },
      ) => ({
        ...{ participant, dialect, askedHz, rateHz, latencyMs },
      })),
    simulation: () => {
      const { engine, state, stats: { step, stepTimes, bytesReadBack } } = loop();
      return { step, stepTimes, isMoving: state.kind === "moving", engine, bytesReadBack };
    },
    ...others,
    process: processFigures,
  });
}
