/** node:http and npm:ws: limits that hold while bytes arrive, and a `terminate` that does. For everybody else's machines. */

import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
// @ts-types="@types/ws"
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { LIMITS } from "../limits.ts";
import { hideQueries, withinSpanOf } from "../trace.ts";
import {
  type FrameServer,
  type FrameServerOptions,
  type FrameSocket,
  PortInUseError,
  type TransportTimeouts,
  type UpgradeDecision,
  type UpgradeRequest,
} from "./frame_socket.ts";
import {
  clockOf,
  decideUpgrade,
  faultReporter,
  isHost,
  MALFORMED_ADDRESS,
  plainAddress,
  plainResponse,
  refuse,
  resolveTimeouts,
} from "./handshake.ts";
import { cutReason, doneWithin, GuardedListener, OpenSockets } from "./socket_rules.ts";

type Accepted = Extract<UpgradeDecision, { accept: true }>;

/** @throws {PortInUseError} when the port is taken. */
export async function openNodeServer(options: FrameServerOptions): Promise<FrameServer> {
  hideQueries();
  const timeouts = resolveTimeouts(options.timeouts), onFault = faultReporter(options);
  const sockets = new OpenSockets(), connections = new Set<Socket>();
  const acceptUpgrade = upgradeAcceptor({ timeouts, sockets, now: clockOf(options), onFault });
  let closed: Promise<void> | undefined;

  const answerUpgrade = async (incoming: IncomingMessage, head: Buffer): Promise<void> => {
    // Until the WebSocket takes over, a reset would otherwise be an unheard error event.
    incoming.socket.on("error", destroyOnError);
    const request = upgradeRequest(incoming);
    const decision = request === undefined
      ? refuse(400, MALFORMED_ADDRESS)
      : await decideUpgrade(options, request, timeouts);
    if (!decision.accept) await sendRefusal(incoming.socket, decision.response);
    else if (closed !== undefined) await sendRefusal(incoming.socket, plainResponse(503, "The server is stopping."));
    else acceptUpgrade(incoming, head, decision);
  };
  const http = createHttpServer(options, timeouts);
  function forget(this: Socket): void {
    connections.delete(this);
  }
  http.on("connection", (connection: Socket) => {
    connections.add(connection);
    connection.on("close", forget);
  });
  http.on("upgrade", (incoming: IncomingMessage, _stream, head: Buffer) => {
    answerUpgrade(incoming, head).catch(onFault);
  });
  const port = await listen(http, options);
  // Such as no file descriptors left: the next connection may find one again.
  http.on("error", onFault);
  const close = async (): Promise<void> => {
    const free = new Promise<void>((resolve) => http.close(() => resolve()));
    await sockets.closeAll(options.random ?? Math.random);
    if (await doneWithin(free, timeouts.closeMs)) return;
    for (const connection of connections) connection.destroy();
    await free;
  };
  return { hostname: options.hostname, port, close: () => closed ??= close() };
}

function createHttpServer(options: FrameServerOptions, { headerMs, requestMs }: TransportTimeouts): Server {
  const onFault = faultReporter(options);
  const listener = getRequestListener(
    (request, { incoming, outgoing }) => {
      const remoteAddress = plainAddress(incoming.socket.remoteAddress ?? "");
      return withinSpanOf(outgoing, () => options.fetch(request, remoteAddress));
    },
    {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        if (error instanceof RequestError) return plainResponse(400, MALFORMED_ADDRESS);
        onFault(error);
        return plainResponse(500, "Internal error.");
      },
    },
  );
  const server = createServer({
    headersTimeout: headerMs,
    requestTimeout: Math.max(headerMs, requestMs),
    connectionsCheckingInterval: Math.min(1000, headerMs / 2),
    maxHeaderSize: LIMITS.headerBytes.value,
    noDelay: true,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  }, (incoming, outgoing) => {
    // A response that its peer does not read. Not set for the server: every WebSocket would keep the timer it began with.
    incoming.socket.setTimeout(requestMs);
    return listener(incoming, outgoing);
  });
  server.maxConnections = LIMITS.connections.value;
  return server;
}

async function listen(server: Server, { hostname, port, isShared = false }: FrameServerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject("code" in error && error.code === "EADDRINUSE" ? new PortInUseError(hostname, port) : error);
    });
    server.listen({ host: hostname, port, reusePort: isShared }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server has no TCP address.");
  return address.port;
}

/** `undefined` when Host or target would not make one address, so that nothing is read from either. */
function upgradeRequest({ url: target, rawHeaders, socket }: IncomingMessage): UpgradeRequest | undefined {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at], rawHeaders[at + 1]);
  const host = headers.get("host"), text = `http://${host}${target}`;
  if (!isHost(host) || !target?.startsWith("/") || !URL.canParse(text)) return undefined;
  return { url: new URL(text), headers, remoteAddress: plainAddress(socket.remoteAddress ?? "") };
}

