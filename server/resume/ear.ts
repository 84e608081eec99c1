import type { FrameSocket, SocketListener } from "../transport/frame_socket.ts";

/** A session that may go on over another socket. */
export interface Listening extends Omit<SocketListener, "onFlood"> {
  onFlood(): void;
  readonly line: { carries(socket: FrameSocket): boolean };
}

/** Hears one socket for a session, as long as that is the session's: what an older one still says is passed over. */
export class Ear implements SocketListener {
  constructor(private readonly session: Listening, private readonly socket: FrameSocket) {}

  get #isCurrent(): boolean {
    return this.session.line.carries(this.socket);
  }

  onMessage(data: Uint8Array | string): void {
    if (this.#isCurrent) this.session.onMessage(data);
  }

  onPong(): void {
    if (this.#isCurrent) this.session.onPong();
  }

  onFlood(): void {
    if (this.#isCurrent) this.session.onFlood();
  }

  onClose(code: number, reason: string): void {
    if (this.#isCurrent) this.session.onClose(code, reason);
  }
}
