import type { FrameSocket } from "../../server/transport/frame_socket.ts";

/** A socket whose peer reads only when told to: sent bytes stay buffered until `drain`. */
export class FakeSocket implements FrameSocket {
  readonly sent: (Uint8Array | string)[] = [];
  readonly closes: { code: number; reason: string }[] = [];
  pings = 0;
  isTerminated = false;
  bufferedBytes = 0;
  pongs: "peer" | "runtime" = "peer";

  /** `reading`: the kernel takes everything at once. `stuck`: nothing, until `drain`. */
  constructor(public peer: "reading" | "stuck" = "reading") {}

  get isOpen(): boolean {
    return !this.isTerminated && this.closes.length === 0;
  }

  send(data: Uint8Array | string): void {
    if (!this.isOpen) return;
    this.sent.push(data);
    if (this.peer === "stuck") this.bufferedBytes += toBytes(data).byteLength;
  }

  ping(): void {
    if (this.isOpen) this.pings++;
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.closes.push({ code, reason });
    this.bufferedBytes = 0;
  }

  terminate(): void {
    this.isTerminated = true;
    this.bufferedBytes = 0;
  }

  /** The peer reads `bytes` of what is buffered; everything if not said. */
  drain(bytes = this.bufferedBytes): void {
    this.bufferedBytes = Math.max(0, this.bufferedBytes - bytes);
  }
}

function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}
