/**
 * Spans of what an operator wants to see, told where the runtime has OpenTelemetry turned on; docs/tracing.md lists them.
 * Attributes are counts and words of this program: never a token, a password, a label or what somebody searched for.
 */
import {
  type Attributes,
  context,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";

/** What is known of a piece of work only when it is done. */
export interface SpanNotes {
  set(attributes: Attributes): void;
}

export type Traced = <Result>(
  name: string,
  attributes: Attributes,
  work: (notes: SpanNotes) => Result,
) => Result;

const UNHEARD: SpanNotes = { set: () => {} };

/** A runtime that tells nobody of spans has not registered itself. */
function runtimeTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? undefined : provider.getTracer("orrery");
}

/** Without a tracer the work is done and nothing else. */
export function createTraced(tracer: Tracer | undefined): Traced {
  if (tracer === undefined) return (_name, _attributes, work) => work(UNHEARD);
  return (name, attributes, work) =>
    tracer.startActiveSpan(name, { attributes }, (span) => {
      try {
        const result = work({ set: (more) => void span.setAttributes(more) });
        if (!(result instanceof Promise)) return ended(span, result);
        result.then(() => span.end(), (error) => fail(span, error));
        return result;
      } catch (error) {
        fail(span, error);
        throw error;
      }
    });
}

function ended<Result>(span: Span, result: Result): Result {
  span.end();
  return result;
}

/** By its kind only: a message may quote what somebody sent. */
function fail(span: Span, error: unknown): void {
  span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** At least so far apart are two spans of the same kind of work that is too frequent to tell of each time. */
const SAMPLE_GAP_MS = 1000;

/** Spans of frequent work, of every kind one in a while. They belong to no request. */
export class SpanSamples {
  readonly #begunMs = new Map<string, number>();

  constructor(private readonly tracer: Tracer, private readonly name: string) {}

  /** To be ended by the caller; absent when it is too soon after the one before. */
  begin(kind: string, nowMs: number): Span | undefined {
    if (nowMs - (this.#begunMs.get(kind) ?? -Infinity) < SAMPLE_GAP_MS) return undefined;
    this.#begunMs.set(kind, nowMs);
    return this.tracer.startSpan(this.name, { root: true }, ROOT_CONTEXT);
  }
}

const tracer = runtimeTracer();

/**
 * Does the work within a span that is a child of the one it is called in.
 * Cost where tracing is off: one call; so the hottest loops use {@link openSamples}.
 */
export const traced = createTraced(tracer);

/** Absent where tracing is off, so that asking costs a comparison. */
export function openSamples(name: string): SpanSamples | undefined {
  return tracer && new SpanSamples(tracer, name);
}

/** What begins in `work` and goes on, such as a connection, is no part of the request that began it. */
export function outsideOfSpans<Result>(work: () => Result): Result {
  return tracer === undefined ? work() : context.with(ROOT_CONTEXT, work);
}

/** Names the runtime's span of the request after its route. Where there is none, the request gets a span of its own. */
export async function tracedRequest(method: string, work: () => Promise<string>): Promise<void> {
  if (tracer === undefined) return void await work();
  const name = (span: Span, route: string) => {
    span.updateName(`${method} ${route}`);
    span.setAttribute("http.route", route);
  };
  const known = trace.getActiveSpan();
  if (known !== undefined) return name(known, await work());
  await tracer.startActiveSpan(method, { kind: SpanKind.SERVER }, async (span) => {
    try {
      name(span, await work());
    } finally {
      span.end();
    }
  });
}

/** What the runtime says of a request that may have a token or a search text in it. */
const UNTOLD = ["url.full", "url.query"];
let areQueriesHidden = false;

/**
 * Keeps the query of addresses out of the runtime's own spans, for every server of this isolate. What a span was once
 * told cannot be taken back, so the runtime's spans are taught not to listen.
 */
export function hideQueries(): void {
  if (tracer === undefined || areQueriesHidden) return;
  areQueriesHidden = true;
  const spans: Span = Object.getPrototypeOf(tracer.startSpan("never ended, so never told"));
  const { setAttribute } = spans;
  spans.setAttribute = function (key, value) {
    return UNTOLD.includes(key) ? this : setAttribute.call(this, key, value);
  };
}

/**
 * Answers within the runtime's span of a request to `node:http`, which the runtime neither makes the active one nor hands
 * out, but keeps with the response.
 */
export function withinSpanOf<Result>(response: object, work: () => Result): Result {
  const span = tracer && spanKeptBy(response);
  return span === undefined ? work() : context.with(trace.setSpan(context.active(), span), work);
}

function spanKeptBy(response: object): Span | undefined {
  const key = Object.getOwnPropertySymbols(response).find(({ description }) => description === "kOtelSpan");
  const kept: unknown = key && Reflect.get(response, key);
  return isSpan(kept) ? kept : undefined;
}

function isSpan(kept: unknown): kept is Span {
  return typeof kept === "object" && kept !== null && "setAttributes" in kept && "spanContext" in kept;
}
