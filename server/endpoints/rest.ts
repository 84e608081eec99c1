import { type Context, Hono } from "hono";
import * as v from "valibot";
import { GENERATION_HEADER } from "../../protocol/graph/negotiate.ts";
import { encodeFullGraph } from "../../protocol/graph/v4.ts";
import { type Auth, bearerToken } from "../auth.ts";
import { ChangeRequest } from "../change_request.ts";
import { type GraphClusters, NoClusters } from "../clusters/graph_clusters.ts";
import type { Clock } from "../clock.ts";
import { ChangeRefused } from "../change_refused.ts";
import type { GraphChange } from "../graph_change.ts";
import { describeNode, graphJson, labelTable } from "../graph_store.ts";
import type { LiveGraph } from "../live_graph.ts";
import { TokenBuckets } from "../rate.ts";
import { type RequestLimits, Turns } from "../request_limits.ts";
import { type GraphIndex, SearchBusyError } from "../search/graph_index.ts";
import type { LayoutSettings } from "../layout_settings.ts";
import { LIMITS } from "../limits.ts";
import { errorBody, readBody, requireEditor, type RestEnv } from "../rest_answers.ts";
import type { SimulationLoop } from "../simulation_loop.ts";

export interface RestContext {
  readonly graph: LiveGraph;
  readonly index: GraphIndex;
  readonly clusters: Pick<GraphClusters, "present">;
  readonly loop: SimulationLoop;
  readonly layout: LayoutSettings;
  readonly clock: Pick<Clock, "now">;
  readonly limits: RequestLimits;
  readonly version: string;
  readonly watchers: () => number;
  readonly login: Auth["login"];
  readonly verify: Auth["verify"];
}

const Credentials = v.object({ username: v.string(), password: v.string() });
const PinRequest = v.object({ pinned: v.boolean() });
const LayoutRequest = v.looseObject({ participant: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) });
const SimulationRequest = v.object({ action: v.picklist(["pause", "resume", "step", "reset"]) });

/** `/api/*`. Every route but login and health needs a token; what changes something needs the editor role. */
export function restRoutes(context: RestContext): Hono<RestEnv> {
  const routes = new Hono<RestEnv>();
  publicRoutes(routes, context);
  routes.use("*", async (request, next) => {
    const outcome = await context.verify(bearerToken(request.req.header("Authorization")));
    if (!outcome.ok) return errorBody(request, 401, outcome.reason, outcome.message);
    const tooMany = context.limits.take("account", outcome.identity.user);
    if (tooMany !== undefined) return errorBody(request, 429, "limit", tooMany.message, tooMany.retryAfterS);
    request.set("identity", outcome.identity);
    await next();
  });
  readRoutes(routes, context);
  searchRoute(routes, context);
  topologyRoute(routes, context);
  clustersRoute(routes, context);
  changeRoutes(routes, context);
  return routes;
}

function publicRoutes(routes: Hono<RestEnv>, { graph, loop, version, watchers, login }: RestContext): void {
  routes.get("/health", (context) => {
    const { state, engine, step } = loop.report(), { input, nodeCount, edges, generation } = graph.current;
    return context.json({
      status: state === "failed" ? "failing" : "ok",
      version,
      name: input.name,
      generation,
      nodes: nodeCount,
      edges: edges.count,
      engine,
      state,
      step,
      watchers: watchers(),
    });
  });
  routes.post("/auth/login", async (context) => {
    const body = await readBody(context, Credentials);
    if ("response" in body) return body.response;
    const { username: name, password } = body.value;
    const outcome = await login({ name, password, address: context.env.remoteAddress });
    if (outcome.ok) return context.json({ token: outcome.token, expires_at: outcome.expiresAtMs });
    return errorBody(context, outcome.status, outcome.reason, outcome.message, outcome.retryAfterS);
  });
}

function readRoutes(routes: Hono<RestEnv>, { graph, loop, layout }: RestContext): void {
  routes.get("/session", (context) => {
    const { user, role, expiresAtMs } = context.get("identity");
    return context.json({ user, role, expires_at: expiresAtMs });
  });
  routes.get("/layout", (context) => context.json(layout.describe()));
  routes.get("/graph", (context) => {
    const pieces = graphJson(graph.current, loop.places()), encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { value, done } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    });
    return context.body(body, 200, { "Content-Type": "application/json" });
  });
  routes.get("/graph/labels", (context) => context.json(labelTable(graph.current)));
  routes.get("/nodes/:id", (context) => {
    const node = nodeOf(context, loop);
    if (node === undefined) return unknownNode(context);
    return context.json({ ...describeNode(graph.current, node), pinned: loop.isPinned(node) });
  });
}

