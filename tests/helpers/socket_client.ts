/** A WebSocket client for tests: messages and the close are awaited in order, never slept for. */
export class SocketClient {
  readonly #socket: WebSocket;
  readonly #messages: (Uint8Array | string)[] = [];
  readonly #waiting: (() => void)[] = [];
  #closed: { code: number; reason: string } | undefined;
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = closed.promise;
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      this.#messages.push(typeof data === "string" ? data : new Uint8Array(data));
      this.#wake();
    };
    socket.onclose = ({ code, reason }) => {
      closed.resolve(this.#closed = { code, reason });
      this.#wake();
    };
    socket.onerror = () => {};
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Rejects when the handshake is refused. */
  static async connect(url: string, protocols: readonly string[] = []): Promise<SocketClient> {
    const socket = new WebSocket(url, [...protocols]), client = new SocketClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      void client.closed.then(({ reason }) => reject(new Error(`refused ${reason}`)));
    });
    return client;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(data);
  }

  /** The next message that `wanted` makes something of, passing over others. Rejects when the socket closes first. */
  async next<T>(wanted: (message: Uint8Array | string) => T | undefined): Promise<T> {
    for (;;) {
      for (let message = this.#messages.shift(); message !== undefined; message = this.#messages.shift()) {
        const found = wanted(message);
        if (found !== undefined) return found;
      }
      if (this.#closed !== undefined) throw new Error(`closed ${this.#closed.code} ${this.#closed.reason}`);
      await new Promise<void>((resume) => this.#waiting.push(resume));
    }
  }

  bytes(): Promise<Uint8Array> {
    return this.next((message) => typeof message === "string" ? undefined : message);
  }

  text(): Promise<string> {
    return this.next((message) => typeof message === "string" ? message : undefined);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
