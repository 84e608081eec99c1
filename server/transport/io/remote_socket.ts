import { LIMITS } from "../../limits.ts";
import type { FrameSocket, SocketListener } from "../frame_socket.ts";
import { byteLength, type Parcel, type ToWorker } from "./messages.ts";

/** What was taken is told in sums of so much, and not for every message. */
const TOLD_BYTES = LIMITS.unheardBytes.value / 4;

/** What leaves for one worker: messages of one turn of the loop together, each with all its sockets. */
export class Mail {
  #parcels: { data: Uint8Array | string; sockets: number[] }[] = [];

  constructor(private readonly worker: Pick<Worker, "postMessage">) {}

  send(socket: number, data: Uint8Array | string): void {
    if (this.#parcels.length === 0) queueMicrotask(() => this.flush());
    const last = this.#parcels.at(-1);
    if (last?.data === data) last.sockets.push(socket);
    else this.#parcels.push({ data, sockets: [socket] });
  }

  tell(message: ToWorker): void {
    this.flush();
    this.worker.postMessage(message);
  }

  flush(): void {
    if (this.#parcels.length === 0) return;
    // A view takes the whole buffer that it looks at along.
    const parcels = this.#parcels.map(({ data, sockets }): Parcel => ({ data: alone(data), sockets }));
    this.#parcels = [];
    this.worker.postMessage({ kind: "send", parcels } satisfies ToWorker);
  }
}

function alone(data: Uint8Array | string): Uint8Array | string {
  return typeof data === "string" || data.byteLength === data.buffer.byteLength ? data : data.slice();
}

/** A socket that is carried by another isolate. */
export class RemoteSocket implements FrameSocket {
  listener: SocketListener | undefined;
  #given = 0;
  #taken = 0;
  #heard = 0;
  #isOpen = true;

  constructor(private readonly number: number, readonly pongs: "peer" | "runtime", private readonly mail: Mail) {}

  get bufferedBytes(): number {
    return this.#isOpen ? this.#given - this.#taken : 0;
  }

  send(data: Uint8Array | string): void {
    if (!this.#isOpen) return;
    this.#given += byteLength(data);
    this.mail.send(this.number, data);
  }

  ping(): void {
    if (this.#isOpen) this.mail.tell({ kind: "ping", socket: this.number });
  }

  close(code: number, reason: string): void {
    this.#isOpen = false;
    this.mail.tell({ kind: "close", socket: this.number, code, reason });
  }

  terminate(): void {
    this.#isOpen = false;
    this.mail.tell({ kind: "terminate", socket: this.number });
  }

  onTaken(bytes: number): void {
    this.#taken = bytes;
  }

  onMessage(data: Uint8Array | string): void {
    if (!this.#isOpen) return;
    this.listener?.onMessage(data);
    this.#heard += byteLength(data);
    if (this.#heard < TOLD_BYTES) return;
    this.mail.tell({ kind: "heard", socket: this.number, bytes: this.#heard });
    this.#heard = 0;
  }

  onClose(code: number, reason: string): void {
    this.#isOpen = false;
    this.listener?.onClose(code, reason);
  }
}
