import { Hono } from "hono";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import { GENERATION_HEADER } from "../protocol/graph/negotiate.ts";
import { type MetricsContext, metricsRoutes } from "./endpoints/metrics.ts";
import { type PathContext, pathRoutes } from "./endpoints/paths.ts";
import { type RestContext, restRoutes } from "./endpoints/rest.ts";
import { LIMITS } from "./limits.ts";
import { checkOrigin, isLoopback, type OriginRules } from "./origin.ts";
import { errorBody, type RestEnv } from "./rest_answers.ts";
import { servePage } from "./static_files.ts";
import { StoreError } from "./store/store_error.ts";
import { tracedRequest } from "./trace.ts";

export interface AppOptions {
  readonly rest: RestContext & PathContext;
  readonly metrics: MetricsContext["metrics"];
  readonly origin: OriginRules;
  /** Folder of the bundled page. */
  readonly pageFolder: string;
  /** A fault of ours: the request gets a plain 500, the details go here. */
  readonly onFault: (error: unknown) => void;
}

const POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", "data:", "blob:"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** One of those that are served; anybody can invent others. */
function methodOf(asked: string): string {
  return ["GET", "HEAD", "OPTIONS", "POST", "PATCH"].includes(asked) ? asked : "other";
}

/** Every route on one screen; sockets are upgraded before requests come here. */
export async function createApp({ rest, metrics, origin, pageFolder, onFault }: AppOptions): Promise<Hono<RestEnv>> {
  const app = new Hono<RestEnv>(), { allowedOrigins } = origin;
  app.onError((error, context) => {
    if (error instanceof StoreError) return errorBody(context, 503, "unavailable", error.message);
    onFault(error);
    return errorBody(context, 500, "internal", "Something went wrong here; the server's log says what.");
  });
  app.use(async (context, next) => {
    const startMs = rest.clock.now(), method = methodOf(context.req.method);
    await tracedRequest(method, async () => {
      await next();
      const seconds = (rest.clock.now() - startMs) / 1000, route = routePath(context);
      metrics.http.answered(method, route, { status: context.res.status, seconds });
      return route;
    });
  });
  app.use(secureHeaders({
    contentSecurityPolicy: POLICY,
    crossOriginResourcePolicy: allowedOrigins.length > 0 ? "cross-origin" : "same-origin",
  }));
  app.use(async (context, next) => {
    const refusal = checkOrigin(context.req.raw.headers, origin, context.req.method);
    if (refusal !== undefined) return errorBody(context, 403, "forbidden_origin", refusal);
    await next();
  });
  if (allowedOrigins.length > 0) {
    app.use("/api/*", cors({ origin: [...allowedOrigins], exposeHeaders: [GENERATION_HEADER] }));
  }
  app.use(async (context, next) => {
    const { remoteAddress } = context.env;
    // Who looks after this machine can see what goes on while somebody floods it.
    const isOperator = context.req.path.startsWith("/metrics") && isLoopback(remoteAddress);
    const tooMany = isOperator ? undefined : rest.limits.take("address", remoteAddress);
    if (tooMany !== undefined) return errorBody(context, 429, "limit", tooMany.message, tooMany.retryAfterS);
    await next();
  });
  app.use(async (context, next) => {
    const length = context.req.header("Content-Length");
    if ((context.req.method === "POST" || context.req.method === "PATCH") && length === undefined) {
      return errorBody(context, 411, "length_required", "A request with a body must say its Content-Length.");
    }
    if (Number(length ?? 0) > LIMITS.requestBodyBytes.value) {
      return errorBody(context, 413, "too_large", "The request body is too large.");
    }
    await next();
  });
  // What is long. A short answer costs more to deflate than to send: the deflater's memory alone, for each.
  for (const path of ["/api/graph", "/api/graph/labels", "/api/graph/clusters"]) app.use(path, compress());
  app.route("/api", restRoutes(rest)); // first: it lets nobody past without a token
  app.route("/api", pathRoutes(rest));
  app.route("/", metricsRoutes({ metrics, verify: rest.verify }));
  app.on(
    "GET",
    ["/ws", "/ws/positions", "/ws/voice"],
    (context) => errorBody(context, 400, "upgrade_required", "This address speaks WebSocket."),
  );
  app.all("/api/*", (context) => errorBody(context, 404, "not_found", `There is no ${context.req.path}.`));
  app.get("*", await servePage(pageFolder));
  return app;
}
