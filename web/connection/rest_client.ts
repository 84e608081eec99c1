/** `/api` as functions that never throw for what a server or a network can do: they answer with a value or a sentence. */
import * as v from "valibot";
import { DecodeError } from "../../protocol/codec.ts";
import type { NodeFrame } from "../../protocol/frame.ts";
import { GENERATION_HEADER } from "../../protocol/graph/negotiate.ts";
import { decodeV4, type EdgeColumns } from "../../protocol/graph/v4.ts";
import type { Clock } from "./clock.ts";
import { RequestDeduplicator } from "./request_deduplicator.ts";
import {
  ErrorBody,
  Health,
  Labels,
  LayoutTable,
  Login,
  NodeDetails,
  PathAnswer,
  SearchResult,
  Session,
} from "./rest_schemas.ts";

export interface RestError {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** A sentence for people. */
  readonly message: string;
  readonly retryAfterS?: number;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RestError };

export type SimulationAction = "pause" | "resume" | "step" | "reset";

/** Parameters by name, or `preset`; `participant` is the number of the sender's own connection. */
export type LayoutBody = Readonly<Record<string, number | string>>;

/** A graph as it was in one frame. Shape: record i of `nodes` is node i of every frame of this generation. */
export interface Topology {
  readonly generation: number;
  readonly nodes: NodeFrame;
  readonly edges: EdgeColumns;
}

/** Bytes received so far; `total` is absent when the server did not say. */
export type Progress = (done: number, total: number | undefined) => void;

export interface RestOptions {
  readonly baseUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly token: () => string | undefined;
  /** Waits out a short `retry_after`; where absent, the answer 429 or 503 is handed on at once. */
  readonly clock?: Clock;
}

/** A question that may be asked again is asked so often more, where the server names a wait of at most so long. */
const PATIENCE = { retries: 2, longestWaitS: 10 } as const;

type Schema<T> = v.BaseSchema<unknown, T, v.BaseIssue<unknown>>;

interface Request {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly onProgress?: Progress;
  /** Whether a wait that the server asks for is waited out here, or told. */
  readonly busy?: "wait" | "tell";
}

const SENTENCES: Readonly<Record<number, string>> = {
  401: "Your session has ended. Sign in again.",
  403: "You are not allowed to do this.",
  404: "This no longer exists on the server.",
  429: "Too many tries. Wait a moment.",
  503: "The server is busy. Try again in a moment.",
};

async function readError(response: Response): Promise<RestError> {
  const body = v.safeParse(ErrorBody, readJson(await response.text()));
  if (!body.success) {
    const message = SENTENCES[response.status] ?? `The server answered with status ${response.status}.`;
    return { status: response.status, code: "http", message, ...retryAfter(response) };
  }
  const { code, message, retry_after: retryAfterS } = body.output.error;
  return { status: response.status, code, message, ...retryAfter(response, retryAfterS) };
}

/** The body's word, else the header's where that is in seconds; a server in between has only the header. */
function retryAfter(response: Response, bodyS?: number): { readonly retryAfterS?: number } {
  const header = response.headers.get("retry-after") ?? "";
  const seconds = bodyS ?? (/^\d{1,9}$/.test(header) ? Number(header) : undefined);
  return seconds === undefined ? {} : { retryAfterS: Math.max(0, seconds) };
}

/** Ends after the wait, or as soon as nobody wants the answer any more. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, resolve);
  const leave = () => resolve();
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted) leave();
  return promise.finally(() => {
    cancel();
    signal?.removeEventListener("abort", leave);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The whole body, counted as it arrives. */
async function readCounted(response: Response, onProgress: Progress): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const header = response.headers.get("content-encoding") === null ? response.headers.get("content-length") : null;
  const total = header === null ? undefined : Number(header);
  const chunks: Uint8Array[] = [], reader = response.body.getReader();
  let done = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    chunks.push(chunk.value);
    onProgress(done += chunk.value.length, total);
  }
  const bytes = new Uint8Array(done);
  for (let at = 0, k = 0; k < chunks.length; at += chunks[k++].length) bytes.set(chunks[k], at);
  return bytes;
}

export class RestClient {
  readonly #options: RestOptions;
  readonly #searches = new RequestDeduplicator<Result<SearchResult>>();
  readonly #details = new RequestDeduplicator<Result<NodeDetails>>();

  constructor(options: RestOptions) {
    this.#options = options;
  }

  login(username: string, password: string) {
    return this.#ask("/api/auth/login", Login, { method: "POST", body: { username, password } });
  }

  session() {
    return this.#ask("/api/session", Session);
  }

  health() {
    return this.#ask("/api/health", Health);
  }

  labels(onProgress: Progress) {
    return this.#ask("/api/graph/labels", Labels, { onProgress, busy: "wait" });
  }

  /** The graph whose positions a Q1 connection sends: who is who, and who is joined to whom. */
  async topology(onProgress: Progress): Promise<Result<Topology>> {
    const path = "/api/graph/topology", sent = await this.#sendPatiently(path, { busy: "wait" });
    if (!sent.ok) return sent;
    try {
      const generation = sent.value.headers.get(GENERATION_HEADER);
      const graph = decodeV4(await readCounted(sent.value, onProgress));
      if (graph.type === "fullGraph" && generation !== null && /^\d{1,10}$/.test(generation)) {
        return { ok: true, value: { generation: Number(generation), nodes: graph.nodes, edges: graph.edges } };
      }
      return misread(sent.value, path, `expected a graph of a generation, found ${graph.type} of ${generation}`);
    } catch (error) {
      if (error instanceof DecodeError) return misread(sent.value, path, error.message);
      return { ok: false, error: networkError(error) };
    }
  }

