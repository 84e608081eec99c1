/** The server as the page knows it, on loopback, with a graph that needs no physics and a hand to pull every lever. */
import { contentType } from "./content_type.ts";
import {
  decodeV4,
  encodeFullGraph,
  encodeHeartbeat,
  positionUpdate,
  V4_VERSION,
  type V4Message,
} from "../../protocol/graph/v4.ts";
import { parseClientText, type StatusData } from "../../protocol/graph/events.ts";
import { negotiate, offeredProtocols } from "../../protocol/graph/negotiate.ts";
import { detailsOf, type FakeGraph, frameOf, moveTo, pathIn, searchIn } from "./fake_graph.ts";
import { fail, login, PASSWORD, preparing, TOKEN, topologyOf, USER } from "./fake_answers.ts";
import { FakeLayout } from "./fake_layout.ts";
import { FakeQ1Peers } from "./fake_q1_peers.ts";

export const PAGE_POLICY =
  "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:";

export interface FakeServerOptions {
  readonly graph: FakeGraph;
  /** The folder with the bundled page. */
  readonly page: string;
  readonly role?: "viewer" | "editor" | "admin";
  /** Keeps the port of an earlier server, for a restart. */
  readonly port?: number;
  /** Frames until the layout has settled; 0 = it is settled from the start. */
  readonly frames?: number;
  /** Shown by clients while there is no graph yet; the graph comes when `release` is called. */
  readonly held?: boolean;
  /** What this server speaks; V4 alone where absent. */
  readonly spoken?: readonly ["v4", ...("v4" | "q1")[]];
}

const FRAME_MS = 33;

export class FakeGraphServer {
  readonly token = TOKEN;
  readonly user = USER;
  readonly password = PASSWORD;
  /** Messages from pages, in order of arrival. */
  readonly received: V4Message[] = [];
  readonly actions: string[] = [];
  readonly pins = new Set<number>();
  readonly q1 = new FakeQ1Peers();
  readonly layout = new FakeLayout();
  readonly #options: FakeServerOptions;
  readonly #frame;
  readonly #sockets = new Map<WebSocket, { subscribed: boolean }>();
  readonly #waiting = new Set<{ check: () => boolean; done: () => void }>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #timer: ReturnType<typeof setInterval>;
  #step = 0;
  #paused = false;
  #held: boolean;
  /** Answers 401 to everything, as if every token had expired. */
  expired = false;

