export type BystanderOrder = { readonly order: "connect"; readonly url: string } | {
  readonly order: "look" | "tell" | "answer" | "close";
};

/** What an honest client saw from one moment to another. */
export interface Sighting {
  readonly roundTripsMs: readonly number[];
  /** How late its thread was for its own timer. */
  readonly lateMs: readonly number[];
  readonly gapsMs: readonly number[];
  readonly frames: readonly SeenFrame[];
}

export interface SeenFrame {
  readonly sequence: number;
  /** On the clock of this machine. */
  readonly readAtMs: number;
}

/** An honest client on a thread of its own. */
export class Bystander {
  #lost: string | undefined;
  #answer: ((data: unknown) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }) => {
      if (data?.lost === undefined) return this.#answer?.(data);
      this.#lost = `The bystander lost its connection: ${data.lost}`;
      this.#fail?.(new Error(this.#lost));
    };
  }

  static async connect(url: string): Promise<Bystander> {
    const worker = new Worker(new URL("./bystander_worker.ts", import.meta.url), { type: "module" });
    const bystander = new Bystander(worker);
    await bystander.#ask({ order: "connect", url });
    return bystander;
  }

  /** From here on it counts anew. */
  async look(): Promise<void> {
    await this.#ask({ order: "look" });
  }

  async tell(): Promise<Sighting> {
    return await this.#ask({ order: "tell" });
  }

  /** Round trip of a heartbeat that leaves now. Units: ms. */
  async answer(): Promise<number> {
    return await this.#ask({ order: "answer" });
  }

  async close(): Promise<void> {
    await this.#ask({ order: "close" });
    this.worker.terminate();
  }

  /** Rejects when the server has ended its connection. */
  // deno-lint-ignore no-explicit-any -- both ends are in this folder
  #ask(order: BystanderOrder): Promise<any> {
    if (this.#lost !== undefined) return Promise.reject(new Error(this.#lost));
    return new Promise((resolve, reject) => {
      [this.#answer, this.#fail] = [resolve, reject];
      this.worker.postMessage(order);
    });
  }
}