/** One account has only some of the places where searches wait, so that the others find some as well. */
function searchRoute(routes: Hono<RestEnv>, { index }: RestContext): void {
  const turns = new Turns(LIMITS.searchesPerUser.value);
  routes.get("/nodes", async (context) => {
    const query = (context.req.query("search") ?? "").slice(0, LIMITS.searchQueryLength.value);
    const asked = Number(context.req.query("limit") ?? 20);
    if (!Number.isInteger(asked) || asked < 1) {
      return errorBody(context, 400, "bad_request", "limit must be a whole number from 1 on.");
    }
    const end = turns.take(context.get("identity").user);
    if (end === undefined) return errorBody(context, 429, "limit", "Too many searches of yours are waiting.", 1);
    try {
      return context.json(await index.search(query, Math.min(asked, LIMITS.searchResults.value)));
    } catch (error) {
      if (!(error instanceof SearchBusyError)) throw error;
      return errorBody(context, 503, "busy", error.message, 1);
    } finally {
      end();
    }
  });
}

/** Cost: O(n + m) per request. */
function topologyRoute(routes: Hono<RestEnv>, { loop }: RestContext): void {
  routes.get("/graph/topology", (context) => {
    const { frame } = loop;
    if (frame === undefined) {
      return errorBody(context, 503, "preparing", "The nodes have no places yet; try again in a moment.", 1);
    }
    return context.body(encodeFullGraph(frame, loop.shown.edges), 200, {
      "Content-Type": "application/octet-stream",
      [GENERATION_HEADER]: String(frame.generation),
    });
  });
}

/** Answers when they are found; all that wait, wait for the same search. */
function clustersRoute(routes: Hono<RestEnv>, { clusters }: RestContext): void {
  routes.get("/graph/clusters", async (context) => {
    try {
      const { graph, clusterOf } = await clusters.present();
      return context.json({
        generation: graph.generation,
        ids: Array.from(graph.ids),
        clusters: Array.from(clusterOf),
      });
    } catch (error) {
      if (!(error instanceof NoClusters)) throw error;
      return errorBody(context, 409, "limit", error.message);
    }
  });
}

/** The node an address names, by its id in plain digits. */
function nodeOf(context: Context, loop: SimulationLoop): number | undefined {
  const text = context.req.param("id") ?? "";
  return /^(0|[1-9]\d{0,9})$/.test(text) ? loop.indexOf(Number(text)) : undefined;
}

function unknownNode(context: Context) {
  return errorBody(context, 404, "unknown_node", `There is no node ${context.req.param("id")}.`);
}

function changeRoutes(routes: Hono<RestEnv>, rest: RestContext): void {
  const { loop, layout } = rest;
  routes.post("/nodes/:id/pin", async (context) => {
    const refused = requireEditor(context);
    if (refused !== undefined) return refused;
    const node = nodeOf(context, loop);
    if (node === undefined) return unknownNode(context);
    const body = await readBody(context, PinRequest);
    if ("response" in body) return body.response;
    switch (body.value.pinned ? loop.pinHere(node) : loop.unpin(node)) {
      case "full":
        return errorBody(context, 409, "limit", `At most ${LIMITS.pins.value} nodes can be pinned; unpin some first.`);
      case "preparing":
        return errorBody(context, 503, "preparing", "The nodes have no places yet; try again in a moment.", 1);
      default:
        return context.body(null, 204);
    }
  });
  routes.patch("/layout", async (context) => {
    const refused = requireEditor(context);
    if (refused !== undefined) return refused;
    const body = await readBody(context, LayoutRequest);
    if ("response" in body) return body.response;
    const request = layout.parse(body.value);
    if (!request.ok) return errorBody(context, 400, "bad_request", request.message);
    const { participant } = body.value;
    layout.change(request, { user: context.get("identity").user, participant });
    return context.json(layout.describe());
  });
  routes.post("/simulation", async (context) => {
    const refused = requireEditor(context);
    if (refused !== undefined) return refused;
    const body = await readBody(context, SimulationRequest);
    if ("response" in body) return body.response;
    loop.control(body.value.action);
    return context.body(null, 204);
  });
  graphRoute(routes, rest, requireEditor);
}

type RequireEditor = (context: Context<RestEnv>) => Response | undefined;

function graphRoute(routes: Hono<RestEnv>, { graph, loop, clock }: RestContext, requireEditor: RequireEditor): void {
  const { changesPerUser, rateKeys, pendingChanges } = LIMITS;
  const rate = new TokenBuckets({
    burst: changesPerUser.value,
    perMinute: changesPerUser.value,
    maxKeys: rateKeys.value,
  });
  routes.post("/graph/changes", async (context) => {
    const refused = requireEditor(context);
    if (refused !== undefined) return refused;
    const body = await readBody(context, ChangeRequest);
    if ("response" in body) return body.response;
    const waitMs = rate.take(context.get("identity").user, clock.now());
    if (waitMs > 0) return errorBody(context, 429, "limit", "Too many changes: wait a moment.", waitMs / 1000);
    if (loop.pendingChanges >= pendingChanges.value) {
      return errorBody(context, 503, "busy", "The layout has not caught up with earlier changes yet.", 1);
    }
    try {
      return context.json(make(graph, body.value));
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      return errorBody(context, 409, error.code, error.message);
    }
  });
}

function make(graph: LiveGraph, change: GraphChange) {
  const { store } = graph.change(change), first = store.nodeCount - change.add.nodes.length;
  const nodes = change.add.nodes.map(({ key }, k) => ({ key, id: store.ids[first + k] }));
  return { generation: store.generation, nodes };
}
