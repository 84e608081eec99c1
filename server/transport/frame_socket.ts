/** The seam between sessions and the two socket engines: nothing above it knows which one carries the bytes. */

/** One open WebSocket, as a session sees it. Every member is safe to call after the socket has closed. */
export interface FrameSocket {
  /** Accepts one message. The bytes are not copied: leave them unchanged from here on. */
  send(data: Uint8Array | string): void;
  /** Bytes accepted by `send` that the kernel has not taken yet; falls by whole messages. 0 once the socket is not open. */
  readonly bufferedBytes: number;
  /** Asks for an `onPong`. */
  ping(): void;
  /**
   * Who answers a ping. `runtime`: it watches its peers itself and shows none of their pongs, so an open socket answers at
   * once, and how long that took says nothing.
   */
  readonly pongs: "peer" | "runtime";
  /** Starts the closing handshake. `code` 1000, 1001, 1008, 1009, 1011 or 3000–4999; `reason` is cut at 123 bytes of UTF-8. */
  close(code: number, reason: string): void;
  /** Drops the connection at once. */
  terminate(): void;
}

/**
 * What a session wants to hear. `onClose` is called exactly once, and last. A callback that throws costs its own
 * socket (1011) and nothing else.
 */
export interface SocketListener {
  /** A view at any byte offset. Not called any more once `close` or `terminate` was. */
  onMessage(data: Uint8Array | string): void;
  onPong(): void;
  /** The peer sends more often than is taken, and is being closed with 1008. */
  onFlood?(): void;
  /** The peer's code, or what the connection broke the protocol by; 1006 when it simply went, 1005 when it gave none. */
  onClose(code: number, reason: string): void;
}

/** The handshake, before it is answered. */
export interface UpgradeRequest {
  readonly url: URL;
  readonly headers: Headers;
  readonly remoteAddress: string;
}

export type UpgradeDecision =
  | {
    readonly accept: true;
    /** Subprotocol to answer with; must be one the client offered. */
    readonly protocol?: string;
    /** Messages above this close the socket with 1009. */
    readonly maxMessageBytes: number;
    readonly open: (socket: FrameSocket) => SocketListener;
  }
  | { readonly accept: false; readonly response: Response };

/** Every one has its default in `limits.ts`. */
export interface TransportTimeouts {
  /** From connecting to the last header (`ws` only). */
  readonly headerMs: number;
  /** From the first to the last byte of a request, body included; also a response that its peer does not read (`ws` only). */
  readonly requestMs: number;
  /** How long `upgrade` may think before the client gets a 503. */
  readonly handshakeMs: number;
  /** How long a closing handshake, or a response in flight when the server closes, may take before it is cut. */
  readonly closeMs: number;
  /** How often the runtime pings a silent peer (`deno` only); one that is silent for twice as long is closed. */
  readonly heartbeatMs: number;
}

export interface FrameServerOptions {
  readonly hostname: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly fetch: (request: Request, remoteAddress: string) => Response | Promise<Response>;
  readonly upgrade: (request: UpgradeRequest) => UpgradeDecision | Promise<UpgradeDecision>;
  readonly timeouts?: Partial<TransportTimeouts>;
  /** Other isolates of this process listen on the port as well; the system deals the connections out. */
  readonly isShared?: boolean;
  /** Milliseconds that never go back; `performance.now` where not said. */
  readonly now?: () => number;
  /** From 0 up to 1; `Math.random` where not said. */
  readonly random?: () => number;
  /** Hears what `fetch`, `upgrade` or a listener threw: the peer has been answered 500 or 1011. Default: `console.error`. */
  readonly onFault?: (error: unknown) => void;
}

export interface FrameServer {
  /** As asked for. */
  readonly hostname: string;
  /** As bound. */
  readonly port: number;
  /**
   * Stops accepting, closes sockets that are still open with 1001, lets responses in flight end, and resolves when the
   * port is free: after twice `closeMs` at most.
   */
  close(): Promise<void>;
}

/** Opens a listening server; rejects with `PortInUseError` when the port is taken. */
export type OpenFrameServer = (options: FrameServerOptions) => Promise<FrameServer>;

export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(readonly hostname: string, readonly port: number) {
    super(`Port ${port} on ${hostname} is in use.`);
  }
}
