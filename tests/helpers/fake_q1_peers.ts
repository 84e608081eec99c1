/** The readers of a fake server that speak Q1: each is sent what its credit allows, and what it does is written down. */
import type { NodeFrame } from "../../protocol/frame.ts";
import { decodeAck, peekQ1, type Q1Ack, Q1Credit, Q1Encoder } from "../../protocol/graph/q1.ts";

export class FakeQ1Peers {
  readonly acks: Q1Ack[] = [];
  /** Most frames that one reader had on their way at once. */
  mostOnTheirWay = 0;
  keyframes = 0;
  deltas = 0;
  /** Positions exactly as they were pushed, by sequence. */
  readonly pushed = new Map<number, Float32Array>();
  /** When frames were pushed, by sequence. Units: ms since 1970. */
  readonly pushedAtMs = new Map<number, number>();
  readonly #encoder = new Q1Encoder({ keyframeIntervalMs: Infinity });
  readonly #peers = new Map<WebSocket, Q1Credit>();
  #sequence = 0;

  get quantum(): number {
    return this.#encoder.quantum;
  }

  has(socket: WebSocket): boolean {
    return this.#peers.has(socket);
  }

  join(socket: WebSocket): void {
    this.#peers.set(socket, new Q1Credit());
    this.#feed(socket);
  }

  leave(socket: WebSocket): void {
    this.#peers.delete(socket);
  }

  push(frame: NodeFrame): void {
    this.#sequence++;
    this.pushed.set(this.#sequence, frame.positions.slice());
    this.pushedAtMs.set(this.#sequence, performance.timeOrigin + performance.now());
    this.#encoder.push({ ...frame, sequence: this.#sequence }, 0);
    for (const socket of this.#peers.keys()) this.#feed(socket);
  }

  receive(socket: WebSocket, bytes: Uint8Array): void {
    const ack = decodeAck(bytes);
    this.acks.push(ack);
    this.#peers.get(socket)?.acknowledge(ack);
    this.#feed(socket);
  }

  /** Bytes that are no frame, to every reader. */
  sendDamage(): void {
    for (const socket of this.#peers.keys()) socket.send(Uint8Array.of(1, 2, 3));
  }

  #feed(socket: WebSocket): void {
    const credit = this.#peers.get(socket);
    if (credit === undefined || this.#encoder.sequence === undefined || socket.readyState !== WebSocket.OPEN) return;
    const bytes = credit.next(this.#encoder);
    if (bytes === undefined) return;
    this.mostOnTheirWay = Math.max(this.mostOnTheirWay, credit.onTheirWay);
    peekQ1(bytes).kind === "keyframe" ? this.keyframes++ : this.deltas++;
    socket.send(bytes.slice());
  }
}
