/** A server whose sockets are carried by several isolates that listen on one port; sessions stay in this one. */
import {
  type FrameServer,
  type FrameServerOptions,
  type OpenFrameServer,
  PortInUseError,
  type UpgradeDecision,
} from "../frame_socket.ts";
import { clockOf, faultReporter, resolveTimeouts } from "../handshake.ts";
import { doneWithin, GuardedListener } from "../socket_rules.ts";
import type { FromWorker, ListenAt } from "./messages.ts";
import { plainResponse, requestOf } from "./plain_http.ts";
import { Mail, RemoteSocket } from "./remote_socket.ts";

type Accepted = Extract<UpgradeDecision, { accept: true }>;
type Asked = Extract<FromWorker, { kind: "fetch" | "upgrade" }>;

/** After so many workers that died no other one is started: what kills them will kill the next. */
const MOST_DEATHS = 8;
/** Of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * One isolate of sockets, as the isolate of sessions sees it.
 * Invariant: every socket in `#sockets` has been told to its session, and hears of its end exactly once.
 */
class IoWorker {
  readonly #worker = new Worker(new URL("./io_worker.ts", import.meta.url), { type: "module" });
  readonly #mail = new Mail(this.#worker);
  readonly #accepted = new Map<number, Accepted>();
  readonly #sockets = new Map<number, RemoteSocket>();
  readonly #bodies = new Map<number, ReadableStreamDefaultReader<Uint8Array>>();
  readonly #listening = Promise.withResolvers<number>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #onFault: (error: unknown) => void;
  readonly #forgetMs: number;

