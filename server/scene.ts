import { openLiveSimulation } from "../gpu/mod.ts";
import type { Hono } from "hono";
import { createApp } from "./app.ts";
import type { Auth } from "./auth.ts";
import { Broadcaster, type Clock } from "./broadcaster.ts";
import type { ServeCommand } from "./config.ts";
import { GraphEndpoint } from "./endpoints/graph.ts";
import type { RestEnv } from "./endpoints/rest.ts";
import { createGraphIndex } from "./graph_index.ts";
import type { GraphStore } from "./graph_store.ts";
import { Hub } from "./hub.ts";
import { LIMITS } from "./limits.ts";
import type { GraphSession } from "./session.ts";
import { SimulationLoop } from "./simulation_loop.ts";
import type { Pins } from "./store/pins.ts";

export interface SceneOptions {
  readonly graph: GraphStore;
  readonly command: Pick<ServeCommand, "host" | "port" | "allowOrigins" | "engine" | "seed" | "threads">;
  readonly pins: Pins;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly version: string;
  readonly pageFolder: string;
  /** By which others on the network may ask for this machine. */
  readonly machineName: string;
  readonly onError: (error: Error) => void;
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
  const { graph, command, pins, auth, clock, version, pageFolder, machineName, onError } = options;
  const { nodeCount, masses, edges: { sources, targets, weights } } = graph;
  const { engine, seed, threads } = command;
  const hub = new Hub<GraphSession>(), broadcaster = new Broadcaster(graph, clock);
  const loop = await SimulationLoop.open({
    graph,
    pins,
    maxPins: LIMITS.pins.value,
    open: (callbacks) =>
      openLiveSimulation({ nodeCount, sources, targets, weights, masses }, {
        ...callbacks,
        engine,
        seed,
        threads,
        dims: 3,
        maxStepsPerSecond: WATCHABLE_STEPS_PER_SECOND,
      }),
    onFrame: (frame) => broadcaster.publish(frame),
  });
  const origin = {
    hostname: command.host,
    port: command.port,
    allowedOrigins: [...command.allowOrigins, `http://${machineName}`],
  };
  const { verify, login } = auth;
  const endpoint = new GraphEndpoint({ hub, broadcaster, loop, origin, verify, clock });
  loop.listen((change) => change === "pins" ? endpoint.publishPins() : endpoint.publishStatus());
  const index = createGraphIndex(graph);
  const rest = { graph, index, loop, version, watchers: () => hub.size, login, verify };
  return {
    hub,
    endpoint,
    loop,
    app: createApp({ rest, origin, pageFolder, onError }),
    async close() {
      endpoint.close();
      broadcaster.close();
      index.close();
      await loop.close();
    },
  };
}
