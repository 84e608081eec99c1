import type { Clock } from "./clock.ts";
import { type ServeCommand, UserError } from "./config.ts";
import { reasonOf } from "./config/user_error.ts";
import { createGraphStore } from "./graph_store.ts";
import { openIdentity } from "./identity.ts";
import { generateDemo } from "./import/demo.ts";
import type { GraphInput } from "./import/graph_input.ts";
import { readGraph } from "./import/mod.ts";
import { LiveGraph } from "./live_graph.ts";
import { LIMITS } from "./limits.ts";
import type { Log } from "./log.ts";
import { keepWatch } from "./patrol.ts";
import type { Progress } from "./progress.ts";
import { Pace } from "./pace.ts";
import { openScene, type Scene } from "./scene.ts";
import { openLayoutParams } from "./store/layout_params.ts";
import { restoreChanges } from "./restore_changes.ts";
import { openChanges } from "./store/changes.ts";
import { keepPlaces } from "./place_keeper.ts";
import { readStart, startFrom } from "./start_places.ts";
import { openPlaces, type Places } from "./store/places.ts";
import { openPins } from "./store/pins.ts";
import { lockDataFolder } from "./store/serve_lock.ts";
import { openDatabase } from "./store/sqlite.ts";
import { traced } from "./trace.ts";
import { type FrameServer, type FrameServerOptions, PortInUseError } from "./transport/frame_socket.ts";
import { chooseTransport } from "./transport/mod.ts";

export interface ServeHost {
  readonly version: string;
  /** Folder of the bundled page. */
  readonly pageFolder: string;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: Log;
  readonly progress: Progress;
  /** ORRERY_ADMIN_PASSWORD. */
  readonly adminPassword: string | undefined;
}

export interface RunningServer {
  /** With a token in the fragment: whoever opens it is logged in. */
  readonly link: string;
  /** A service that is not open has `null`. */
  readonly ports: { readonly graph: number; readonly control: null; readonly realtime: null; readonly mcp: null };
  readonly nodes: number;
  readonly edges: number;
  readonly engine: string;
  /** Says goodbye to everybody, stops the physics, closes the store. */
  close(): Promise<void>;
}

/**
 * Reads the graph, then opens the store, the physics and the socket. What was opened is closed again in reverse, also
 * when a later part cannot be opened.
 * @throws {UserError} and its kin for what the user can mend.
 */
