import type { SocketListeners } from "../../web/connection/raw_socket.ts";

/** A socket whose other end is the test. */
export class FakeRawSocket {
  readonly sent: (string | Uint8Array<ArrayBuffer>)[] = [];
  closed: { code: number; reason: string } | undefined;
  constructor(readonly url: string, readonly subprotocols: readonly string[], readonly listeners: SocketListeners) {}
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(data);
  }
  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
  binary(): Uint8Array<ArrayBuffer>[] {
    return this.sent.filter((data) => typeof data !== "string");
  }
}