  constructor(options: FakeServerOptions) {
    this.#options = options;
    this.#held = options.held ?? false;
    this.#frame = frameOf(options.graph);
    if (options.frames === 0) moveTo(options.graph, 1, this.#frame);
    const listen = { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} };
    this.#server = Deno.serve(listen, (request) => this.#answer(request));
    this.#timer = setInterval(() => this.#tick(), FRAME_MS);
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** The address that signs its opener in. */
  get link(): string {
    return `${this.url}#token=${TOKEN}`;
  }

  get watchers(): number {
    return this.#sockets.size;
  }

  /** Resolves as soon as `check` holds; looked at whenever a page did something. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((done) => this.#waiting.add({ check, done }));
  }

  positionOf(index: number): [number, number, number] {
    const [x, y, z] = this.#frame.positions.subarray(3 * index, 3 * index + 3);
    return [x, y, z];
  }

  /** Sends the graph that was held back. */
  release(): void {
    this.#held = false;
    for (const socket of this.#sockets.keys()) this.#sendGraph(socket);
    this.q1.push(this.#frame);
    this.#sendStatus();
  }

  drop(code: number, reason: string): void {
    for (const socket of this.#sockets.keys()) socket.close(code, reason);
  }

  sendText(text: string): void {
    for (const [socket, { subscribed }] of this.#sockets) if (subscribed) socket.send(text);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets.keys()) socket.close(1001, "stopping");
    await this.until(() => this.#sockets.size === 0);
    await this.#server.shutdown();
  }

  #noticed(): void {
    for (const waiter of this.#waiting) {
      if (!waiter.check()) continue;
      this.#waiting.delete(waiter);
      waiter.done();
    }
  }

  #tick(): void {
    const { frames = 60, graph } = this.#options;
    if (this.#held || this.#paused || this.#step >= frames) return;
    this.#step++;
    const kept = [...this.pins].map((id) => [id, this.positionOf(id)] as const);
    moveTo(graph, this.#step / frames, this.#frame);
    for (const [id, place] of kept) this.#frame.positions.set(place, 3 * id);
    this.#sendPositions();
    if (this.#step % 10 === 0 || this.#step === frames) this.#sendStatus();
  }

  #sendPositions(): void {
    const bytes = positionUpdate.encode(this.#frame);
    for (const socket of this.#sockets.keys()) {
      if (socket.readyState === WebSocket.OPEN && !this.q1.has(socket)) socket.send(bytes);
    }
    this.q1.push(this.#frame);
    this.#noticed();
  }

  #sendGraph(socket: WebSocket): void {
    if (!this.#held && !this.q1.has(socket)) socket.send(encodeFullGraph(this.#frame, this.#options.graph.edges));
  }

  status(): StatusData {
    const { frames = 60, graph } = this.#options, count = graph.labels.length;
    const moving = this.#held ? "preparing" : this.#paused ? "paused" : this.#step < frames ? "moving" : "settled";
    return {
      state: moving,
      ...(this.#held ? { detail: "Placing nodes", done: Math.floor(count / 3), total: count } : {}),
      ...{ engine: "cpu", engineDetail: "2 threads", engineReason: "No GPU was found, so the CPU does it." },
      ...{
        step: this.#step,
        alpha: 0.1,
        stepMs: 4.2,
        stepsPerSecond: 30,
        rateHz: 30,
        askedHz: 60,
        participant: 1,
        watchers: this.#sockets.size,
      },
    };
  }

  #sendStatus(): void {
    this.sendText(JSON.stringify({ type: "status", data: this.status() }));
  }

  #sendPins(): void {
    this.sendText(JSON.stringify({ type: "pins", data: { ids: [...this.pins] } }));
  }

  #connect(request: Request): Response {
    const { spoken = ["v4"] as const, graph } = this.#options;
    const offered = offeredProtocols(request.headers.get("Sec-WebSocket-Protocol"));
    const chosen = negotiate(offered, undefined, { spoken, nodeCount: graph.labels.length });
    if (!chosen.ok) return fail(400, "unknown_protocol", chosen.reason);
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: chosen.protocol ?? "", idleTimeout: 0 });
    const peer = { subscribed: false };
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#sockets.set(socket, peer);
      if (chosen.dialect === "q1") this.#joinQ1(socket);
      this.#sendGraph(socket);
      this.#noticed();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        if (parseClientText(data).type !== "subscribe") return;
        peer.subscribed = true;
        this.#sendStatus();
        this.#sendPins();
      } else if (data instanceof ArrayBuffer) this.#receiveBytes(socket, new Uint8Array(data));
      this.#noticed();
    };
    socket.onclose = () => {
      this.#sockets.delete(socket);
      this.q1.leave(socket);
      this.#noticed();
    };
    return response;
  }

  /** What lies still is not pushed by the clock: whoever comes is shown it at once. */
  #joinQ1(socket: WebSocket): void {
    if (!this.#held && this.q1.pushed.size === 0) this.q1.push(this.#frame);
    this.q1.join(socket);
  }

  #receiveBytes(socket: WebSocket, bytes: Uint8Array): void {
    if (this.q1.has(socket) && bytes[0] !== V4_VERSION) this.q1.receive(socket, bytes);
    else this.#receive(socket, decodeV4(bytes));
  }

  #receive(socket: WebSocket, message: V4Message): void {
    this.received.push(message);
    if (message.type === "heartbeat") socket.send(encodeHeartbeat(message.timeMs, { reply: true }));
    if (message.type !== "nodeDrag") return;
    const { id, x, y, z, phase } = message;
    this.#frame.positions.set([x, y, z], 3 * id);
    this.#sendPositions();
    if (phase !== "end") return;
    this.pins.add(id);
    this.#sendPins();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ws") {
      const known = searchParams.get("token") === TOKEN && !this.expired;
      return known ? this.#connect(request) : fail(401, "token_expired", "Your session has expired. Sign in again.");
    }
    return pathname.startsWith("/api/") ? await this.#api(request) : await this.#file(pathname);
  }

  async #file(pathname: string): Promise<Response> {
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const headers = { "Content-Type": contentType(path), "Content-Security-Policy": PAGE_POLICY };
      return new Response(await Deno.readFile(this.#options.page + path), { headers });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Response("not found", { status: 404 });
      throw error;
    }
  }

  async #api(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url), { graph, role = "admin" } = this.#options;
    if (pathname === "/api/health") return Response.json(this.#health());
    if (pathname === "/api/auth/login") return login(await request.json());
    if (this.expired || request.headers.get("Authorization") !== `Bearer ${TOKEN}`) {
      return fail(401, "token_expired", "Your session has expired. Sign in again.");
    }
    if (pathname === "/api/session") return Response.json({ user: USER, role, expires_at: Date.now() + 3_600_000 });
    if (pathname === "/api/graph/labels") {
      const { labels, typeNames, types, degrees } = graph;
      return Response.json({ generation: 0, ids: [...labels.keys()], labels, typeNames, types, degrees });
    }
    if (pathname === "/api/graph/topology") return this.#held ? preparing() : topologyOf(this.#frame, graph.edges);
    if (pathname === "/api/path") {
      return Response.json(pathIn(graph, Number(searchParams.get("from")), Number(searchParams.get("to"))));
    }
    if (pathname === "/api/layout" && request.method === "GET") return Response.json(this.layout.describe());
    if (pathname === "/api/nodes") return Response.json(searchIn(graph, searchParams.get("search") ?? ""));
    if (request.method !== "GET" && role === "viewer") return fail(403, "forbidden", "Viewers may not do this.");
    if (pathname === "/api/layout") return this.#setLayout(await request.json());
    if (pathname === "/api/simulation") return this.#control(await request.json());
    const [, id, pin] = /^\/api\/nodes\/(\d+)(\/pin)?$/.exec(pathname) ?? [];
    if (id === undefined || Number(id) >= graph.labels.length) {
      return fail(404, "unknown_node", "There is no such node.");
    }
    if (pin !== undefined) return this.#pin(Number(id), await request.json());
    return Response.json({ ...detailsOf(graph, Number(id)), pinned: this.pins.has(Number(id)) });
  }

  #health() {
    const { name, labels, edges } = this.#options.graph, { engine, state } = this.status();
    return { status: "ok", name, nodes: labels.length, edges: edges.count, engine, state };
  }

  #pin(id: number, body: { pinned: boolean }): Response {
    if (body.pinned) this.pins.add(id);
    else this.pins.delete(id);
    this.#sendPins();
    this.#noticed();
    return new Response(null, { status: 204 });
  }

  #setLayout(body: Readonly<Record<string, unknown>>): Response {
    this.sendText(JSON.stringify(this.layout.change(body, USER)));
    this.#noticed();
    return Response.json(this.layout.describe());
  }

  #control(body: { action: string }): Response {
    this.actions.push(body.action);
    if (body.action === "pause" || body.action === "resume") this.#paused = body.action === "pause";
    if (body.action === "reset") this.#step = 0;
    this.#sendStatus();
    this.#noticed();
    return new Response(null, { status: 204 });
  }
}