export async function serve(command: ServeCommand, host: ServeHost): Promise<RunningServer> {
  const { clock, log, random, version, pageFolder, adminPassword } = host;
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    // First what can be refused at once: a long load must not end in "port in use".
    probePort(command);
    const database = openDatabase(command.data);
    closers.push(database.close, lockDataFolder(command.data).release);
    const file = await tracedLoad(command, host), known = graphIdentity(command);
    const changes = openChanges(database, known), places = openPlaces(command.data, known);
    const loaded = restoreChanges(file, changes);
    const graph = new LiveGraph({ first: createGraphStore(loaded), changes });
    for (const note of graph.current.notes) log.info(note);
    const identity = await openIdentity({ database, folder: command.data, clock, random, log, adminPassword });
    closers.push(identity.close);
    const onFault = (error: unknown) => log.error(error instanceof Error ? error.stack ?? error.message : `${error}`);
    const pins = openPins(database, known), layoutParams = openLayoutParams(database, known);
    const start = await chooseStart(command, { file, keys: loaded.keys, places, log });
    const { auth } = identity;
    const machineName = Deno.hostname();
    const scene = await openScene({
      graph,
      command,
      pins,
      layoutParams,
      start,
      auth,
      clock,
      random,
      version,
      pageFolder,
      machineName,
      onFault,
    });
    closers.push(scene.close, keepPlaces({ loop: scene.loop, places, clock, onFault }));
    const fraction = () => new DataView(random(4).buffer).getUint32(0) / 2 ** 32;
    const server = await listen(command, scene, { clock, random: fraction, onFault });
    const sayGoodbye = () => scene.endpoint.sendAllAway(fraction);
    closers.push(server.close, sayGoodbye, keepWatch({ ...scene, auth, clock, onFault }));
    if (scene.loop.engine.reason !== undefined) log.info(scene.loop.engine.reason);
    return {
      link: `http://${shownHost(command.host)}:${server.port}/#token=${identity.linkToken}`,
      ports: { graph: server.port, control: null, realtime: null, mcp: null },
      nodes: graph.current.nodeCount,
      edges: graph.current.edges.count,
      engine: scene.loop.engine.name,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function tracedLoad(command: ServeCommand, host: ServeHost): Promise<GraphInput> {
  return traced("graph load", { "orrery.source": command.graph.kind }, async (span) => {
    const input = await loadGraph(command, host);
    span.set({ "orrery.nodes": input.keys.length, "orrery.edges": input.sources.length });
    return input;
  });
}

async function loadGraph({ graph, seed }: ServeCommand, { log, progress, clock }: ServeHost): Promise<GraphInput> {
  if (graph.kind === "demo") return generateDemo(graph.demo, seed);
  const startMs = clock.now();
  const input = await readGraph(graph.paths, { onProgress: (part) => progress.show(part) });
  progress.end();
  const seconds = ((clock.now() - startMs) / 1000).toFixed(1);
  log.info(`Read ${input.keys.length} nodes and ${input.sources.length} edges in ${seconds} s.`);
  return input;
}

interface StartOptions {
  readonly file: GraphInput;
  /** Of the graph as it is served. */
  readonly keys: readonly string[];
  readonly places: Places;
  readonly log: Log;
}

/** Where an earlier run left the layout, else where `--start` says; absent: where it is computed. */
async function chooseStart({ start }: ServeCommand, { file, keys, places, log }: StartOptions) {
  const kept = await places.read();
  if (kept !== undefined && "problem" in kept) log.info(kept.problem);
  else if (kept !== undefined) {
    const places = startFrom(kept, keys);
    if (places !== undefined) {
      if (start !== undefined) log.info("The layout goes on where an earlier run left it, and not at --start.");
      return places;
    }
  }
  if (start === undefined) return undefined;
  const { positions } = await readStart(start, file);
  return startFrom({ keys: file.keys, positions, heat: undefined }, keys);
}

/**
 * What pins, changes and places belong to: the graph under the name the user gave it, so that an edited file keeps them.
 * To be asked when the files have been read, since one that is not there has no path.
 */
function graphIdentity({ graph, seed }: ServeCommand): string {
  if (graph.kind === "files") return JSON.stringify(graph.paths.map((path) => Deno.realPathSync(path)));
  return JSON.stringify([graph.demo, seed]);
}

/** @throws {UserError} when nothing can listen there. */
function probePort({ host: hostname, port }: ServeCommand): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    throw cannotListen(hostname, port, error);
  }
}

type ListenOptions = Pick<FrameServerOptions, "random" | "onFault"> & { readonly clock: Clock };

async function listen(
  command: ServeCommand,
  scene: Scene,
  { clock, ...options }: ListenOptions,
): Promise<FrameServer> {
  const { host: hostname, port } = command, { app, upgrade } = scene;
  const pace = new Pace(clock, LIMITS.requestsPerTurn.value);
  try {
    return await chooseTransport(command.websocket, command.ioWorkers).open({
      hostname,
      port,
      fetch: async (request, remoteAddress) => {
        await pace.enter();
        return await app.fetch(request, { remoteAddress });
      },
      upgrade: async (request) => {
        await pace.enter();
        return await upgrade(request);
      },
      ...options,
    });
  } catch (error) {
    throw cannotListen(hostname, port, error);
  }
}

function cannotListen(hostname: string, port: number, error: unknown): unknown {
  if (error instanceof PortInUseError || error instanceof Deno.errors.AddrInUse) {
    return new UserError(
      `Port ${port} on ${hostname} is in use: choose another with --port N, or --port 0 for any free one.`,
    );
  }
  if (!(error instanceof Error)) return error;
  return new UserError(`Cannot listen on ${hostname} port ${port}: ${reasonOf(error)}. Check --host and --port.`);
}

/** A host that a browser on this machine can open. */
function shownHost(hostname: string): string {
  if (hostname === "0.0.0.0" || hostname === "::") return "127.0.0.1";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
