import type { Hono } from "hono";
import type { StartPlaces } from "../gpu/mod.ts";
import { createApp } from "./app.ts";
import type { Auth } from "./auth.ts";
import { Broadcaster } from "./broadcaster.ts";
import type { Clock } from "./clock.ts";
import type { ServeCommand } from "./config.ts";
import { GraphEndpoint } from "./endpoints/graph.ts";
import type { RestEnv } from "./endpoints/rest.ts";
import { openGraphIndex } from "./search/graph_index.ts";
import type { LiveGraph } from "./live_graph.ts";
import { Hub } from "./hub.ts";
import { LIMITS } from "./limits.ts";
import { openPhysics } from "./physics.ts";
import type { GraphSession } from "./session.ts";
import { SimulationLoop } from "./simulation_loop.ts";
import type { Pins } from "./store/pins.ts";

export interface SceneOptions {
  readonly graph: LiveGraph;
  readonly command: Pick<ServeCommand, "host" | "port" | "allowOrigins" | "engine" | "seed" | "threads">;
  readonly pins: Pins;
  /** Where the layout starts; absent: where it is computed. */
  readonly start: StartPlaces | undefined;
  readonly auth: Auth;
  readonly clock: Clock;
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
  readonly loop: SimulationLoop;
  readonly app: Hono<RestEnv>;
  close(): Promise<void>;
}

/** Steps per second of a small graph, so that people can watch it unfold. */
const WATCHABLE_STEPS_PER_SECOND = 60;

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { graph, command, pins, start, auth, clock, version, pageFolder, machineName, onFault } = options;
  const { nodeCount, masses, input: { sources, targets, weights } } = graph.current;
  const { engine, seed, threads } = command;
  const hub = new Hub<GraphSession>(),
    broadcaster = new Broadcaster({
      get edges() {
        return loop.shown.edges;
      },
    }, clock);
  const loop: SimulationLoop = await SimulationLoop.open({
    graph: graph.current,
    pins,
    maxPins: LIMITS.pins.value,
    open: (callbacks) =>
      openPhysics({ nodeCount, sources, targets, weights, masses }, {
        ...callbacks,
        engine,
        seed,
        threads,
        dims: 3,
        start,
        maxStepsPerSecond: WATCHABLE_STEPS_PER_SECOND,
      }),
    onFrame: (frame) => broadcaster.publish(frame),
    clock,
    onFault,
  });
  const { host: hostname, port, allowOrigins: allowedOrigins } = command;
  const origin = { hostname, port, allowedOrigins, hostNames: [machineName] };
  const { verify, login } = auth;
  const endpoint = new GraphEndpoint({ hub, broadcaster, loop, origin, verify, clock });
  loop.listen((change) => endpoint.tell(change));
  const index = openGraphIndex(graph.current);
  graph.listen((applied) => {
    loop.follow(applied);
    index.follow(applied);
    endpoint.tellGraph();
  });
  const rest = { graph, index, loop, clock, version, watchers: () => hub.size, login, verify };
  return {
    hub,
    endpoint,
    loop,
    app: await createApp({ rest, origin, pageFolder, onFault }),
    async close() {
      endpoint.close();
      broadcaster.close();
      index.close();
      await loop.close();
    },
  };
}
