/** Who is told of spans: OTLP over HTTP as JSON, on a free loopback port. Source: opentelemetry.io, "OTLP Specification 1.5". */
import * as v from "valibot";

const Attribute = v.object({ key: v.string(), value: v.record(v.string(), v.unknown()) });
const Spans = v.object({
  resourceSpans: v.array(v.object({
    scopeSpans: v.array(v.object({
      spans: v.array(v.object({
        name: v.string(),
        traceId: v.string(),
        spanId: v.string(),
        parentSpanId: v.string(),
        startTimeUnixNano: v.string(),
        endTimeUnixNano: v.string(),
        attributes: v.array(Attribute),
        status: v.object({ code: v.optional(v.number(), 0) }),
      })),
    })),
  })),
});

export interface ToldSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it has none. */
  readonly parentSpanId: string;
  readonly ms: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly hasFailed: boolean;
}

export class OtlpCollector {
  readonly spans: ToldSpan[] = [];
  /** Everything that was told, spans or not, as it came. */
  text = "";
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const body = await request.text();
      this.text += body;
      if (new URL(request.url).pathname === "/v1/traces") this.#read(JSON.parse(body));
      return Response.json({});
    });
  }

  #read(body: unknown): void {
    for (const { scopeSpans } of v.parse(Spans, body).resourceSpans) {
      for (const { startTimeUnixNano, endTimeUnixNano, status, ...span } of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({
          ...span,
          ms: (Number(endTimeUnixNano) - Number(startTimeUnixNano)) / 1e6,
          attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
          hasFailed: status.code === 2,
        });
      }
    }
  }

  /** Of a process that is to tell this one. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_SERVICE_NAME: "orrery",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }

  named(name: string): ToldSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  close(): Promise<void> {
    return this.#server.shutdown();
  }
}
