import { Histogram, type Metric, TIME_BOUNDS } from "./exposition.ts";

interface Route {
  readonly labels: { readonly method: string; readonly route: string };
  readonly byStatus: Map<number, number>;
  readonly seconds: Histogram;
}

/** What was asked over HTTP. Memory: one histogram for each route, which only the program's own routes are. */
export class HttpMeter {
  readonly #routes = new Map<string, Route>();

  /** `route` as it was declared, `/nodes/:id`, and not as it was asked for. */
  answered(method: string, route: string, { status, seconds }: { status: number; seconds: number }): void {
    const key = `${method} ${route}`;
    let known = this.#routes.get(key);
    if (known === undefined) {
      known = { labels: { method, route }, byStatus: new Map(), seconds: new Histogram(TIME_BOUNDS) };
      this.#routes.set(key, known);
    }
    known.byStatus.set(status, (known.byStatus.get(status) ?? 0) + 1);
    known.seconds.observe(seconds);
  }

  list(): Metric[] {
    const routes = this.#routes;
    return [{
      name: "orrery_http_requests_total",
      help: "Requests that were answered.",
      type: "counter",
      *samples() {
        for (const { labels, byStatus } of routes.values()) {
          for (const [status, value] of byStatus) yield { labels: { ...labels, status: String(status) }, value };
        }
      },
    }, {
      name: "orrery_http_seconds",
      help: "From a request to the head of its answer.",
      type: "histogram",
      *samples() {
        for (const { labels, seconds } of routes.values()) yield* seconds.samples(labels);
      },
    }];
  }
}