/** A whole HTTP response in place of the upgrade, so that the client can read why. */
async function sendRefusal(connection: Socket, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const lines = [`HTTP/1.1 ${response.status} ${response.statusText || (STATUS_CODES[response.status] ?? "")}`];
  for (const [name, value] of response.headers) {
    if (!["connection", "content-length", "transfer-encoding"].includes(name)) lines.push(`${name}: ${value}`);
  }
  lines.push(`content-length: ${body.byteLength}`, "connection: close", "", "");
  connection.end(Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), body]), () => connection.destroy());
}

interface Surroundings {
  readonly timeouts: TransportTimeouts;
  readonly sockets: OpenSockets;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

function destroyOnError(this: Socket): void {
  this.destroy();
}

type AcceptUpgrade = (incoming: IncomingMessage, head: Buffer, decision: Accepted) => void;

function upgradeAcceptor({ timeouts, sockets, now, onFault }: Surroundings): AcceptUpgrade {
  // npm:ws knows its message limit and its subprotocol choice per server, so there is one server per distinct limit.
  const servers = new Map<number, WebSocketServer>();
  const decisions = new WeakMap<IncomingMessage, Accepted>();
  const serverFor = (maxPayload: number): WebSocketServer => {
    const known = servers.get(maxPayload);
    if (known !== undefined) return known;
    // A variable, because the published types do not know `closeTimeout` yet.
    const serverOptions = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // One message a turn of the loop: a peer that sends thousands at once does not keep it from the others.
      allowSynchronousEvents: false,
      maxPayload,
      maxFragments: LIMITS.messageFragments.value,
      closeTimeout: timeouts.closeMs,
      handleProtocols: (_offered: Set<string>, incoming: IncomingMessage) => decisions.get(incoming)?.protocol ?? false,
    };
    const created = new WebSocketServer(serverOptions);
    servers.set(maxPayload, created);
    return created;
  };
  const guard = { now, onFault, onGone: (socket: FrameSocket) => sockets.delete(socket) };
  return (incoming, head, decision) => {
    const { socket: connection } = incoming, { open, maxMessageBytes } = decision;
    decisions.set(incoming, decision);
    serverFor(maxMessageBytes).handleUpgrade(incoming, connection, head, (ws) => {
      connection.off("error", destroyOnError);
      const socket = new NodeSocket(ws, connection);
      sockets.add(socket);
      listenTo(ws, new GuardedListener(socket, open, guard), { connection, maxMessageBytes });
    });
  };
}

interface Below {
  readonly connection: Socket;
  readonly maxMessageBytes: number;
}

/** Outside of the handshake, so that what is listened with does not keep the request for as long as the socket is open. */
function listenTo(ws: WebSocket, listener: GuardedListener, { connection, maxMessageBytes }: Below): void {
  let violation: { code: number; reason: string } | undefined, unread = 0;
  const unlessClosing = (act: () => void): void => {
    if (ws.readyState === WebSocket.OPEN) act();
    else if (++unread > LIMITS.unreadMessages.value) ws.pause();
  };
  ws.on("message", (data, isBinary) => {
    unlessClosing(() => listener.onMessage(isBinary ? bytesOf(data) : textOf(data)));
  });
  ws.on("ping", () => unlessClosing(() => listener.onPing()));
  ws.on("pong", () => unlessClosing(() => listener.onPong()));
  ws.on("error", (error) => {
    violation = violationOf(error);
    dropAfter(maxMessageBytes, connection);
  });
  ws.on("close", (code, reason) => {
    listener.onClose(violation?.code ?? code, violation?.reason ?? reason.toString());
  });
}

/**
 * Reads and forgets up to `maxBytes`, then resets. Resetting at once could cost the peer the close frame that says what
 * was wrong; reading on without end would be a gift to whoever pours.
 */
function dropAfter(maxBytes: number, connection: Socket): void {
  let left = maxBytes;
  connection.on("data", (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) connection.resetAndDestroy();
  });
}

/** The close code npm:ws has sent for what the peer did; `undefined` where the connection itself failed. */
function violationOf(error: Error): { code: number; reason: string } | undefined {
  const name = "code" in error ? String(error.code) : "";
  if (!name.startsWith("WS_ERR_")) return undefined;
  const reason = error.message;
  if (name === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return { code: 1009, reason };
  if (name === "WS_ERR_TOO_MANY_BUFFERED_PARTS") return { code: 1008, reason };
  return { code: name === "WS_ERR_INVALID_UTF8" ? 1007 : 1002, reason };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
}

function textOf(data: RawData): string {
  const { buffer, byteOffset, byteLength } = bytesOf(data);
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

class NodeSocket implements FrameSocket {
  readonly pongs = "peer";

  constructor(private readonly ws: WebSocket, private readonly connection: Socket) {}

  get bufferedBytes(): number {
    return this.ws.readyState === WebSocket.OPEN ? this.ws.bufferedAmount : 0;
  }

  send(data: Uint8Array | string): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.send(data);
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.ping();
  }

  close(code: number, reason: string): void {
    this.ws.close(code, cutReason(reason));
  }

  /** By reset, so that the kernel frees what the peer has not read as well. */
  terminate(): void {
    this.connection.resetAndDestroy();
  }
}
