/**
 * The runtime's own sockets: `Deno.serve` and `Deno.upgradeWebSocket`. Right for one's own machine, not for strangers:
 * it sets no limit on fragments or on the time headers take, and cannot drop a peer that does not read.
 */

import { Buffer } from "node:buffer";
import {
  type FrameServer,
  type FrameServerOptions,
  type FrameSocket,
  PortInUseError,
  type SocketListener,
  type TransportTimeouts,
  type UpgradeDecision,
} from "./frame_socket.ts";
import {
  clockOf,
  decideUpgrade,
  faultReporter,
  isHost,
  MALFORMED_ADDRESS,
  plainAddress,
  plainResponse,
  resolveTimeouts,
} from "./handshake.ts";
import { hideQueries, outsideOfSpans } from "../trace.ts";
import { cutReason, doneWithin, GuardedListener, type GuardOptions, OpenSockets } from "./socket_rules.ts";

type Accepted = Extract<UpgradeDecision, { accept: true }>;
type Info = Deno.ServeHandlerInfo<Deno.NetAddr>;

/** @throws {PortInUseError} when the port is taken. */
export async function openDenoServer(options: FrameServerOptions): Promise<FrameServer> {
  hideQueries();
  const timeouts = resolveTimeouts(options.timeouts);
  const sockets = new OpenSockets();
  const guard: GuardOptions = {
    now: clockOf(options),
    onFault: faultReporter(options),
    onGone: (socket) => sockets.delete(socket),
  };
  let closed: Promise<void> | undefined;

  const answerUpgrade = async (request: Request, remoteAddress: string): Promise<Response> => {
    // A copy: the runtime's own headers cannot be read any more once the socket is open.
    const asked = { url: new URL(request.url), headers: new Headers(request.headers), remoteAddress };
    const decision = await decideUpgrade(options, asked, timeouts);
    if (!decision.accept) return decision.response;
    if (closed !== undefined) return plainResponse(503, "The server is stopping.");
    return outsideOfSpans(() => upgrade(request, decision, { timeouts, sockets, guard }));
  };
  const answer = async (request: Request, info: Info): Promise<Response> => {
    const remoteAddress = plainAddress(info.remoteAddr.hostname);
    if (!isHost(request.headers.get("host")) || !URL.canParse(request.url)) {
      return plainResponse(400, MALFORMED_ADDRESS);
    }
    const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    return isUpgrade ? await answerUpgrade(request, remoteAddress) : await options.fetch(request, remoteAddress);
  };
  const server = await listen(options, answer);
  const close = async (): Promise<void> => {
    await sockets.closeAll(options.random ?? Math.random);
    // Shutting down frees the port at once; a peer that does not read its response would be waited for without end.
    await doneWithin(server.shutdown(), timeouts.closeMs);
  };
  return { hostname: options.hostname, port: server.addr.port, close: () => closed ??= close() };
}

// Async, so that a port in use rejects instead of throwing.
// deno-lint-ignore require-await
async function listen(
  options: FrameServerOptions,
  answer: (request: Request, info: Info) => Promise<Response>,
): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const { hostname, port, isShared } = options, onFault = faultReporter(options);
  const onError = (error: unknown): Response => {
    onFault(error);
    return plainResponse(500, "Internal error.");
  };
  try {
    return Deno.serve({ hostname, port, reusePort: isShared, onError, onListen: () => {} }, answer);
  } catch (error) {
    throw error instanceof Deno.errors.AddrInUse ? new PortInUseError(hostname, port) : error;
  }
}

interface Surroundings {
  readonly timeouts: TransportTimeouts;
  readonly sockets: OpenSockets;
  readonly guard: GuardOptions;
}

function upgrade(request: Request, decision: Accepted, { timeouts, sockets, guard }: Surroundings): Response {
  let upgraded: Deno.WebSocketUpgrade;
  try {
    const idleTimeout = 2 * timeouts.heartbeatMs / 1000;
    upgraded = Deno.upgradeWebSocket(request, { protocol: decision.protocol, idleTimeout });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return plainResponse(400, `Not a WebSocket handshake: ${error.message}`);
  }
  const { socket, response } = upgraded;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    const frameSocket = new DenoSocket(socket, timeouts.closeMs);
    sockets.add(frameSocket);
    frameSocket.listener = new GuardedListener(frameSocket, decision.open, guard);
    socket.onmessage = ({ data }) => frameSocket.receive(data, decision.maxMessageBytes);
    // The runtime may report the end of one socket twice; the listener is guarded against that.
    socket.onclose = ({ code, reason }) => frameSocket.end(code, reason);
  };
  return response;
}

class DenoSocket implements FrameSocket {
  readonly pongs = "runtime";
  listener: SocketListener | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #isTooLong = false;

  constructor(private readonly socket: WebSocket, private readonly closeMs: number) {}

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(data: Uint8Array | string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (typeof data === "string") return this.socket.send(data);
    // The runtime refuses shared memory, so that is copied; the rest is not.
    const { buffer, byteOffset, byteLength } = data;
    this.socket.send(buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : data.slice());
  }

  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.listener?.onPong());
  }

  close(code: number, reason: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.close(code, cutReason(reason));
    this.#closeTimer = setTimeout(() => this.end(0, ""), this.closeMs);
  }

  /** The session is rid of the peer at once; the runtime keeps the connection until the peer reads on or goes. */
  terminate(): void {
    this.close(1001, "");
    queueMicrotask(() => this.end(0, ""));
  }

  receive(data: unknown, maxBytes: number): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const message = data instanceof ArrayBuffer ? new Uint8Array(data) : String(data);
    const length = typeof message === "string" ? Buffer.byteLength(message) : message.byteLength;
    if (length <= maxBytes) return this.listener?.onMessage(message);
    this.#isTooLong = true;
    this.close(1009, "");
  }

  /** The runtime says 0 for a connection that broke, and 1005 for one that broke while it was being closed. */
  end(code: number, reason: string): void {
    const isBroken = code === 0 || (code === 1005 && this.#closeTimer !== undefined);
    clearTimeout(this.#closeTimer);
    if (this.#isTooLong) this.listener?.onClose(1009, "Max payload size exceeded");
    else this.listener?.onClose(isBroken ? 1006 : code, reason);
  }
}
