import type { Clock } from "./clock.ts";
import type { FrameSocket } from "./transport/frame_socket.ts";

export interface HeartbeatOptions {
  readonly socket: Pick<FrameSocket, "ping" | "pongs">;
  readonly clock: Clock;
  /** Asks the peer for an answer in its own dialect, with a stamp to tell it by; absent where only WebSocket pings are known. */
  readonly ask?: (stampMs: number) => void;
  readonly onMeasured: (latencyMs: number) => void;
}

/**
 * Whether a peer is still there, and how long it takes to answer: by a message of its dialect where that has one, else by
 * the WebSocket ping, where the engine shows the peer's own pong.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #isAlive = true;
  #asked: { readonly atMs: number; readonly stampMs: number } | undefined;
  #latencyMs: number | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Of the newest answer; absent before the first. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Asks again; `silent` where nothing at all has been heard since the last time. */
  beat(): "asked" | "silent" {
    if (!this.#isAlive) return "silent";
    const { socket, clock, ask } = this.#options, stampMs = clock.wallNow();
    this.#isAlive = false;
    this.#asked = { atMs: clock.now(), stampMs };
    socket.ping();
    ask?.(stampMs);
    return "asked";
  }

  /** Any message is a sign of life. */
  heard(): void {
    this.#isAlive = true;
  }

  onPong(): void {
    this.#isAlive = true;
    if (this.#options.ask === undefined && this.#options.socket.pongs === "peer") this.#measure();
  }

  /** The peer's answer in its dialect; one that answers nothing we asked counts as a sign of life only. */
  onAnswer(stampMs: number): void {
    if (this.#options.ask !== undefined && stampMs === this.#asked?.stampMs) this.#measure();
  }

  #measure(): void {
    if (this.#asked === undefined) return;
    this.#latencyMs = this.#options.clock.now() - this.#asked.atMs;
    this.#asked = undefined;
    this.#options.onMeasured(this.#latencyMs);
  }
}
