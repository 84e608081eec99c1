/** What a session may rely on, whichever engine carries its socket. */

import { LIMITS } from "../limits.ts";
import { TokenBuckets } from "../rate.ts";
import type { FrameSocket, SocketListener } from "./frame_socket.ts";

export interface GuardOptions {
  readonly open: (socket: FrameSocket) => SocketListener;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
  /** Called once, just before the listener's `onClose`. */
  readonly onGone: () => void;
}

export interface GuardedListener extends SocketListener {
  /** Counted like a message; where the runtime answers pings unseen (`deno`) they are not. */
  onPing(): void;
}

/**
 * Opens the session's listener; what comes back passes `onClose` on once, nothing after it, and never throws. A peer that
 * sends more often than any client has reason to is closed with 1008, so that it does not take the loop from the others.
 */
export function guardListener(socket: FrameSocket, { open, now, onFault, onGone }: GuardOptions): GuardedListener {
  const perSecond = LIMITS.socketMessages.value;
  const pace = new TokenBuckets({ burst: LIMITS.socketBurst.value, perMinute: 60 * perSecond, maxKeys: 1 });
  let listener: SocketListener | undefined, isOver = false, isFlooding = false;
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      onFault(error);
      socket.close(1011, "Internal error.");
    }
  };
  /** Whether one more may pass. */
  const isPaced = (): boolean => {
    if (isOver || isFlooding) return false;
    const waitMs = pace.take("", now());
    if (waitMs === 0) return true;
    isFlooding = true;
    attempt(() => listener?.onFlood?.());
    const retryAfterS = (waitMs / 1000).toFixed(3);
    socket.close(1008, `Too many messages: at most ${perSecond} a second are taken; retry_after=${retryAfterS}.`);
    return false;
  };
  attempt(() => listener = open(socket));
  return {
    onMessage: (data) => {
      if (isPaced()) attempt(() => listener?.onMessage(data));
    },
    // Another isolate has counted, and closes it.
    onFlood: () => attempt(() => listener?.onFlood?.()),
    onPing: () => void isPaced(),
    onPong: () => {
      if (isPaced()) attempt(() => listener?.onPong());
    },
    onClose: (code, reason) => {
      if (isOver) return;
      isOver = true;
      onGone();
      attempt(() => listener?.onClose(code, reason));
    },
  };
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
   * Closes every socket with 1001, each with another moment to come back at, so that the next server is not met by all at
   * once; waits until all are gone. Each engine bounds its closing handshakes.
   */
  async closeAll(): Promise<void> {
    const { size } = this.#sockets, [earliestMs, latestMs] = [LIMITS.returnAfterMs.value, LIMITS.returnWithinMs.value];
    let at = 0;
    for (const socket of this.#sockets) {
      const waitMs = earliestMs + (latestMs - earliestMs) * (at++ / size);
      socket.close(1001, `The server is stopping; retry_after=${(waitMs / 1000).toFixed(3)}.`);
    }
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
