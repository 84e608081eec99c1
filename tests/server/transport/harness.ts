import assert from "node:assert/strict";
import type {
  FrameServer,
  FrameServerOptions,
  FrameSocket,
  OpenFrameServer,
  UpgradeRequest,
} from "../../../server/transport/frame_socket.ts";

/** Values in order of arrival, waited for one by one. */
export class Mailbox<T> {
  readonly #values: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  push(value: T): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#values.push(value);
    else next(value);
  }

  next(): Promise<T> {
    const value = this.#values.shift();
    return value === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(value);
  }

  get size(): number {
    return this.#values.length;
  }
}

/** One accepted socket, as its session saw it. */
export interface Session {
  readonly request: UpgradeRequest;
  readonly socket: FrameSocket;
  readonly messages: Mailbox<Uint8Array | string>;
  readonly pongs: Mailbox<true>;
  readonly closed: Promise<{ code: number; reason: string }>;
  closeCount: number;
}

export interface Harness {
  readonly server: FrameServer;
  readonly port: number;
  readonly sessions: Mailbox<Session>;
  /** All accepted so far. */
  readonly all: readonly Session[];
  readonly faults: unknown[];
}

export interface Setup extends Partial<FrameServerOptions> {
  readonly maxMessageBytes?: number;
  readonly chooseProtocol?: (request: UpgradeRequest) => string | undefined;
  readonly onFlood?: () => void;
  /** In place of recording the message. */
  readonly onMessage?: (session: Session, data: Uint8Array | string) => void;
}

/** Runs `body` against a server of its own; afterwards every session must have ended, once. */
export async function withServer(
  open: OpenFrameServer,
  setup: Setup,
  body: (harness: Harness) => Promise<void>,
): Promise<void> {
  const sessions = new Mailbox<Session>(), all: Session[] = [], faults: unknown[] = [];
  const server = await open({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("plain"),
    onFault: (error) => faults.push(error),
    upgrade: (request) => ({
      accept: true,
      protocol: setup.chooseProtocol?.(request),
      maxMessageBytes: setup.maxMessageBytes ?? 1 << 20,
      open: (socket) => {
        const { session, end } = record(request, socket);
        all.push(session);
        sessions.push(session);
        return {
          onMessage: (data) => setup.onMessage ? setup.onMessage(session, data) : session.messages.push(data),
          onPong: () => session.pongs.push(true),
          onFlood: setup.onFlood,
          onClose: (code, reason) => {
            session.closeCount++;
            end({ code, reason });
          },
        };
      },
    }),
    ...setup,
    timeouts: { closeMs: 500, ...setup.timeouts },
  });
  try {
    await body({ server, port: server.port, sessions, all, faults });
  } finally {
    await server.close();
  }
  assert.deepEqual(all.map((session) => session.closeCount), all.map(() => 1));
}

function record(request: UpgradeRequest, socket: FrameSocket) {
  const { promise: closed, resolve: end } = Promise.withResolvers<{ code: number; reason: string }>();
  const session: Session = {
    request,
    socket,
    messages: new Mailbox(),
    pongs: new Mailbox(),
    closed,
    closeCount: 0,
  };
  return { session, end };
}

/** The runtime's own client, open. */
export async function connect(port: number, protocols: string[] = []): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`, protocols);
  client.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    client.onopen = resolve;
    client.onerror = reject;
  });
  return client;
}

export function nextMessage(client: WebSocket): Promise<Uint8Array | string> {
  return new Promise((resolve) => {
    client.addEventListener("message", ({ data }) => {
      resolve(typeof data === "string" ? data : new Uint8Array(data));
    }, { once: true });
  });
}

export function whenClosed(client: WebSocket): Promise<CloseEvent> {
  return new Promise((resolve) => client.addEventListener("close", resolve, { once: true }));
}

/** Seeded bytes, so that nothing that gets lost or swapped goes unseen. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = seed; at < length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
