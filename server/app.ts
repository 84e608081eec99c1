import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { errorBody, type RestContext, type RestEnv, restRoutes } from "./endpoints/rest.ts";
import { LIMITS } from "./limits.ts";
import { checkOrigin, type OriginRules } from "./origin.ts";
import { servePage } from "./static_files.ts";

export interface AppOptions {
  readonly rest: RestContext;
  readonly origin: OriginRules;
  /** Folder of the bundled page. */
  readonly pageFolder: string;
  /** A fault of ours: the request gets a plain 500, the details go here. */
  readonly onError: (error: Error, request: Request) => void;
}

const POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", "data:", "blob:"],
  connectSrc: ["'self'", "ws:", "wss:"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** Every route on one screen; sockets are upgraded before requests come here. */
export function createApp({ rest, origin, pageFolder, onError }: AppOptions): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.onError((error, context) => {
    onError(error, context.req.raw);
    return errorBody(context, 500, "internal", "Something went wrong here; the server's log says what.");
  });
  app.use(secureHeaders({ contentSecurityPolicy: POLICY, crossOriginEmbedderPolicy: false }));
  app.use(async (context, next) => {
    const refusal = checkOrigin(context.req.raw.headers, origin, context.req.method);
    if (refusal !== undefined) return errorBody(context, 403, "forbidden_origin", refusal);
    await next();
  });
  app.use(bodyLimit({
    maxSize: LIMITS.requestBodyBytes.value,
    onError: (context) => errorBody(context, 413, "too_large", "The request body is too large."),
  }));
  app.use(compress());
  app.route("/api", restRoutes(rest));
  app.get("/ws", (context) => errorBody(context, 400, "upgrade_required", "This address speaks WebSocket."));
  app.all("/api/*", (context) => errorBody(context, 404, "not_found", `There is no ${context.req.path}.`));
  app.get("*", servePage(pageFolder));
  return app;
}
