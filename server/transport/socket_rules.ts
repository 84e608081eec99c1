/** What a session may rely on, whichever engine carries its socket. */

import { comeBackAfterS, stoppingReason } from "../come_back.ts";
import { LIMITS } from "../limits.ts";
import { TokenBucket } from "../rate.ts";
import type { FrameSocket, SocketListener, UpgradeDecision } from "./frame_socket.ts";

/** What the sockets of one server have in common. */
export interface GuardOptions {
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
  /** Called once for every socket, just before its listener's `onClose`. */
  readonly onGone: (socket: FrameSocket) => void;
}

type Open = Extract<UpgradeDecision, { accept: true }>["open"];

const PACE = { burst: LIMITS.socketBurst.value, perMinute: 60 * LIMITS.socketMessages.value };

/**
 * Opens the session's listener; what comes from it passes `onClose` on once, nothing after it, and never throws. A peer
 * that sends more often than any client has reason to is closed with 1008, so that it does not take the loop from the
 * others.
 */
export class GuardedListener implements SocketListener {
  readonly #pace = new TokenBucket(PACE);
  #listener: SocketListener | undefined;
  #isOver = false;
  #isFlooding = false;

  constructor(private readonly socket: FrameSocket, open: Open, private readonly options: GuardOptions) {
    this.#attempt(() => this.#listener = open(socket));
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.options.onFault(error);
      this.socket.close(1011, "Internal error.");
    }
  }

  /** Whether one more may pass. */
  #isPaced(): boolean {
    if (this.#isOver || this.#isFlooding) return false;
    const waitMs = this.#pace.take(this.options.now());
    if (waitMs === 0) return true;
    this.#isFlooding = true;
    this.onFlood();
    const retryAfterS = (waitMs / 1000).toFixed(3), most = LIMITS.socketMessages.value;
    this.socket.close(1008, `Too many messages: at most ${most} a second are taken; retry_after=${retryAfterS}.`);
    return false;
  }

  onMessage(data: Uint8Array | string): void {
    if (this.#isPaced()) this.#attempt(() => this.#listener?.onMessage(data));
  }

  /** Also where another isolate has counted, and closes it. */
  onFlood(): void {
    this.#attempt(() => this.#listener?.onFlood?.());
  }

  /** Counted like a message; where the runtime answers pings unseen (`deno`) they are not. */
  onPing(): void {
    this.#isPaced();
  }

  onPong(): void {
    if (this.#isPaced()) this.#attempt(() => this.#listener?.onPong());
  }

  onClose(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.options.onGone(this.socket);
    this.#attempt(() => this.#listener?.onClose(code, reason));
  }
}

/** The sockets of one server, so that it can close them all. */
export class OpenSockets {
  readonly #sockets = new Set<FrameSocket>();
  #whenEmpty: (() => void) | undefined;

  add(socket: FrameSocket): void {
    this.#sockets.add(socket);
  }

  delete(socket: FrameSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#whenEmpty?.();
  }

  /**
   * Closes every socket that is still open with 1001 and a moment to come back at; waits until all are gone. Each engine
   * bounds its closing handshakes.
   */
  async closeAll(random: () => number): Promise<void> {
    for (const socket of this.#sockets) socket.close(1001, stoppingReason(comeBackAfterS(random)));
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => this.#whenEmpty = resolve);
  }
}

const MAX_REASON_BYTES = 123;

/** A close reason that fits its frame, cut between characters. */
export function cutReason(reason: string): string {
  const buffer = new Uint8Array(MAX_REASON_BYTES);
  const { read } = new TextEncoder().encodeInto(reason, buffer);
  return reason.slice(0, read);
}

/** Waits for `work`, but no longer than `ms`; true when it was done in time. */
export async function doneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