  constructor(private readonly options: FrameServerOptions, at: ListenAt, onDeath: () => void) {
    this.#onFault = faultReporter(options);
    // An upgrade that was decided on too late, or whose peer has gone, opens no socket.
    this.#forgetMs = 2 * at.timeouts.handshakeMs;
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#onFault(new Error(`A worker of sockets stopped: ${event.message}`));
      this.#end(new Error(event.message));
      onDeath();
    };
    this.#mail.tell({ kind: "listen", at });
  }

  /** The port. Rejects with `PortInUseError` where it is taken. */
  get listening(): Promise<number> {
    return this.#listening.promise;
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case "listening":
        return this.#listening.resolve(message.port);
      case "failed": {
        const { hostname, port } = this.options;
        return this.#end(message.isTaken ? new PortInUseError(hostname, port) : new Error(message.message));
      }
      case "fetch":
        return void this.#answer(message);
      case "upgrade":
        return void this.#decide(message);
      case "pull":
        return void this.#sendPart(message.request);
      case "cancel":
        return this.#cancel(message.request);
      case "opened":
        return this.#open(message);
      case "message":
        return this.#sockets.get(message.socket)?.onMessage(message.data);
      case "flood":
        return this.#sockets.get(message.socket)?.listener?.onFlood?.();
      case "pong":
        return this.#sockets.get(message.socket)?.listener?.onPong();
      case "taken":
        for (const { socket, bytes } of message.reports) this.#sockets.get(socket)?.onTaken(bytes);
        return;
      case "closed":
        return this.#sockets.get(message.socket)?.onClose(message.code, message.reason);
      case "fault":
        return this.#onFault(Object.assign(new Error(message.message), { name: message.name }));
      case "stopped":
        return this.#end(new Error("The server is closed."));
    }
  }

  async #answer({ request, asked, remoteAddress }: Asked): Promise<void> {
    this.#respond(request, await this.#attempt(() => this.options.fetch(requestOf(asked), remoteAddress)));
  }

  async #attempt(act: () => Response | Promise<Response>): Promise<Response> {
    try {
      return await act();
    } catch (error) {
      this.#onFault(error);
      return new Response("Internal error.", { status: 500 });
    }
  }

  #respond(request: number, response: Response): void {
    if (response.body !== null) this.#bodies.set(request, response.body.getReader());
    this.#mail.tell({ kind: "answer", request, response: plainResponse(response) });
  }

  /** Reads on when the peer has: a body that nobody reads stays where it is. */
  async #sendPart(request: number): Promise<void> {
    const body = this.#bodies.get(request);
    if (body === undefined) return;
    let bytes: Uint8Array | undefined, isBroken = false;
    try {
      bytes = (await body.read()).value;
    } catch (error) {
      isBroken = true;
      this.#onFault(error);
    }
    if (bytes === undefined) this.#bodies.delete(request);
    this.#mail.tell({ kind: "part", request, bytes, isBroken });
  }

  #cancel(request: number): void {
    // What breaks now nobody waits for.
    this.#bodies.get(request)?.cancel().catch(() => {});
    this.#bodies.delete(request);
  }

  async #decide({ request, asked, remoteAddress }: Asked): Promise<void> {
    const { url, headers } = requestOf(asked);
    let accepted: Accepted | undefined;
    const refusal = await this.#attempt(async () => {
      const decision = await this.options.upgrade({ url: new URL(url), headers, remoteAddress });
      if (!decision.accept) return decision.response;
      accepted = decision;
      return new Response();
    });
    if (accepted === undefined) {
      this.#mail.tell({ kind: "decision", request, decision: { accept: false } });
      return this.#respond(request, refusal);
    }
    const { protocol, maxMessageBytes } = accepted;
    this.#accepted.set(request, accepted);
    Deno.unrefTimer(setTimeout(() => this.#accepted.delete(request), this.#forgetMs));
    this.#mail.tell({ kind: "decision", request, decision: { accept: true, protocol, maxMessageBytes } });
  }

  #open({ socket: number, pongs }: Extract<FromWorker, { kind: "opened" }>): void {
    const accepted = this.#accepted.get(number), socket = new RemoteSocket(number, pongs, this.#mail);
    this.#accepted.delete(number);
    if (accepted === undefined) return socket.terminate();
    this.#sockets.set(number, socket);
    const onGone = () => this.#sockets.delete(number);
    socket.listener = new GuardedListener(socket, accepted.open, {
      ...{ now: clockOf(this.options), onFault: this.#onFault, onGone },
    });
  }

  async stop(withinMs: number): Promise<void> {
    this.#mail.tell({ kind: "stop" });
    await doneWithin(this.#stopped.promise, withinMs);
    this.#end(new Error("The server is closed."));
  }

  #end(reason: Error): void {
    this.#worker.terminate();
    for (const socket of [...this.#sockets.values()]) socket.onClose(1006, "");
    for (const request of [...this.#bodies.keys()]) this.#cancel(request);
    this.#accepted.clear();
    this.#listening.reject(reason);
    // Nobody may be waiting for it any more.
    this.#listening.promise.catch(() => {});
    this.#stopped.resolve();
  }
}

function probe({ hostname, port }: FrameServerOptions): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    throw error instanceof Deno.errors.AddrInUse ? new PortInUseError(hostname, port) : error;
  }
}

/** `count` isolates carry the sockets, each by the engine; a worker that dies takes its sockets along and is replaced. */
export function workerServer(engine: ListenAt["engine"], count: number): OpenFrameServer {
  return async (options): Promise<FrameServer> => {
    const { hostname } = options, timeouts = resolveTimeouts(options.timeouts), workers = new Set<IoWorker>();
    let deaths = 0, closed: Promise<void> | undefined;
    const start = async (port: number): Promise<number> => {
      const worker = new IoWorker(options, { engine, hostname, port, timeouts }, () => {
        workers.delete(worker);
        if (closed === undefined && ++deaths <= MOST_DEATHS) start(port).catch(faultReporter(options));
      });
      workers.add(worker);
      return await worker.listening;
    };
    const close = async (): Promise<void> => {
      await Promise.all([...workers].map((worker) => worker.stop(Math.min(3 * timeouts.closeMs, LONGEST_MS))));
    };
    try {
      // A shared port is not refused where somebody else shares it too.
      if (options.port !== 0) probe(options);
      // The first finds the port that the others share.
      const port = await start(options.port);
      await Promise.all(Array.from({ length: count - 1 }, () => start(port)));
      return { hostname, port, close: () => closed ??= close() };
    } catch (error) {
      await close();
      throw error;
    }
  };
}