  search(query: string, limit: number, options: { signal?: AbortSignal } = {}): Promise<Result<SearchResult>> {
    const path = `/api/nodes?search=${encodeURIComponent(query)}&limit=${limit}`;
    const start = (signal: AbortSignal) => this.#ask(path, SearchResult, { signal, busy: "wait" });
    return orCancelled(this.#searches.ask(path, start, options), options.signal);
  }

  node(id: number, options: { signal?: AbortSignal } = {}): Promise<Result<NodeDetails>> {
    const path = `/api/nodes/${id}`;
    const start = (signal: AbortSignal) => this.#ask(path, NodeDetails, { signal, busy: "wait" });
    return orCancelled(this.#details.ask(path, start, options), options.signal);
  }

  /** The shortest path, edges travelled either way: of the fewest edges, or of the least sum of weights. */
  path(from: number, to: number, options: { measure: "hops" | "length"; signal?: AbortSignal }) {
    const path = `/api/path?from=${from}&to=${to}&weighted=${options.measure === "length"}`;
    return this.#ask(path, PathAnswer, { signal: options.signal, busy: "wait" });
  }

  pin(id: number, goal: "pinned" | "free") {
    return this.#tell(`/api/nodes/${id}/pin`, { pinned: goal === "pinned" });
  }

  simulate(action: SimulationAction) {
    return this.#tell("/api/simulation", { action });
  }

  layout() {
    return this.#ask("/api/layout", LayoutTable, { busy: "wait" });
  }

  /** Answers with the table as it is then. */
  setLayout(body: LayoutBody) {
    return this.#ask("/api/layout", LayoutTable, { method: "PATCH", body });
  }

  async #ask<T>(path: string, schema: Schema<T>, request: Request = {}): Promise<Result<T>> {
    const sent = await this.#sendPatiently(path, request);
    if (!sent.ok) return sent;
    try {
      const { onProgress } = request, response = sent.value;
      const text = onProgress === undefined
        ? await response.text()
        : new TextDecoder().decode(await readCounted(response, onProgress));
      const parsed = v.safeParse(schema, readJson(text));
      if (parsed.success) return { ok: true, value: parsed.output };
      return misread(response, path, parsed.issues[0].message);
    } catch (error) {
      return { ok: false, error: networkError(error) };
    }
  }

  async #tell(path: string, body: unknown): Promise<Result<undefined>> {
    const sent = await this.#send(path, { method: "POST", body });
    this.#details.forget(); // an answer that was under way may not know of this change
    if (!sent.ok) return sent;
    await sent.value.body?.cancel();
    return { ok: true, value: undefined };
  }

  async #sendPatiently(path: string, request: Request): Promise<Result<Response>> {
    const { clock } = this.#options, { signal } = request;
    for (let retry = 0;; retry++) {
      const sent = await this.#send(path, request);
      if (sent.ok || clock === undefined || request.busy !== "wait" || retry === PATIENCE.retries) return sent;
      const { status, retryAfterS = Infinity } = sent.error;
      if ((status !== 429 && status !== 503) || retryAfterS > PATIENCE.longestWaitS) return sent;
      await pause(clock, retryAfterS * 1_000, signal);
    }
  }

  async #send(path: string, request: Request): Promise<Result<Response>> {
    const { baseUrl, fetch, token } = this.#options, headers = new Headers(), jwt = token();
    if (jwt !== undefined) headers.set("Authorization", `Bearer ${jwt}`);
    if (request.body !== undefined) headers.set("Content-Type", "application/json");
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    try {
      const init = { method: request.method ?? "GET", headers, body, signal: request.signal };
      const response = await fetch(`${baseUrl}${path}`, init);
      return response.ok ? { ok: true, value: response } : { ok: false, error: await readError(response) };
    } catch (error) {
      return { ok: false, error: networkError(error) };
    }
  }
}

function misread({ status }: Response, path: string, why: string): { readonly ok: false; readonly error: RestError } {
  const message = `The server's answer to ${path.split("?")[0]} is not understood: ${why}.`;
  return { ok: false, error: { status, code: "shape", message } };
}

const CANCELLED: RestError = { status: 0, code: "aborted", message: "Cancelled." };

/** The answer, or that this caller, of those who share it, no longer wanted it. */
async function orCancelled<T>(answer: Promise<Result<T>>, signal: AbortSignal | undefined): Promise<Result<T>> {
  try {
    return await answer;
  } catch (error) {
    if (signal?.aborted) return { ok: false, error: CANCELLED };
    throw error;
  }
}

/** Only what fetch and the stream reject with is the network's; anything else is a mistake of ours. */
function networkError(error: unknown): RestError {
  if (error instanceof DOMException && error.name === "AbortError") {
    return CANCELLED;
  }
  if (error instanceof TypeError) {
    return { status: 0, code: "unreachable", message: "The server cannot be reached." };
  }
  throw error;
}
