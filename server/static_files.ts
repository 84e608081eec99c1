import type { MiddlewareHandler } from "hono";
import { serveStatic } from "hono/deno";

/**
 * The bundled page. `index.html` is always asked for anew; the rest too, but may be kept while the server says so.
 * A missing page is a state a developer can end: the answer says how.
 */
export function servePage(folder: string): MiddlewareHandler {
  return serveStatic({
    root: folder,
    onFound: (_path, context) => context.header("Cache-Control", "no-cache"),
    onNotFound: () => {},
  });
}
