import { parseServerEvent } from "../../protocol/graph/events.ts";
import { socketTarget, type Target, within } from "./attack.ts";

/** Somebody who is told who is there, and so knows when to look again. */
export class Onlooker {
  /** Connections to the graph's sockets, its own included. */
  #count = Infinity;
  #changes = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const event = typeof data === "string" ? parseServerEvent(data) : undefined;
      if (event?.type !== "participants") return;
      this.#count = event.data.count;
      this.#changes++;
      for (const resume of this.#waiting.splice(0)) resume();
    };
  }

  static async connect(target: Target): Promise<Onlooker> {
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}${socketTarget(target, "&protocol=v4&rate=1")}`);
    const onlooker = new Onlooker(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onclose = () => reject(new Error("The onlooker was not let in."));
    });
    socket.send(JSON.stringify({ type: "subscribe", data: { channels: ["participants"] } }));
    return onlooker;
  }

  /** Whether `test` comes true in time; asked again whenever somebody has come or gone. */
  async until(test: (count: number) => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      const seen = this.#changes;
      if (await test(this.#count)) return true;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      if (seen === this.#changes) {
        await within(new Promise<void>((resume) => this.#waiting.push(resume)), leftMs, undefined);
      }
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.socket.onclose = () => resolve());
    this.socket.close();
    await closed;
  }
}
