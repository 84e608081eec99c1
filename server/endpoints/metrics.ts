import { Hono } from "hono";
import { bearerToken, type VerifyOutcome } from "../auth.ts";
import type { Metrics } from "../metrics.ts";
import { isLoopback } from "../origin.ts";
import { errorBody, type RestEnv } from "../rest_answers.ts";

export interface MetricsContext {
  readonly metrics: Metrics;
  readonly verify: (token: string | undefined) => Promise<VerifyOutcome>;
}

/** `/metrics` for Prometheus, `/metrics.json`. Open to this machine, where a page of no other host asks; else a token is needed. */
export function metricsRoutes({ metrics, verify }: MetricsContext): Hono<RestEnv> {
  const routes = new Hono<RestEnv>();
  routes.use("/metrics*", async (context, next) => {
    if (!isOfThisMachine(context.env.remoteAddress, context.req.header("Origin"))) {
      const outcome = await verify(bearerToken(context.req.header("Authorization")));
      if (!outcome.ok) return errorBody(context, 401, outcome.reason, outcome.message);
    }
    await next();
  });
  routes.get(
    "/metrics",
    (context) => context.body(metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );
  routes.get("/metrics.json", (context) => context.json(metrics.json()));
  return routes;
}

function isOfThisMachine(address: string, origin: string | undefined): boolean {
  const isOurPage = origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
  return isOurPage && isLoopback(address);
}
