/** `/api` as functions that never throw for what a server or a network can do: they answer with a value or a sentence. */
import * as v from "valibot";
import { ErrorBody, Health, Labels, Login, NodeDetails, SearchResult, Session } from "./rest_schemas.ts";

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

/** Bytes received so far; `total` is absent when the server did not say. */
export type Progress = (done: number, total: number | undefined) => void;

export interface RestOptions {
  readonly baseUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly token: () => string | undefined;
}

type Schema<T> = v.BaseSchema<unknown, T, v.BaseIssue<unknown>>;

interface Request {
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly onProgress?: Progress;
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
    return { status: response.status, code: "http", message };
  }
  const { code, message, retry_after: retryAfterS } = body.output.error;
  return { status: response.status, code, message, retryAfterS };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The whole body as text, counted as it arrives. */
async function readCounted(response: Response, onProgress: Progress): Promise<string> {
  if (response.body === null) return "";
  const header = response.headers.get("content-encoding") === null ? response.headers.get("content-length") : null;
  const total = header === null ? undefined : Number(header);
  const decoder = new TextDecoder();
  let text = "", done = 0;
  const reader = response.body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += decoder.decode(chunk.value, { stream: true });
    onProgress(done += chunk.value.length, total);
  }
  return text + decoder.decode();
}

export class RestClient {
  readonly #options: RestOptions;

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
    return this.#ask("/api/graph/labels", Labels, { onProgress });
  }

  search(query: string, limit: number, { signal }: { signal?: AbortSignal } = {}) {
    return this.#ask(`/api/nodes?search=${encodeURIComponent(query)}&limit=${limit}`, SearchResult, { signal });
  }

  node(id: number, { signal }: { signal?: AbortSignal } = {}) {
    return this.#ask(`/api/nodes/${id}`, NodeDetails, { signal });
  }

  pin(id: number, goal: "pinned" | "free") {
    return this.#tell(`/api/nodes/${id}/pin`, { pinned: goal === "pinned" });
  }

  simulate(action: SimulationAction) {
    return this.#tell("/api/simulation", { action });
  }

  async #ask<T>(path: string, schema: Schema<T>, request: Request = {}): Promise<Result<T>> {
    const sent = await this.#send(path, request);
    if (!sent.ok) return sent;
    try {
      const { onProgress } = request, response = sent.value;
      const text = await (onProgress === undefined ? response.text() : readCounted(response, onProgress));
      const parsed = v.safeParse(schema, readJson(text));
      if (parsed.success) return { ok: true, value: parsed.output };
      const message = `The server's answer to ${path.split("?")[0]} is not understood: ${parsed.issues[0].message}.`;
      return { ok: false, error: { status: response.status, code: "shape", message } };
    } catch (error) {
      return { ok: false, error: networkError(error) };
    }
  }

  async #tell(path: string, body: unknown): Promise<Result<undefined>> {
    const sent = await this.#send(path, { method: "POST", body });
    if (!sent.ok) return sent;
    await sent.value.body?.cancel();
    return { ok: true, value: undefined };
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

/** Only what fetch and the stream reject with is the network's; anything else is a mistake of ours. */
function networkError(error: unknown): RestError {
  if (error instanceof DOMException && error.name === "AbortError") {
    return { status: 0, code: "aborted", message: "Cancelled." };
  }
  if (error instanceof TypeError) {
    return { status: 0, code: "unreachable", message: "The server cannot be reached." };
  }
  throw error;
}
